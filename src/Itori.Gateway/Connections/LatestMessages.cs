using System.Diagnostics.CodeAnalysis;

using Itori.Contracts;

namespace Itori.Gateway.Connections;

/// <summary>
/// Messages of which the latest wins, one for each slot. Most connections have one or two at a time, which are looked through in an array as long as they are few: a dictionary for each connection
/// would be several times its size.
/// </summary>
/// <remarks>Used under its owner's lock, in place: a copy is not another one.</remarks>
internal struct LatestMessages
{
    private const int Few = 8;

    private (SlotKey Key, byte[] Message)[]? few;
    private Dictionary<SlotKey, byte[]>? many;
    private int count;

    /// <summary>How many wait.</summary>
    public readonly int Count => count + (many?.Count ?? 0);

    /// <summary>Puts a message into its slot. False: there are <paramref name="most"/> slots already, and nothing was put.</summary>
    public bool TryPut(SlotKey key, byte[] message, int most, out bool replaced)
    {
        replaced = true;
        for (var i = 0; i < count; i++)
        {
            if (few![i].Key == key)
            {
                few[i].Message = message;
                return true;
            }
        }

        if (many?.ContainsKey(key) is true)
        {
            many[key] = message;
            return true;
        }

        replaced = false;
        if (Count >= most)
        {
            return false;
        }

        if (count == Few || many is { Count: > 0 })
        {
            // Behind those that are there: the few are taken first.
            (many ??= [])[key] = message;
            return true;
        }

        if (few is null || count == few.Length)
        {
            Array.Resize(ref few, Math.Max(1, count * 2));
        }

        few[count++] = (key, message);
        return true;
    }

    /// <summary>Takes a message out, of the few the one that came first. False: none is there.</summary>
    public bool TryTake([NotNullWhen(true)] out byte[]? message)
    {
        if (count > 0)
        {
            message = few![0].Message;
            Remove(0);
            return true;
        }

        if (many is { Count: > 0 })
        {
            foreach (var (key, latest) in many)
            {
                many.Remove(key);
                message = latest;
                return true;
            }
        }

        message = null;
        return false;
    }

    /// <summary>Drops a topic's.</summary>
    public void Forget(TopicName topic)
    {
        for (var i = count - 1; i >= 0; i--)
        {
            if (few![i].Key.Topic == topic)
            {
                Remove(i);
            }
        }

        if (many is { Count: > 0 })
        {
            foreach (var key in many.Keys)
            {
                if (key.Topic == topic)
                {
                    many.Remove(key);
                }
            }
        }
    }

    /// <summary>Gives back what many took, if none waits now.</summary>
    public void Trim()
    {
        if (Count == 0)
        {
            few = few is { Length: > 2 } ? null : few;
            many = null;
        }
    }

    /// <summary>Drops all.</summary>
    public void Clear()
    {
        few = null;
        many = null;
        count = 0;
    }

    private void Remove(int index)
    {
        Array.Copy(few!, index + 1, few!, index, --count - index);
        few![count] = default;
    }
}

/// <summary>What a slot of an <see cref="Outbox"/> is for. <paramref name="Detail"/> tells cursors of different users apart.</summary>
internal readonly record struct SlotKey(TopicName Topic, string Type, string? Detail = null);
