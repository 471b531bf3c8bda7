using System.Text;
using Itori.Contracts;
using Itori.Grains.ConceptGraphs;
using Itori.Grains.Tests.Cluster;
using Itori.Grains.Tests.Support;
using Itori.Text;

namespace Itori.Grains.Tests.ConceptGraphs;

public sealed class ConceptGraphGrainTests(GrainHost host)
{
    private readonly string id = "g" + Guid.NewGuid().ToString("N");

    private IConceptGraphGrain Graph => host.Graph(id);

    [Fact]
    public async Task Operations_of_many_callers_have_one_order_without_holes()
    {
        var inbox = await host.Subscribe(TopicName.Graph(id));
        var receipts = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Do($"op{i}", new UpsertConcept { ConceptId = $"c{i % 50}", Label = $"Concept c{i % 50}", X = i })));
        Assert.Equal(Enumerable.Range(1, 200).Select(n => (long)n), receipts.Select(receipt => receipt.Seq).Order());

        var seen = await inbox.Until(events => events.Length >= 200, "200 deltas");
        Assert.Equal(Enumerable.Range(1, 200).Select(n => (long)n), seen.Cast<GraphDelta>().Select(delta => delta.Seq));
        await SumOfDeltasIsTheSnapshot();
    }

    [Fact]
    public async Task An_operation_sent_again_is_done_once()
    {
        var receipts = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Do("once", new UpsertConcept { Label = "A" })));
        Assert.Equal(1, Assert.Single(receipts.Distinct()).Seq);
        await GrainHost.Deactivate(Graph);
        Assert.Equal(receipts[0], await Do("once", new UpsertConcept { Label = "A" }));
        Assert.Single((await Graph.GetSnapshot()).Concepts);
    }

    [Fact]
    public async Task A_refused_command_leaves_nothing()
    {
        var result = await Graph.Apply(new ApplyOperations { CommandId = "c", User = People.Ada, Operations = [new UpsertConcept { Label = "A" }, new RemoveConcept { ConceptId = "none" }] });
        Assert.Equal("no_such_concept", result.Refusal?.Reason);
        Assert.Equal(0, await Graph.GetHead());
        Assert.Equal(1, (await Do("c", new UpsertConcept { Label = "A" })).Seq); // The id is not used up.
    }

    [Fact]
    public async Task A_long_document_comes_in_piece_by_piece_and_once()
    {
        var inbox = await host.Subscribe(TopicName.Graph(id));
        var document = new IngestDocument { CommandId = "doc", User = People.Ada, Text = Essay(200_000), Source = "Essay" };
        var results = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Graph.Ingest(document)));
        var receipt = Assert.Single(results.Select(result => result.Value!).Distinct());

        var pieces = (await inbox.Until(events => events.OfType<GraphDelta>().Any(delta => delta.Cause.Progress == 1), "the last piece")).Cast<GraphDelta>().ToArray();
        Assert.True(pieces.Length >= 200_000 / new ConceptGraphOptions().DocumentPieceLength);
        Assert.Equal(pieces.Select(piece => piece.Cause.Progress).Order(), pieces.Select(piece => piece.Cause.Progress));
        Assert.Equal((pieces[^1].Seq, pieces[^1].Cause.Concepts, pieces[^1].Cause.Relations), (receipt.Seq, receipt.Concepts, receipt.Relations));
        Assert.True(receipt.Concepts > 5);
        var snapshot = await Graph.GetSnapshot();
        Assert.All(snapshot.Concepts.SelectMany(concept => concept.Sources), source => Assert.Equal("Essay", source.Source));
        Assert.Contains(snapshot.Concepts.SelectMany(concept => concept.Sources), source => source.Start > 150_000);
        await SumOfDeltasIsTheSnapshot();

        await GrainHost.Deactivate(Graph);
        Assert.Equal(receipt, (await Graph.Ingest(document)).Value);
        Assert.Equal(GraphStates.Canonical(snapshot), GraphStates.Canonical(await Graph.GetSnapshot()));
    }

    [Fact]
    public async Task Where_a_document_in_the_graph_says_a_concept_its_text_says_it()
    {
        var text = Essay(40_000);
        await Graph.Ingest(new IngestDocument { User = People.Ada, Text = text });
        var concepts = (await Graph.GetSnapshot()).Concepts;
        var concept = Assert.Single(concepts, concept => concept.Key == "neutron star");
        Assert.All(concept.Sources, source => Assert.Equal(concept.Key, ConceptKey.Of(text.Substring(source.Start, source.Length))));
    }

    [Fact]
    public async Task A_document_without_a_text_is_refused() =>
        Assert.Equal("bad_field", (await Graph.Ingest(new IngestDocument { User = People.Ada, Text = "" })).Refusal?.Reason);

    [Fact]
    public async Task A_message_told_twice_counts_once()
    {
        var text = new SessionText { Session = "s", Seq = 3, User = People.Ada, Text = "Neutron stars are dense." };
        await Task.WhenAll(Graph.Absorb(text), Graph.Absorb(text));
        await Graph.Absorb(text with { Seq = 2 });
        Assert.Equal(1, await Graph.GetHead());
        Assert.Equal(3, await Graph.AbsorbedThrough("s"));
        Assert.Equal(0, await Graph.AbsorbedThrough("other"));
    }

    [Fact]
    public async Task Messages_told_together_are_changes_of_their_own_in_their_order()
    {
        SessionText[] texts = [Said(2, "Neutron stars are dense."), Said(4, "So it is."), Said(4, "Quasars shine."), Said(3, "Quasars shine."), Said(7, "A pulsar is a neutron star.")];
        await Task.WhenAll(Graph.Absorb(texts), Graph.Absorb(texts[..2]), Graph.Absorb());
        var page = await Graph.ReadAfter(0, 10);
        Assert.Equal([2L, 7], page.Events.Select(e => ((GraphDelta)e).Cause.MessageSeq));
        Assert.Equal(7, await Graph.AbsorbedThrough("s"));
        Assert.DoesNotContain((await Graph.GetSnapshot()).Concepts, concept => concept.Key == "quasar");

        static SessionText Said(long seq, string text) => new() { Session = "s", Seq = seq, User = People.Ada, Text = text };
    }

    [Fact]
    public async Task Messages_of_several_sessions_told_together_count_once_each_whoever_tells_them_again()
    {
        SessionText[] texts = [Said("a", 1), Said("b", 1), Said("a", 2), Said("c", 4)];
        await Task.WhenAll(Graph.Absorb(texts), Graph.Absorb(texts[1]), Graph.Absorb(texts[3], texts[0]), Graph.Absorb(texts));
        var page = await Graph.ReadAfter(0, 10);
        Assert.Equal([("a", 1L), ("a", 2), ("b", 1), ("c", 4)], page.Events.Select(e => (((GraphDelta)e).Cause.Session!, ((GraphDelta)e).Cause.MessageSeq!.Value)).Order());
        Assert.Equal((2, 1, 4), (await Graph.AbsorbedThrough("a"), await Graph.AbsorbedThrough("b"), await Graph.AbsorbedThrough("c")));

        static SessionText Said(string session, long seq) => new() { Session = session, Seq = seq, User = People.Ada, Text = "Neutron stars are dense." };
    }

    [Fact]
    public async Task Events_beyond_the_ones_in_memory_are_read_from_the_journal()
    {
        const int count = (3 * GrainHost.TailEvents) + 7;
        for (var i = 0; i < count; i++)
        {
            await Do(null, new UpsertConcept { ConceptId = "c", Label = "C", X = i });
        }

        Assert.Equal(Seqs(1, 10), await After(0, 10, more: true));
        Assert.Equal(Seqs(100, 40), await After(99, 40, more: true));
        Assert.Equal(Seqs(count - 1, 2), await After(count - 2, 10, more: false));
        Assert.Empty(await After(count, 10, more: false));
        Assert.Empty(await After(long.MaxValue, 10, more: false));
        Assert.Equal(Seqs(1, count), await After(-5, 1_000_000, more: false));
        Assert.Equal(Seqs(1, 1), await After(0, 0, more: true));

        Assert.Equal(Seqs(count - 9, 10), await Before(null, 10, more: true));
        Assert.Equal(Seqs(90, 10), await Before(100, 10, more: true));
        Assert.Equal(Seqs(1, 4), await Before(5, 10, more: false));
        Assert.Empty(await Before(1, 10, more: false));
        Assert.Empty(await Before(long.MinValue, 10, more: false));
        Assert.Equal(Seqs(1, count), await Before(long.MaxValue, 1_000, more: false));
    }

    [Fact]
    public async Task After_history_was_cut_what_came_before_is_answered_with_nothing_and_a_place()
    {
        for (var i = 0; i < 60; i++)
        {
            await Do(null, new UpsertConcept { ConceptId = "c", Label = "C", X = i });
        }

        var stream = TopicName.Graph(id).ToString();
        await Wait.Until(async () => await host.Journal.ReadSnapshotAsync(stream, Ct) is not null, "a snapshot");
        await host.Journal.TrimAsync(stream, 20, Ct);
        await GrainHost.Deactivate(Graph);

        var page = await Graph.ReadAfter(5, 10);
        Assert.Equal((0, 60, 21, false), (page.Events.Count, page.Head, page.First, page.More));
        Assert.Equal(Seqs(21, 10), await After(20, 10, more: true));
        Assert.Equal(Seqs(21, 4), await Before(25, 10, more: false));
        Assert.Equal(59, (await Graph.GetSnapshot()).Concepts[0].X);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static long[] Seqs(long first, int count) => [.. Enumerable.Range(0, count).Select(i => first + i)];

    private static string Essay(int length)
    {
        string[] sentences =
        [
            "A neutron star is the collapsed core of a massive star.", "The crust of a neutron star holds a lattice of heavy nuclei.", "Pulsars are neutron stars whose radio beams sweep past Earth.",
            "A magnetar has the strongest magnetic field of any known object.", "Gravitational waves reveal the merger of two neutron stars.", "Nuclear pasta may be the strongest material in the universe.",
            "Astronomers measure the spin period of a pulsar with atomic clocks.", "Accretion disks feed X-ray binaries with hot gas.",
        ];
        var text = new StringBuilder(length + 100);
        for (var i = 0; text.Length < length; i++)
        {
            text.Append(sentences[i % sentences.Length]).Append(i % 5 == 4 ? "\n\n" : " ");
        }

        return text.ToString();
    }

    private async Task<Receipt> Do(string? command, params ConceptOperation[] operations)
    {
        var result = await Graph.Apply(new ApplyOperations { CommandId = command, User = People.Ada, Operations = operations });
        Assert.Null(result.Refusal);
        return result.Value!;
    }

    private async Task<long[]> After(long seq, int limit, bool more)
    {
        var page = await Graph.ReadAfter(seq, limit);
        Assert.Equal(more, page.More);
        return [.. page.Events.Select(e => e.Seq)];
    }

    private async Task<long[]> Before(long? seq, int limit, bool more)
    {
        var page = await Graph.ReadBefore(seq, limit);
        Assert.Equal(more, page.More);
        return [.. page.Events.Select(e => e.Seq)];
    }

    private async Task SumOfDeltasIsTheSnapshot()
    {
        var sum = new ConceptGraph(id);
        foreach (var e in (await Graph.ReadAfter(0, 1_000)).Events)
        {
            sum.Apply((GraphDelta)e);
        }

        Assert.Equal(GraphStates.Canonical(sum.ToSnapshot()), GraphStates.Canonical(await Graph.GetSnapshot()));
    }
}
