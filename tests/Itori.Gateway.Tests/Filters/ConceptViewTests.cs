using CsCheck;

using Itori.Contracts;
using Itori.Gateway.Topics.Filters;

namespace Itori.Gateway.Tests.Filters;

/// <summary>Whoever applies what a filter lets pass of a graph's changes holds what the filter shows of the graph.</summary>
public sealed class ConceptViewTests
{
    [Fact]
    public void A_neighbourhood_follows_any_change_of_the_graph() => Gen.Select(Gen.Int, Gen.Int[0, 3], Gen.Int[1, 40]).Sample((seed, depth, changes) =>
    {
        var random = new Random(seed);
        var whole = new GraphModel();
        var mirror = new GraphMirror(new GraphSnapshot { Graph = "g", Epoch = 1, Seq = 0, Concepts = [], Relations = [] });
        var view = new ConceptView(ConceptChoice.Near("c0", depth), mirror);
        var held = GraphModel.Of(view.Snapshot(mirror));
        for (var seq = 1; seq <= changes; seq++)
        {
            var delta = whole.Draw(random, seq, 8);
            whole.Apply(delta);
            mirror.Apply(delta);
            if (view.Follow(delta, mirror, 1 << 20) is { } shown)
            {
                Assert.False(ListedConcepts.IsEmpty(shown));
                held.Apply(shown);
            }

            Assert.Equal(whole.Near("c0", depth).ToString(), held.ToString());
            Assert.Equal(held.ToString(), GraphModel.Of(view.Snapshot(mirror)).ToString());
            Assert.Equal(held.Concepts.Keys.Select(id => int.Parse(id[1..], System.Globalization.CultureInfo.InvariantCulture)).Order(), view.Slots.Slots);
        }
    });

    [Fact]
    public void A_list_needs_nothing_but_the_change() => Gen.Select(Gen.Int, Gen.Int[1, 40]).Sample((seed, changes) =>
    {
        var random = new Random(seed);
        var ids = ConceptChoice.Of(Enumerable.Range(0, 8).Where(_ => random.Next(2) == 0).Append(0).Select(i => "c" + i)).Ids!;
        var (whole, held) = (new GraphModel(), new GraphModel());
        for (var seq = 1; seq <= changes; seq++)
        {
            var delta = whole.Draw(random, seq, 8);
            whole.Apply(delta);
            if (ListedConcepts.Of(delta, ids) is { } shown)
            {
                held.Apply(shown);
            }

            Assert.Equal(whole.Within(ids).ToString(), held.ToString());
        }
    });

    [Fact]
    public void What_a_view_keeps_of_its_past_is_bounded_and_whole()
    {
        var random = new Random(1);
        var whole = new GraphModel();
        var mirror = new GraphMirror(new GraphSnapshot { Graph = "g", Epoch = 1, Seq = 0, Concepts = [], Relations = [] });
        var view = new ConceptView(ConceptChoice.Near("c0", 2), mirror);
        var states = new List<GraphModel> { GraphModel.Of(view.Snapshot(mirror)) };
        for (var seq = 1; seq <= 300; seq++)
        {
            var delta = whole.Draw(random, seq, 8);
            whole.Apply(delta);
            mirror.Apply(delta);
            view.Follow(delta, mirror, 20_000);
            states.Add(GraphModel.Of(view.Snapshot(mirror)));
        }

        var kept = Enumerable.Range(0, 301).Where(since => view.After(since) is not null).ToList();
        Assert.Equal(300, kept[^1]);
        Assert.InRange(kept.Count, 2, 100);
        Assert.Null(view.After(301));
        foreach (var since in kept)
        {
            var held = states[since];
            Assert.Equal(Enumerable.Range(since + 1, 300 - since).Select(seq => (long)seq), view.After(since)!.Select(step => step.Seq));
            foreach (var step in view.After(since)!.Where(step => step.Shown is not null))
            {
                held.Apply(step.Shown!);
            }

            Assert.Equal(states[300].ToString(), held.ToString());
        }
    }
}
