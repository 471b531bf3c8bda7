using System.Text.Json;
using System.Text.Json.Nodes;

namespace Itori.Client;

/// <summary>
/// Messages that wait for their reply, in the order in which they were given. A message keeps its id over connections, and the server carries a command out once for each id: so all that wait are sent again after
/// a connection was lost. Bounded.
/// </summary>
internal sealed class PendingMessages(int capacity)
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<long, Pending> waiting = [];
    private readonly Dictionary<string, Pending> byId = new(StringComparer.Ordinal);
    private long count;
    private bool closed;

    /// <summary>Takes a message in.</summary>
    /// <exception cref="ItoriClientBusyException">As many wait as may.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public Pending Add(JsonObject message, string id)
    {
        message["id"] = id;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, typeof(ItoriClient));
            if (waiting.Count >= capacity)
            {
                throw new ItoriClientBusyException($"{capacity} messages wait for a reply.");
            }

            if (byId.ContainsKey(id))
            {
                throw new ArgumentException($"A message with the id {id} waits for its reply already.", nameof(id));
            }

            var pending = new Pending(++count, id, JsonSerializer.SerializeToUtf8Bytes(message));
            waiting.Add(pending.Number, pending);
            byId.Add(id, pending);
            return pending;
        }
    }

    /// <summary>All that wait, oldest first.</summary>
    public Pending[] All()
    {
        lock (gate)
        {
            return [.. waiting.Values];
        }
    }

    /// <summary>The message that a reply is for; null where nobody waits for it.</summary>
    public Pending? Find(string id)
    {
        lock (gate)
        {
            return byId.GetValueOrDefault(id);
        }
    }

    /// <summary>Nobody waits for it any more.</summary>
    public void Remove(Pending pending)
    {
        lock (gate)
        {
            if (waiting.Remove(pending.Number))
            {
                byId.Remove(pending.Id);
            }
        }
    }

    /// <summary>Nothing will be answered any more.</summary>
    public void Close(Exception reason)
    {
        Pending[] left;
        lock (gate)
        {
            closed = true;
            left = [.. waiting.Values];
            waiting.Clear();
            byId.Clear();
        }

        foreach (var pending in left)
        {
            pending.Reply.TrySetException(reason);
        }
    }
}

/// <summary>A message that waits for its reply.</summary>
internal sealed class Pending(long number, string id, byte[] frame)
{
    public long Number => number;

    public string Id => id;

    public byte[] Frame => frame;

    /// <summary>The connection that it was sent over last; null where it is to be sent. Whoever sends sets it.</summary>
    public Link? SentOver { get; set; }

    public TaskCompletionSource<ItoriMessage> Reply { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
