using System.Collections.Concurrent;

namespace Itori.Cluster.Tests.Evidence;

/// <summary>Every acknowledged command, with the reply that it got.</summary>
internal sealed class Ledger(Violations violations)
{
    private readonly ConcurrentDictionary<string, Acknowledged> acknowledged = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> heads = new(StringComparer.Ordinal);
    private volatile Recovery? recovery;

    public ICollection<Acknowledged> All => acknowledged.Values;

    public int Count => acknowledged.Count;

    /// <summary>The highest acknowledged <c>seq</c> of each topic.</summary>
    public IReadOnlyDictionary<string, long> Heads => heads;

    /// <summary>From now on, looks how long each topic takes until it acknowledges a command that was sent after this moment.</summary>
    public Recovery MeasureRecovery(IReadOnlyCollection<string> topics)
    {
        var begun = new Recovery(topics);
        recovery = begun;
        return begun;
    }

    /// <param name="command">What was acknowledged.</param>
    /// <param name="seq">The reply's <c>seq</c>.</param>
    /// <param name="reply">The reply's payload, word for word.</param>
    /// <param name="gateway">Who acknowledged.</param>
    /// <param name="sent">When this attempt was sent.</param>
    public void Add(Clients.Command command, long seq, string reply, string gateway, long sent)
    {
        recovery?.Acknowledged(command.Topic, sent);
        var entry = acknowledged.GetOrAdd(command.Id, _ => new Acknowledged(command, seq, reply, gateway));
        if (entry.Reply != reply)
        {
            violations.Add($"{command.Topic}: command {command.Id} got the reply {entry.Reply} from {entry.Gateway} and {reply} from {gateway}");
        }

        heads.AddOrUpdate(command.Topic, seq, (_, before) => Math.Max(before, seq));
    }
}

/// <summary>A command and its reply.</summary>
internal sealed record Acknowledged(Clients.Command Command, long Seq, string Reply, string Gateway);
