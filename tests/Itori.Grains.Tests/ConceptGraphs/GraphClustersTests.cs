using Itori.Contracts;
using Itori.Grains.ConceptGraphs;
using Itori.Grains.Fields;
using Itori.Grains.Tests.Cluster;
using Itori.Grains.Tests.Support;
using Itori.Numerics.Communities;
using Itori.Numerics.Graphs;

namespace Itori.Grains.Tests.ConceptGraphs;

public sealed class GraphClustersTests
{
    private readonly GraphUnderTest graph = new();

    [Fact]
    public void Two_circles_of_concepts_are_two_clusters_and_who_is_alone_has_none()
    {
        graph.Do([.. Circle("a"), .. Circle("b"), new UpsertConcept { Label = "Loner" }]);
        Recluster();
        Assert.Equal([1, 1, 1, 1], Clusters("a"));
        Assert.Equal([2, 2, 2, 2], Clusters("b"));
        Assert.Equal(0, graph["loner"].Cluster);
    }

    [Fact]
    public void A_cluster_keeps_its_number_while_others_come_and_go()
    {
        graph.Do([.. Circle("a"), .. Circle("b")]);
        Recluster();
        graph.Do([.. Circle("c"), new LinkConcepts { Source = "c0", Target = "a0", Weight = 0.05 }]);
        Recluster();
        Assert.Equal([1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3], [.. Clusters("a"), .. Clusters("b"), .. Clusters("c")]);

        graph.Do([.. Enumerable.Range(0, 4).Select(i => new RemoveConcept { ConceptId = $"a{i}" })]);
        Recluster();
        Assert.Equal([2, 2, 2, 2, 3, 3, 3, 3], [.. Clusters("b"), .. Clusters("c")]);
    }

    [Fact]
    public void Nothing_new_is_no_change()
    {
        graph.Do([.. Circle("a"), .. Circle("b")]);
        Recluster();
        Assert.Empty(Look(graph.Graph));
        Assert.Empty(Look(new GraphUnderTest().Graph));
    }

    [Fact]
    public void What_changed_during_a_look_waits_for_the_next_one()
    {
        graph.Do([.. Circle("a")]);
        var changes = Look(graph.Graph);
        graph.Do(new UnlinkConcepts { Source = "a0", Target = "a1" }, new UnlinkConcepts { Source = "a0", Target = "a2" }, new UnlinkConcepts { Source = "a0", Target = "a3" },
            new UpsertConcept { Label = "New" }, new LinkConcepts { Source = "new", Target = "a1" }, new RemoveConcept { ConceptId = "a3" });
        var due = GraphClusters.StillDue(graph.Graph, changes);
        Assert.Equal(["a0", "a1", "a2"], due.Select(change => change.ConceptId));

        Apply(due);
        Assert.Empty(GraphClusters.StillDue(graph.Graph, changes));
        Assert.Equal(2, Recluster());
        Assert.Equal([0, 1, 1, 1], [graph["a0"].Cluster, graph["a1"].Cluster, graph["a2"].Cluster, graph["new"].Cluster]);
    }

    [Fact]
    public async Task Those_of_a_large_graph_come_in_portions_and_none_is_missing()
    {
        await using var host = await GrainHost.With(("Itori:Graphs:ClusterDelay", "00:00:00.05"));
        var id = "clusters" + Guid.NewGuid().ToString("N");
        var inbox = await host.Subscribe(TopicName.Graph(id));
        var pairs = Enumerable.Range(0, 900).ToArray();
        var file = new ImportGraph
        {
            User = People.Ada,
            Concepts = [.. pairs.SelectMany(i => (string[])[$"left {i}", $"right {i}"]).Select(label => new ImportedConcept { Label = label })],
            Relations = [.. pairs.Select(i => new ImportedRelation { Source = 2 * i, Target = (2 * i) + 1 })],
        };
        Assert.Null((await host.Graph(id).Import(file)).Refusal);

        var (changed, seq) = (0, 0L);
        while (changed < 1_800)
        {
            var delta = await inbox.Until<GraphDelta>(delta => delta.Cause.Kind == "clusters" && delta.Seq > seq);
            seq = delta.Seq;
            Assert.InRange(delta.Changed.Count, 1, 1_000);
            changed += delta.Changed.Count;
        }

        Assert.Equal(1_800, changed);
        var clusters = (await host.Graph(id).GetSnapshot()).Concepts.Select(concept => concept.Cluster).ToArray();
        Assert.All(pairs, i => Assert.True(clusters[2 * i] > 0 && clusters[2 * i] == clusters[(2 * i) + 1]));
    }

    [Fact]
    public void Grown_step_by_step_it_is_as_good_as_found_at_once()
    {
        // Six circles of twelve, joined at random, come in relation by relation in a shuffled order; clusters are found after every twentieth.
        var random = new Random(5);
        var names = Enumerable.Range(0, 72).Select(i => $"n{i:00}").ToArray();
        var links = (from a in Enumerable.Range(0, 72) from b in Enumerable.Range(a + 1, 71 - a) where random.NextDouble() < (a / 12 == b / 12 ? 0.5 : 0.02) select (a, b)).ToArray();
        random.Shuffle(links);
        graph.Do([.. names.Select(name => new UpsertConcept { ConceptId = name, Label = name })]);
        var moved = 0;
        foreach (var batch in links.Chunk(20))
        {
            graph.Do([.. batch.Select(link => new LinkConcepts { Source = names[link.a], Target = names[link.b] })]);
            moved += Recluster();
        }

        var whole = WeightedGraph.FromEdges(72, [.. links.Select(link => new WeightedEdge(link.a, link.b, 1))]);
        var atOnce = Modularity.Of(whole, Leiden.Detect(whole, 1, cancellationToken: TestContext.Current.CancellationToken));
        var grown = Modularity.Of(whole, [.. names.Select(name => graph[name].Cluster)]);
        Assert.True(grown >= 0.98 * atOnce, $"{grown} against {atOnce}");

        // Colours do not jump: a concept changes its cluster a few times while the picture forms, not with every look.
        Assert.True(moved < 72 * 5, $"{moved} changes of 72 concepts in {links.Length / 20} looks.");
    }

    [Fact]
    public async Task The_grain_stores_them_and_they_outlive_it()
    {
        await using var host = await GrainHost.With(("Itori:Graphs:ClusterDelay", "00:00:00.05"));
        var id = "clusters" + Guid.NewGuid().ToString("N");
        var inbox = await host.Subscribe(TopicName.Graph(id));
        Assert.Null((await host.Graph(id).Apply(new ApplyOperations { User = People.Ada, Operations = [.. Circle("a"), .. Circle("b")] })).Refusal);
        var delta = await inbox.Until<GraphDelta>(delta => delta.Cause.Kind == "clusters");
        Assert.Equal((2L, 8), (delta.Seq, delta.Changed.Count));
        Assert.All(delta.Changed, change => Assert.Equal(new ConceptChange { ConceptId = change.ConceptId, Cluster = change.ConceptId[0] == 'a' ? 1 : 2 }, change));

        await GrainHost.Deactivate(host.Graph(id));
        Assert.Equal([1, 1, 1, 1, 2, 2, 2, 2], (await host.Graph(id).GetSnapshot()).Concepts.Select(concept => concept.Cluster));

        // The field knows them too.
        var state = await host.Grains.GetGrain<IFieldGrain>(id).Watch("gateway", TimeSpan.FromMinutes(1));
        Assert.Equal(8, state.Frame.Phases.Length);
        await Wait.Until(async () => (await host.Grains.GetGrain<IFieldGrain>(id).GetState()).Spectral?.Clusters.Count == 2, "both clusters in a spectral state");
    }

    [Fact]
    public async Task What_an_activation_left_unfound_the_next_one_finds()
    {
        await using var host = await GrainHost.With(("Itori:Graphs:ClusterDelay", "00:00:02"));
        var id = "clusters" + Guid.NewGuid().ToString("N");
        Assert.Null((await host.Graph(id).Apply(new ApplyOperations { User = People.Ada, Operations = [.. Circle("a")] })).Refusal);
        await GrainHost.Deactivate(host.Graph(id));
        await Wait.Until(async () => (await host.Graph(id).GetSnapshot()).Concepts.All(concept => concept.Cluster == 1), "the clusters");
    }

    [Fact]
    public void The_field_looks_at_each_cluster()
    {
        graph.Do([.. Circle("a"), .. Circle("b"), new LinkConcepts { Source = "a0", Target = "b0", Weight = 0.1 }]);
        Recluster();
        var field = new FieldSimulation(new FieldOptions());
        field.Load(graph.Graph.ToSnapshot());
        field.Advance(6_000);
        var (state, observed) = field.BeginSpectral().Compute(new FieldOptions(), 5, TestContext.Current.CancellationToken);
        Assert.Equal([(1, 4), (2, 4)], state.Clusters.Select(cluster => (cluster.ClusterId, cluster.Size)));
        Assert.Equal([1, 2], observed.Select(cluster => cluster.Cluster));
        Assert.All(state.Clusters, cluster =>
        {
            Assert.InRange(cluster.Coherence, 0.999, 1);
            Assert.Equal(4.0 / 3, cluster.InnerGap, 9); // K4: n/(n − 1).
            Assert.Equal(0.1 / 6.1, cluster.Conductance, 9); // Six relations of 0.5 count twice; one of 0.1 leads out.
            Assert.Equal(1, cluster.LockingMargin);
        });
        Assert.InRange(state.UniversalOrder, 0.5, 1);
        Assert.Equal(1, state.LockingMargin);
    }

    private static IEnumerable<ConceptOperation> Circle(string name)
    {
        for (var i = 0; i < 4; i++)
        {
            yield return new UpsertConcept { ConceptId = $"{name}{i}", Label = $"{name}{i}" };
        }

        for (var i = 0; i < 4; i++)
        {
            for (var j = i + 1; j < 4; j++)
            {
                yield return new LinkConcepts { Source = $"{name}{i}", Target = $"{name}{j}", Weight = 0.5 };
            }
        }
    }

    private int[] Clusters(string name) => [.. Enumerable.Range(0, 4).Select(i => graph[$"{name}{i}"].Cluster)];

    private static ConceptChange[] Look(ConceptGraph taken)
    {
        var search = new GraphClusters(taken);
        return search.Changes(search.Find(1, TestContext.Current.CancellationToken));
    }

    private int Recluster()
    {
        var changes = GraphClusters.StillDue(graph.Graph, Look(graph.Graph));
        Apply(changes);
        return changes.Length;
    }

    private void Apply(ConceptChange[] changes) => graph.Graph.Apply(
        new GraphDelta { Seq = graph.Graph.Seq + 1, Timestamp = graph.Now, Epoch = graph.Graph.Epoch, Changed = changes, Cause = new GraphCause { Kind = "clusters", User = People.Ada } });
}
