using Itori.Contracts;
using Itori.Grains.Journaling;
using Itori.Grains.Tests.Cluster;
using Itori.Grains.Tests.Support;

namespace Itori.Grains.Tests.Journaling;

/// <summary>History that is not to be kept goes; what the topic is stays.</summary>
public sealed class RetentionTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Events_beyond_the_number_to_keep_are_removed_and_their_readers_told()
    {
        await using var host = await GrainHost.With(("Itori:Topics:Graphs:KeepEvents", "30"));
        var graph = host.Graph("g");
        await Upsert(graph, 1, 120);
        EventPage cut = null!, kept = null!, oldest = null!;
        await Wait.Until(
            async () =>
            {
                cut = await graph.ReadAfter(0, 10);
                kept = await graph.ReadAfter(cut.First - 1, 1000);
                oldest = await graph.ReadBefore(cut.First + 2, 10);
                return cut.First > 120 - 30 - 50 && oldest.First == cut.First; // Not while more is being removed.
            },
            "no more than the events to keep and those of a snapshot");

        Assert.Empty(cut.Events);
        Assert.InRange(cut.First, 41, 91); // At least the last 30 are there.
        Assert.Equal(120, cut.Head);
        Assert.Equal(Enumerable.Range((int)cut.First, 121 - (int)cut.First).Select(n => (long)n), kept.Events.Select(e => e.Seq));
        Assert.Equal([cut.First, cut.First + 1], oldest.Events.Select(e => e.Seq));
        Assert.False(oldest.More);
    }

    [Fact]
    public async Task What_was_removed_is_still_known_after_a_restart()
    {
        await using var host = await GrainHost.With(("Itori:Topics:Graphs:KeepEvents", "1"));
        await Upsert(host.Graph("g"), 1, 120);
        await Wait.Until(async () => (await host.Graph("g").ReadAfter(0, 10)).First > 1, "the oldest events removed");
        var before = GraphStates.Canonical(await host.Graph("g").GetSnapshot());

        await host.Restart();

        Assert.Equal(before, GraphStates.Canonical(await host.Graph("g").GetSnapshot()));
        Assert.Equal(3, (await Upsert(host.Graph("g"), 3)).Value?.Seq); // A command whose event is gone is still applied once.
        Assert.Equal(121, (await Upsert(host.Graph("g"), 121)).Value?.Seq);
        Assert.True((await host.Journal.ReadHeadAsync("graph:g", Ct)).FirstSeq > 1);
    }

    [Fact]
    public async Task Old_events_are_removed_when_the_topic_is_next_opened_and_other_kinds_are_kept()
    {
        await using var host = await GrainHost.With(("Itori:Topics:Sessions:KeepFor", "00:00:00.001"));
        for (var n = 1; n <= 5; n++)
        {
            await host.Session("s").PostMessage(new PostMessage { CommandId = $"m{n}", User = People.Ada, Text = $"Pulsar {n} spins.", Assistant = false, Graph = "g" });
        }

        await Wait.Until(async () => await host.Graph("g").AbsorbedThrough("s") == 5, "all told");
        await GrainHost.Deactivate(host.Session("s"));
        await Wait.Until(async () => (await host.Session("s").ReadAfter(0, 10)).First == 6, "all of the session removed");
        Assert.Equal(5, await host.Session("s").GetHead());
        Assert.Equal(6, (await host.Session("s").PostMessage(new PostMessage { User = People.Ada, Text = "Next.", Assistant = false, Graph = "g" })).Value?.Seq);
        Assert.Equal(1, (await host.Graph("g").ReadAfter(0, 10)).First);
    }

    [Fact]
    public async Task Snapshots_keep_up_under_a_load_that_never_pauses()
    {
        await using var host = await GrainHost.With(("Itori:Topics:RememberedCommands", "100")); // So that fifty events are worth a snapshot.
        var graph = host.Graph("g");
        var n = 0;
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async _ =>
        {
            while (Interlocked.Increment(ref n) is var mine and <= 1500)
            {
                await Upsert(graph, mine);
            }
        }));
        await Wait.Until(async () => (await host.Journal.ReadSnapshotAsync("graph:g", Ct))?.Seq >= 1500 - 2 * 50 - 64, "a snapshot near the head");
    }

    private static async Task Upsert(IConceptGraphGrain graph, int from, int to)
    {
        for (var n = from; n <= to; n++)
        {
            Assert.Equal(n, (await Upsert(graph, n)).Value?.Seq);
        }
    }

    private static Task<Result<Receipt>> Upsert(IConceptGraphGrain graph, int n) =>
        graph.Apply(new ApplyOperations { CommandId = $"c{n}", User = People.Ada, Operations = [new UpsertConcept { Label = $"Concept c{n % 40}", Weight = n % 100 / 100.0 + 0.001 }] });

    [Fact]
    public async Task Long_events_make_a_snapshot_sooner_than_many()
    {
        await using var host = await GrainHost.With();
        await Post(host, 1, 1_000);
        Assert.Null(await host.Journal.ReadSnapshotAsync("session:s", Ct));

        await Post(host, 2, 200_000);
        await Post(host, 3, 200_000);
        await Wait.Until(async () => await host.Journal.ReadSnapshotAsync("session:s", Ct) is not null, "a snapshot after three of fifty events");
    }

    [Theory]
    [InlineData(0, 0)] // The first one waits for nothing.
    [InlineData(1_000, 4_000)]
    [InlineData(262_144, 1_048_576)]
    [InlineData(400_000, 1_048_576)]
    [InlineData(1_048_576, 1_048_576)]
    [InlineData(5_000_000, 5_000_000)]
    public void A_small_snapshot_waits_for_four_times_its_bytes_and_a_large_one_for_its_own(long snapshotBytes, long bytes) =>
        Assert.Equal(bytes, JournalledTopicGrain.SnapshotWaitsFor(snapshotBytes));

    private static async Task Post(GrainHost host, int n, int length)
    {
        var reply = await host.Session("s").PostMessage(new PostMessage { CommandId = $"m{n}", User = People.Ada, Text = string.Concat(Enumerable.Repeat("tide. ", length / 6)), Assistant = false, Graph = "g" });
        Assert.Equal(n, reply.Value?.Seq);
    }
}
