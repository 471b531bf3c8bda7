using Itori.Contracts;
using Itori.Grains.ConceptGraphs;
using Itori.Grains.Journaling;
using Itori.Journal.Benchmarks.Hosting;
using Itori.Text;
using RelationKinds = Itori.Contracts.RelationKinds;

namespace Itori.Journal.Benchmarks.Activation;

/// <summary>
/// A graph's journal as long use leaves it: each operation is decided by the product's own code on the graph as it is then, and stored by the product's own codec. Of ten operations seven are messages
/// that name three concepts, three are moves by hand. The snapshot lies as far back as it can:
/// the events behind it are one short of being due for the next, by number or by bytes.
/// </summary>
internal static class GraphJournal
{
    public const int Concepts = 2_000;
    public const int Relations = 20_000;
    public const int Operations = 100_000;
    private const int Batch = 500;

    /// <returns>Bytes of the snapshot and of the records behind it.</returns>
    public static async Task<(long Snapshot, long Tail)> WriteAsync(IJournal journal, string id)
    {
        var options = new ConceptGraphOptions();
        var snapshotAt = (long)Operations - new JournallingOptions().EventsPerSnapshot + 1;
        var stream = TopicName.Graph(id).ToString();
        var graph = new ConceptGraph(id);
        var journalling = new JournallingOptions();
        var commands = new CommandWindow(journalling.RememberedCommands, journalling.RememberCommandsFor);
        var random = new Random(7);
        var pending = new List<JournalRecord>(Batch);
        var (stored, written, behind) = (0L, 0L, 0L);
        var lastBytes = new long[journalling.EventsPerSnapshot];
        JournalSnapshot? snapshot = null;
        var neighbours = new List<int>[Concepts];
        foreach (var operation in Beginning(random, neighbours).Concat(Use(random, neighbours)).Take(Operations))
        {
            var delta = Decide(graph, options, operation, random);
            graph.Apply(delta);
            if (delta.CommandId is { } command)
            {
                commands.Add(new CommandReply(command, delta.Seq, Print: delta.CommandPrint, At: delta.Timestamp));
            }

            var record = EventCodec.Encode(delta);
            pending.Add(record);
            written += record.Body.Length;
            if (pending.Count == Batch)
            {
                await FlushAsync();
            }

            if (delta.Seq == snapshotAt)
            {
                snapshot = GraphSnapshotCodec.Encode(delta.Seq, graph.ToBody() with { Commands = commands.InOrder.ToArray() });

                // Where the events up to the end would make another one due, it lies as much nearer to the end.
                var fit = (long)(snapshot.Body.Length / (lastBytes.Average() * 1.02));
                (snapshotAt, behind) = (Math.Max(snapshotAt, Operations - fit), written);
            }

            lastBytes[delta.Seq % lastBytes.Length] = record.Body.Length;
        }

        await FlushAsync();
        await journal.WriteSnapshotAsync(stream, snapshot!, CancellationToken.None);
        return graph.Concepts.Count == Concepts && graph.Relations.Count == Relations
            ? (snapshot!.Body.Length, written - behind)
            : throw new InvalidOperationException($"The graph has {graph.Concepts.Count} concepts and {graph.Relations.Count} relations.");

        async Task FlushAsync()
        {
            if (pending.Count > 0 && await journal.AppendAsync(stream, stored, pending, CancellationToken.None) == AppendOutcome.Conflict)
            {
                throw new InvalidOperationException($"{stream} has another writer.");
            }

            stored += pending.Count;
            pending = new List<JournalRecord>(Batch);
        }
    }

    private static GraphDelta Decide(ConceptGraph graph, ConceptGraphOptions options, int[] concepts, Random random)
    {
        var draft = new GraphDraft(graph, options);
        var seq = graph.Seq + 1;
        var now = 1_764_000_000_000 + 1_000 * seq;
        var user = new UserRef { Id = $"u-{seq % 50}", Name = $"Person {seq % 50}" };
        if (concepts.Length == 1)
        {
            var command = new ApplyOperations { CommandId = $"c-{seq}", User = user, Operations = [new MoveConcept { ConceptId = draft.FindByKey(Key(concepts[0]))!.ConceptId, X = 2_000 * random.NextDouble(), Y = 2_000 * random.NextDouble() }] };
            return HandOperations.Apply(draft, command, options, now) is { } refusal
                ? throw new InvalidOperationException(refusal.Message)
                : draft.ToDelta(new GraphCause { Kind = GraphCauses.ByHand, User = user }, command.CommandId, CommandPrint.Of(command), seq, now, always: true)!;
        }

        var session = $"session-{seq % 200}";
        TextAbsorption.Apply(draft, Named(concepts, random), new ConceptSource { Session = session, Seq = seq, Start = 0, Length = 0 }, 0, options, now);
        var cause = new GraphCause { Kind = GraphCauses.Message, User = user, Session = session, MessageSeq = seq };
        return draft.ToDelta(cause, null, null, seq, now, always: true)!;
    }

    /// <summary>Every relation once, each with both of its concepts: the graph grows to its size.</summary>
    private static IEnumerable<int[]> Beginning(Random random, List<int>[] neighbours)
    {
        var pairs = new HashSet<(int, int)>();
        while (pairs.Count < Relations)
        {
            // Every concept once, then as it happens.
            var a = pairs.Count < Concepts ? pairs.Count : random.Next(Concepts);
            var b = random.Next(Concepts);
            if (a != b && pairs.Add((Math.Min(a, b), Math.Max(a, b))))
            {
                (neighbours[a] ??= []).Add(b);
                (neighbours[b] ??= []).Add(a);
                yield return [a, b];
            }
        }
    }

    /// <summary>What is said later is about what is there.</summary>
    private static IEnumerable<int[]> Use(Random random, List<int>[] neighbours)
    {
        while (true)
        {
            var about = random.Next(Concepts);
            var (one, other) = (neighbours[about][random.Next(neighbours[about].Count)], neighbours[about][random.Next(neighbours[about].Count)]);
            yield return random.Next(10) < 3 ? [about] : one == other ? [about, one] : [about, one, other];
        }
    }

    /// <summary>A text about the first concept that names the others.</summary>
    private static Extraction Named(int[] concepts, Random random) => new()
    {
        Concepts = [.. concepts.Select((c, i) => new ExtractedConcept { Key = Key(c), Label = Key(c), Score = 0.1 + 0.4 * random.NextDouble(), Mentions = [new TextSpan(24 * i, Key(c).Length)] })],
        Relations =
        [
            .. concepts.Skip(1).Select(other =>
            {
                var (source, target) = string.CompareOrdinal(Key(concepts[0]), Key(other)) <= 0 ? (Key(concepts[0]), Key(other)) : (Key(other), Key(concepts[0]));
                return new ExtractedRelation { SourceKey = source, TargetKey = target, Weight = 0.05, Kind = RelationKinds.CoOccurs, Span = new TextSpan(0, 40) };
            }),
        ],
        Language = "en",
    };

    private static string Key(int concept) => $"concept number {concept:0000}";
}
