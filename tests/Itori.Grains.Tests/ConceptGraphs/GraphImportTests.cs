using Itori.Contracts;
using Itori.Grains.ConceptGraphs;
using Itori.Grains.Journaling;
using Itori.Grains.Tests.Cluster;
using Itori.Grains.Tests.Support;

namespace Itori.Grains.Tests.ConceptGraphs;

/// <summary>What a file does to a graph: all of it or nothing, by the rules of what people do by hand.</summary>
public sealed class GraphImportTests(GrainHost host)
{
    [Fact]
    public void A_concept_that_nobody_said_came_from_the_file()
    {
        var graph = new GraphUnderTest();
        graph.Import(Of([new ImportedConcept { Label = "Phase" }]) with { Source = "notes.gexf" });
        var phase = graph["phase"];
        Assert.Equal((0L, 0.5, "imported:notes.gexf", 0), (phase.Mentions, phase.Weight, phase.Sources.Single().Source, phase.Sources.Single().Length));
        Assert.Equal(("import", "notes.gexf"), (graph.Deltas[^1].Cause.Kind, graph.Deltas[^1].Cause.Source));
    }

    [Fact]
    public void The_same_label_is_the_same_concept_and_grows_as_in_a_merge()
    {
        var graph = new GraphUnderTest();
        graph.Hear(Texts.Of(Texts.Concept("phases", mentions: 2)));
        graph.Do(new MoveConcept { ConceptId = "phase", X = 1, Y = 2 });
        var before = graph["phase"];
        graph.Import(Of([new ImportedConcept { Label = "Phase", Weight = 0.4, X = 8, Y = 9, Pinned = true }, new ImportedConcept { Label = "phase", Weight = 0.2 }]));
        var after = graph["phase"];
        Assert.Single(graph.Graph.Concepts);
        var evidence = before.Evidence + Weights.ToEvidence(0.4, graph.Options.ConceptEvidenceScale) + Weights.ToEvidence(0.2, graph.Options.ConceptEvidenceScale);
        Assert.Equal(evidence, after.Evidence, 1e-12);
        Assert.Equal(Weights.OfEvidence(evidence, graph.Options.ConceptEvidenceScale), after.Weight, 1e-12);
        Assert.Equal((before.Label, before.Mentions, 1.0, 2.0, true), (after.Label, after.Mentions, after.X!.Value, after.Y!.Value, after.Pinned));
        Assert.Equal(before.Sources, after.Sources);
        Assert.Equal((1, 0), (graph.Deltas[^1].Cause.Concepts, graph.Deltas[^1].Cause.Relations));
    }

    [Fact]
    public void Relations_of_one_kind_between_the_same_concepts_are_one_whichever_way_they_point_where_the_kind_has_no_direction()
    {
        var graph = new GraphUnderTest();
        graph.Import(Of([.. Named("a1", "b1")], Relation(0, 1, 0.5, null), Relation(1, 0, 0.5, null), Relation(0, 1, 0.5, "causes"), Relation(1, 0, null, "causes")));
        Assert.Equal(["a1>causes>b1", "a1~related~b1", "b1>causes>a1"], graph.Graph.Relations.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(0.75, graph.Graph.Relations["a1~related~b1"].Weight, 1e-12);
        Assert.Equal(3, graph.Deltas[^1].Cause.Relations);
    }

    [Theory]
    [InlineData("co_occurs")]
    [InlineData("causes")]
    [InlineData(null)]
    public void What_people_unlinked_stays_so_whatever_a_file_says_and_only_a_link_undoes_it(string? kind)
    {
        var graph = new GraphUnderTest();
        graph.Hear(Texts.Naming("alpha", "beta"));
        graph.Do(new UnlinkConcepts { Source = "alpha", Target = "beta" });
        graph.Import(Of([.. Named("Betas", "Alpha", "Gamma")], Relation(0, 1, 0.25, kind), Relation(1, 0, 0.25, kind), Relation(1, 2, 0.25, kind)));
        Assert.Null(graph.Between("alpha", "beta"));
        Assert.True(graph.Graph.IsUnlinked("alpha", "beta"));
        Assert.NotNull(graph.Between("alpha", "gamma"));
        Assert.Equal(1, graph.Deltas[^1].Cause.Relations);

        // Nor by the name of a concept that was merged into one of the two.
        graph.Do(new MergeConcepts { Source = "gamma", Target = "alpha" });
        graph.Import(Of([.. Named("Gamma", "Beta")], Relation(0, 1, 0.25, kind)));
        Assert.Null(graph.Between("alpha", "beta"));

        graph.Do(new LinkConcepts { Source = "alpha", Target = "beta" });
        Assert.NotNull(graph.Between("alpha", "beta"));
    }

    [Fact]
    public void What_Itori_wrote_keeps_its_names_its_id_and_its_times()
    {
        var graph = new GraphUnderTest();
        var concept = new ImportedConcept
        {
            Label = "LLM",
            Key = "large language model",
            Aliases = ["llm"],
            ConceptId = "my-id",
            Mentions = 7,
            Cluster = 3,
            CreatedAt = 5,
            LastSeen = graph.Now + 100_000,
        };
        graph.Import(Of([concept]));
        var known = graph["my-id"];
        Assert.Equal((7L, 3, 5L, graph.Now), (known.Mentions, known.Cluster, known.CreatedAt, known.LastSeen));
        Assert.Equal("my-id", graph.Graph.FindIdByKey("llm"));

        // Somebody else's id stays somebody else's; a name that is taken stays where it is.
        graph.Import(Of([concept with { Key = "other", Label = "Other" }]));
        Assert.Equal(["my-id", "other"], graph.Graph.Concepts.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("my-id", graph.Graph.FindIdByKey("llm"));
    }

    [Fact]
    public void Nothing_leaves_the_graph_for_a_file_that_does_not_fit()
    {
        var graph = new GraphUnderTest(new ConceptGraphOptions { MaxConcepts = 10, MaxRelations = 10 });
        graph.Hear(Texts.Naming("alpha", "beta"));
        Assert.Equal("too_large", graph.TryImport(Of([.. Named(Enumerable.Range(0, 9).Select(i => $"c{i}x").ToArray())]))?.Reason);
        Assert.Equal("too_large", graph.TryImport(Of([.. Named(Enumerable.Range(0, 11).Select(i => $"c{i}x").ToArray())]))?.Reason);
        Assert.Equal("too_large", graph.TryImport(Of([.. Named("alpha", "beta")], [.. Enumerable.Range(0, 10).Select(i => Relation(0, 1, 0.5, "k" + i))]))?.Reason);
        Assert.Null(graph.TryImport(Of([.. Named(Enumerable.Range(0, 8).Select(i => $"c{i}x").ToArray())])));
        Assert.Equal(10, graph.Graph.Concepts.Count);
    }

    public static TheoryData<string, ImportGraph> Refused() => new()
    {
        { "bad_file", Of([new ImportedConcept { Label = " " }]) },
        { "bad_file", Of([new ImportedConcept { Label = new string('x', 201) }]) },
        { "bad_file", Of([new ImportedConcept { Label = "\u200B" }]) },
        { "bad_field", Of([new ImportedConcept { Label = "a1", Weight = double.NaN }]) },
        { "bad_field", Of([new ImportedConcept { Label = "a1", Weight = 1.5 }]) },
        { "bad_field", Of([new ImportedConcept { Label = "a1", X = double.PositiveInfinity }]) },
        { "bad_field", Of([new ImportedConcept { Label = "a1", Y = 2e9 }]) },
        { "bad_file", Of([new ImportedConcept { Label = "a1", Mentions = -1 }]) },
        { "bad_file", Of([new ImportedConcept { Label = "a1", Key = "" }]) },
        { "bad_file", Of([new ImportedConcept { Label = "a1", Aliases = [""] }]) },
        { "bad_field", Of([.. Named("a1", "b1")], Relation(0, 2, null, null)) },
        { "bad_field", Of([.. Named("a1", "b1")], Relation(-1, 1, null, null)) },
        { "bad_field", Of([.. Named("a1", "b1")], Relation(0, 1, 0, null)) },
        { "bad_file", Of([.. Named("a1", "b1")], Relation(0, 1, null, "two words")) },
        { "bad_field", Of([.. Named("a1", "b1")]) with { Source = "a\nb" } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_a_graph_cannot_hold_refuses_the_whole_file(string reason, ImportGraph command)
    {
        var graph = new GraphUnderTest();
        var after = command with
        {
            Concepts = [.. Named("first"), .. command.Concepts],
            Relations = [.. command.Relations.Select(relation => relation with { Source = relation.Source + 1, Target = relation.Target + 1 })],
        };
        Assert.Equal(reason, graph.TryImport(command)?.Reason);
        if (command.Relations.All(relation => relation.Source >= 0)) // Moved by one it would name a concept.
        {
            Assert.Equal(reason, graph.TryImport(after)?.Reason);
        }

        Assert.Empty(graph.Graph.Concepts);
    }

    [Fact]
    public void What_is_decided_in_portions_is_what_is_decided_at_once()
    {
        var command = Of([.. Named("Alpha", "Beta", "alpha", "Gamma", "betas")], Relation(0, 1, 0.5, null), Relation(2, 4, 0.5, null), Relation(3, 1, null, "causes"));
        var deltas = new[] { 1, 2, 7, int.MaxValue }.Select(portion =>
        {
            var graph = new GraphUnderTest();
            graph.Hear(Texts.Naming("beta", "delta"));
            var import = new GraphImport(graph.Graph, ImportPlan.Of(command, graph.Options), graph.Options, graph.Now);
            while (import.Advance(portion))
            {
                Assert.False(import.IsStale);
            }

            return System.Text.Encoding.UTF8.GetString(EventCodec.Encode(Assert.Single(import.ToDeltas().Value!)).Body.Span);
        });
        Assert.Single(deltas.Distinct());
    }

    [Fact]
    public void What_was_decided_on_a_graph_that_changed_meanwhile_is_stale()
    {
        var graph = new GraphUnderTest();
        var import = new GraphImport(graph.Graph, ImportPlan.Of(Of([.. Named("alpha", "beta")]), graph.Options), graph.Options, graph.Now);
        Assert.True(import.Advance(1));
        Assert.False(import.IsStale);
        graph.Hear(Texts.Naming("beta"));
        Assert.True(import.IsStale);
    }

    [Fact]
    public async Task A_file_that_is_got_ready_holds_nobody_up_and_what_changes_meanwhile_counts()
    {
        var graph = host.Graph(Guid.NewGuid().ToString("N"));
        using var readable = new ManualResetEventSlim();

        // A caller in the same silo gives its lists as they are: this one does not let itself be read before all the others have been served.
        var held = new Held<ImportedConcept>([.. Named("alpha", "beta")], readable);
        var import = graph.Import(Of([]) with { Concepts = held, Relations = [Relation(0, 1, 0.5, null)], CommandId = "once" });
        await held.Asked;
        await graph.Apply(new ApplyOperations { User = People.Ada, Operations = [new UpsertConcept { Label = "Alpha", ConceptId = "first" }] }).WaitAsync(GrainHost.Limit, TestContext.Current.CancellationToken);
        Assert.Single((await graph.GetSnapshot().AsTask().WaitAsync(GrainHost.Limit, TestContext.Current.CancellationToken)).Concepts);
        Assert.False(import.IsCompleted);

        readable.Set();
        Assert.Equal((2, 1, 2L), ((await import).Value!.Concepts!.Value, (await import).Value!.Relations!.Value, (await import).Value!.Seq));
        Assert.Equal(["first", "beta"], (await graph.GetSnapshot()).Concepts.Select(concept => concept.ConceptId));
    }

    [Fact]
    public async Task The_same_file_sent_twice_at_once_is_imported_once()
    {
        var graph = host.Graph(Guid.NewGuid().ToString("N"));
        var command = Of([.. Named(Enumerable.Range(0, 1500).Select(i => $"concept {i}x").ToArray())]) with { CommandId = "once" };
        var receipts = await Task.WhenAll(graph.Import(command), graph.Import(command), graph.Import(command));
        Assert.Single(receipts.Select(receipt => receipt.Value!).Distinct());
        Assert.Equal(receipts[0].Value!.Seq, await graph.GetHead());
    }

    [Fact]
    public async Task A_graph_in_which_people_talk_takes_a_large_file_in_all_the_same()
    {
        var id = Guid.NewGuid().ToString("N");
        var graph = host.Graph(id);
        var command = Of([.. Named(Enumerable.Range(0, 1900).Select(i => $"concept {i}x").ToArray())], [.. Enumerable.Range(0, 8000).Select(i => Relation(i % 1900, (i * 7) % 1900, 0.5, "k" + (i / 1900)))]);
        using var done = new CancellationTokenSource();
        var talk = Task.Run(
            async () =>
            {
                for (var i = 0; !done.IsCancellationRequested; i++)
                {
                    Assert.NotNull((await graph.Apply(new ApplyOperations { User = People.Ada, Operations = [new UpsertConcept { Label = $"concept {i % 50}x", Weight = 0.9 }] })).Value);
                }
            },
            TestContext.Current.CancellationToken);
        var receipt = (await graph.Import(command)).Value!;
        await done.CancelAsync();
        await talk;

        // All of it in one stretch of the history, whatever was said before and after.
        var deltas = new List<GraphDelta>();
        for (EventPage page; deltas.Count == 0 || (deltas[^1].Seq < await graph.GetHead());)
        {
            page = await graph.ReadAfter(deltas.Count == 0 ? 0 : deltas[^1].Seq, 1000);
            deltas.AddRange(page.Events.Cast<GraphDelta>());
        }

        var imported = deltas.Where(delta => delta.Cause.Kind == "import").Select(delta => delta.Seq).ToArray();
        Assert.Equal(Enumerable.Range(0, imported.Length).Select(i => receipt.Seq - imported.Length + 1 + i), imported);
        Assert.Equal(1900, (await graph.GetSnapshot()).Concepts.Count);
    }

    [Fact]
    public async Task A_large_file_is_stored_at_once_and_seen_in_pieces()
    {
        var id = Guid.NewGuid().ToString("N");
        var inbox = await host.Subscribe(TopicName.Graph(id));
        var command = Of([.. Named(Enumerable.Range(0, 1000).Select(i => $"concept {i}x").ToArray())], [.. Enumerable.Range(0, 999).Select(i => Relation(i, i + 1, 0.5, "causes"))]) with { CommandId = "once" };
        var receipt = (await host.Graph(id).Import(command)).Value!;
        Assert.Equal((1000, 999, 5L), (receipt.Concepts!.Value, receipt.Relations!.Value, receipt.Seq));
        var deltas = (await host.Graph(id).ReadAfter(0, 100)).Events.Cast<GraphDelta>().ToArray();
        Assert.Equal([256, 256, 256, 232, 0], deltas.Select(delta => delta.Added.Count));
        Assert.Equal([0, 0, 0, 0, 999], deltas.Select(delta => delta.RelationsAdded.Count));
        Assert.Equal([0.2, 0.4, 0.6, 0.8, 1], deltas.Select(delta => delta.Cause.Progress!.Value));
        Assert.Equal([null, null, null, null, "once"], deltas.Select(delta => delta.CommandId));
        await inbox.Until(all => all.OfType<GraphDelta>().Count() == 5, "five deltas");

        // The same again, also to an activation that knows it from the journal only.
        await GrainHost.Deactivate(host.Graph(id));
        Assert.Equal(receipt, (await host.Graph(id).Import(command)).Value);
        Assert.Equal("conflict", (await host.Graph(id).Import(command with { Source = "another" })).Refusal?.Reason);
        Assert.Equal(5, await host.Graph(id).GetHead());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_write_that_fails_leaves_all_of_the_file_or_nothing(bool wasWritten)
    {
        // While a write has failed, the whole process refuses commands: not those of other tests.
        await using var own = await GrainHost.With();
        var graph = own.Graph("g");
        await graph.Import(Of([.. Named("before")]));
        own.Journal.FailNext("graph:g", wasWritten ? UnreliableJournal.Failure.After : UnreliableJournal.Failure.Before);
        var command = Of([.. Named(Enumerable.Range(0, 1000).Select(i => $"concept {i}x").ToArray())]) with { CommandId = "once" };
        Assert.Equal("unavailable", (await graph.Import(command)).Refusal?.Reason);
        Assert.Equal(wasWritten ? 5 : 1, await Settled());
        Result<Receipt> again = new();
        await Wait.Until(async () => (again = await graph.Import(command)).Value is not null, "the file is imported when it is sent again");
        Assert.Equal((1000, 5L), (again.Value!.Concepts!.Value, again.Value.Seq));
        Assert.Equal(1001, (await graph.GetSnapshot()).Concepts.Count);
        Assert.Equal(5, await graph.GetHead());

        // What is really stored, as soon as an activation answers that knows.
        async Task<long> Settled()
        {
            long head = -1;
            await Wait.Until(
                async () =>
                {
                    try
                    {
                        head = await graph.ConfirmHead();
                        return true;
                    }
                    catch (TopicUnavailableException)
                    {
                        return false;
                    }
                },
                "the graph answers again");
            return head;
        }
    }

    private static ImportGraph Of(ImportedConcept[] concepts, params ImportedRelation[] relations) => new() { User = People.Ada, Concepts = concepts, Relations = relations };

    private static IEnumerable<ImportedConcept> Named(params string[] labels) => labels.Select(label => new ImportedConcept { Label = label });

    private static ImportedRelation Relation(int source, int target, double? weight, string? kind) => new() { Source = source, Target = target, Weight = weight, Kind = kind };

    /// <summary>A list that lets itself be read when it is told to.</summary>
    private sealed class Held<T>(T[] items, ManualResetEventSlim readable) : IReadOnlyList<T>
    {
        private readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => asked.Task;

        public int Count => Read().Length;

        public T this[int index] => Read()[index];

        public IEnumerator<T> GetEnumerator() => Read().AsEnumerable().GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

        private T[] Read()
        {
            asked.TrySetResult();
            readable.Wait(GrainHost.Limit);
            return items;
        }
    }
}
