using Itori.Contracts;

namespace Itori.Grains.Journaling;

/// <summary>
/// The ids of the last commands and what they answered, so that a command that is sent again gets the same reply and changes nothing. Bounded: the oldest are
/// forgotten. The ids stand in the events themselves, so the window is rebuilt by replay and is exactly as durable as the effects.
/// </summary>
internal sealed class CommandWindow(int capacity)
{
    private readonly Dictionary<string, CommandReply> replies = new(StringComparer.Ordinal);
    private readonly Queue<string> order = new();

    public IEnumerable<CommandReply> InOrder => order.Select(id => replies[id]);

    public bool Contains(string id) => replies.ContainsKey(id);

    public bool TryGet(string? id, TopicName topic, out Receipt receipt)
    {
        receipt = null!;
        if (id is null || !replies.TryGetValue(id, out var reply))
        {
            return false;
        }

        receipt = new Receipt { Topic = topic, Seq = reply.Seq, Concepts = reply.Concepts, Relations = reply.Relations };
        return true;
    }

    public void Add(CommandReply reply)
    {
        if (!replies.TryAdd(reply.Id, reply))
        {
            return;
        }

        order.Enqueue(reply.Id);
        while (order.Count > capacity)
        {
            replies.Remove(order.Dequeue());
        }
    }
}

/// <summary>What a command did.</summary>
internal sealed record CommandReply(string Id, long Seq, int? Concepts = null, int? Relations = null);
