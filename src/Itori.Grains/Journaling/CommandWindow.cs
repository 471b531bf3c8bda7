using Itori.Contracts;

namespace Itori.Grains.Journaling;

/// <summary>
/// The ids of the last commands and what they answered, so that a command that is sent again gets the same reply and changes nothing. Bounded in number and in age: the oldest are
/// forgotten. The ids stand in the events themselves, so the window is rebuilt by replay and is exactly as durable as the effects.
/// </summary>
internal sealed class CommandWindow(int capacity, TimeSpan age)
{
    private readonly Dictionary<string, CommandReply> replies = new(StringComparer.Ordinal);
    private readonly Queue<CommandReply> order = new();

    /// <summary>The refusal of a command whose id is another one's.</summary>
    public static Refusal IdIsTaken { get; } =
        Refusal.Of(ItoriError.Conflict, "Another command was sent under this id; give every command an id of its own, such as a UUID.", "id");

    public IReadOnlyCollection<CommandReply> InOrder => order;

    /// <summary>What the command answered before, or that its id is another command's; null for a new command.</summary>
    public Result<Receipt>? Find(string? id, long print, TopicName topic)
    {
        if (id is null || !replies.TryGetValue(id, out var reply))
        {
            return null;
        }

        return reply.Print is { } before && before != print
            ? IdIsTaken
            : new Receipt { Topic = topic, Seq = reply.Seq, Concepts = reply.Concepts, Relations = reply.Relations };
    }

    /// <summary>Takes what a snapshot remembers, in order.</summary>
    public void Restore(IReadOnlyList<CommandReply> remembered)
    {
        replies.EnsureCapacity(Math.Min(remembered.Count, capacity) + 1);
        order.EnsureCapacity(Math.Min(remembered.Count, capacity) + 1);
        foreach (var reply in remembered)
        {
            Add(reply);
        }
    }

    public void Add(CommandReply reply)
    {
        if (!replies.TryAdd(reply.Id, reply))
        {
            return;
        }

        order.Enqueue(reply);
        while (order.Count > capacity || IsOld(order.Peek(), reply))
        {
            replies.Remove(order.Dequeue().Id);
        }
    }

    // By the events' own times, so that a replay forgets what was forgotten before.
    private bool IsOld(CommandReply oldest, CommandReply newest) => oldest.At is { } then && newest.At is { } now && now - then > age.TotalMilliseconds;
}

/// <summary>What a command did.</summary>
/// <param name="Id">The client's id of it.</param>
/// <param name="Seq">The last event that it caused.</param>
/// <param name="Concepts">For a document: the concepts that it named.</param>
/// <param name="Relations">For a document: the relations that it supports.</param>
/// <param name="Print">What it asked for (<see cref="CommandPrint"/>); null where an older version wrote it.</param>
/// <param name="At">The event's time, Unix ms; null where an older version wrote it.</param>
internal sealed record CommandReply(string Id, long Seq, int? Concepts = null, int? Relations = null, long? Print = null, long? At = null);
