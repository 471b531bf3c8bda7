using CsCheck;
using Itori.Contracts;
using Itori.Grains.Fields;
using Itori.Grains.Fields.Replay;
using Itori.Grains.Journaling;
using Itori.Grains.Tests.Support;
using Itori.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace Itori.Grains.Tests.Fields;

/// <summary>What a field showed is seen again, from what is stored alone.</summary>
public sealed class FieldPastTests : IAsyncLifetime
{
    private const long Start = 1_764_000_000_000;
    private static readonly FieldOptions Options = new();
    private readonly string folder = Directory.CreateTempSubdirectory("itori-replay-").FullName;
    private readonly GraphUnderTest graph = new() { Now = Start };
    private SqliteJournal journal = null!;
    private FieldLog log = null!;
    private FieldReplay replay = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        journal = await SqliteJournal.OpenAsync(new JournalOptions { DataDirectory = folder }, TimeProvider.System, NullLogger.Instance, Ct);
        (log, replay) = (new FieldLog(journal, "g"), new FieldReplay(journal, "g", Options));
    }

    public async ValueTask DisposeAsync()
    {
        await journal.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Every_moment_of_a_watched_field_is_shown_again_to_the_bit()
    {
        var shown = new List<(long At, PhaseFrame Frame, int Concepts)>();
        var random = new Random(5);
        var field = new FieldSimulation(Options);
        field.Load(graph.Graph.ToSnapshot());
        field.BeginAt(Start);
        var marks = 0L;
        for (var now = Start; now < Start + 60_000; now += 100)
        {
            var turning = now is < Start + 20_000 or >= Start + 30_000;
            if (now % 10_000 == 0)
            {
                if (now == Start + 30_000)
                {
                    field.BeginAt(now);
                }

                // At the beginning, at rest, after it, and now and then.
                marks = (await log.Add(marks, field.Capture(), turning, now, Ct))!.Value;
            }

            if (random.Next(4) == 0)
            {
                graph.Now = now + random.Next(100);
                await Happen(graph.Hear(Texts.Naming($"Word{random.Next(30)}", $"Word{random.Next(30)}", $"Word{random.Next(30)}")));
                if (graph.Deltas is [.., var delta] && delta.Seq > field.Seq)
                {
                    field.Follow(delta, turning);
                }
            }

            if (turning)
            {
                field.AdvanceTo(field.StepAt(now + 99));
            }

            shown.Add((now + 99, field.Frame("g", 0, now + 99), field.Count));
        }

        foreach (var (at, frame, concepts) in shown.Where((_, i) => i % 7 == 0))
        {
            var moment = (await replay.At(at, Ct)).Value!;
            Assert.Equal(frame.Phases, moment.Frame.Phases);
            Assert.Equal((frame.T, frame.OrderParameter, frame.MeanPhase, concepts), (moment.Frame.T, moment.Frame.OrderParameter, moment.Frame.MeanPhase, moment.Graph.Concepts.Count));
            Assert.Equal(at is < Start + 20_000 or >= Start + 30_000, moment.Turning);
        }
    }

    [Fact]
    public async Task Before_anything_happened_there_is_nothing()
    {
        await Happen(graph.Do(new UpsertConcept { Label = "A" }));
        var moment = (await replay.At(Start - 1, Ct)).Value!;
        Assert.Empty(moment.Graph.Concepts);
        Assert.Empty(moment.Frame.Phases);
        Assert.False(moment.Turning);
    }

    [Fact]
    public async Task A_graph_that_nobody_ever_watched_has_the_phases_with_which_its_concepts_began()
    {
        await Happen(graph.Do(new UpsertConcept { Label = "A" }));
        graph.Now += 1000;
        await Happen(graph.Do(new UpsertConcept { Label = "B" }));
        var moment = (await replay.At(Start + 500, Ct)).Value!;
        Assert.Equal("a", Assert.Single(moment.Graph.Concepts).ConceptId);
        Assert.Equal([(float)graph["a"].Phase], moment.Frame.Phases);
        Assert.Equal(2, (await replay.At(Start + 1000, Ct)).Value!.Graph.Concepts.Count);
    }

    [Fact]
    public async Task Removed_history_is_said_to_be_gone_and_later_moments_are_still_there()
    {
        for (var n = 1; n <= 6; n++)
        {
            graph.Now = Start + (n * 1000);
            await Happen(graph.Do(new UpsertConcept { Label = $"C{n}" }));
        }

        var body = new GraphUnderTest();
        foreach (var delta in graph.Deltas.Take(4))
        {
            body.Graph.Apply(delta);
        }

        await journal.WriteSnapshotAsync("graph:g", GraphSnapshotCodec.Encode(4, body.Graph.ToBody()), Ct);
        await journal.TrimAsync("graph:g", 3, Ct);
        Assert.Equal("history_gone", (await replay.At(Start + 2_500, Ct)).Refusal!.Reason);
        Assert.Equal(4, (await replay.At(Start + 4_500, Ct)).Value!.Graph.Concepts.Count);
        Assert.Equal(6, (await replay.At(Start + 9_000, Ct)).Value!.Graph.Concepts.Count);
    }

    [Fact]
    public async Task The_log_finds_the_newest_mark_before_a_moment_and_forgets_the_oldest()
    {
        var body = new FieldSimulation(Options).Capture();
        for (var n = 1L; n <= 12; n++)
        {
            Assert.Equal(n, await log.Add(n - 1, body with { Seq = n }, n % 2 == 0, n * 10, Ct));
        }

        Assert.Null(await log.Add(3, body, true, 35, Ct));
        Assert.Null(await log.At(9, Ct));
        for (var at = 10; at <= 130; at++)
        {
            Assert.Equal(Math.Min(at / 10, 12), (await log.At(at, Ct))!.Body.Seq);
        }

        await log.Forget(1_000, Ct);
        Assert.Null(await log.At(40, Ct));
        Assert.Equal(5, (await log.At(55, Ct))!.Body.Seq);
        for (var n = 0; n < 5; n++)
        {
            await log.Forget(1_000, Ct);
        }

        Assert.Equal((12L, true), ((await log.Newest(Ct))!.Body.Seq, (await log.Newest(Ct))!.Turning));
        Assert.Null(await log.At(119, Ct));
    }

    private async Task Happen(GraphDelta? delta)
    {
        if (delta is not null)
        {
            Assert.Equal(AppendOutcome.Appended, await journal.AppendAsync("graph:g", delta.Seq - 1, [EventCodec.Encode(delta)], Ct));
        }
    }
}
