using Itori.Numerics.Communities;
using Itori.Numerics.Graphs;
using Itori.Numerics.Tests.Support;

namespace Itori.Numerics.Tests.Communities;

public sealed class CommunityKnitTests
{
    private static readonly WeightedGraph Barbell = WeightedGraph.FromEdges(6, [new(0, 1, 1), new(1, 2, 1), new(0, 2, 1), new(3, 4, 1), new(4, 5, 1), new(3, 5, 1), new(2, 3, 1)]);

    [Fact]
    public void A_triangle_on_a_bridge_is_known()
    {
        // Volume 7 on either side of one edge; K3 has λ₂ = 3/2.
        var knit = Of(Barbell, [0, 1, 2], new double[6]);
        Assert.Equal(1.0 / 7, knit.Conductance, 12);
        Assert.Equal(1.5, knit.InnerGap, 12);
        Assert.Equal(1, knit.Margin);
        Assert.False(knit.IsWeak);
    }

    [Fact]
    public void The_whole_has_no_rim()
    {
        var knit = Of(Barbell, [0, 1, 2, 3, 4, 5], new double[6]);
        Assert.Equal(0, knit.Conductance);
        Assert.InRange(knit.InnerGap, 0.1, 0.5);
        Assert.False(knit.IsWeak);
    }

    [Fact]
    public void Two_ends_that_only_others_join_are_no_community()
    {
        var knit = Of(Barbell, [0, 5], [0, 0, 0, 0, 0, 1.0]);
        Assert.Equal((1.0, 0.0, 1.0), (knit.Conductance, knit.InnerGap, knit.Margin));
        Assert.True(knit.IsWeak);
    }

    [Fact]
    public void A_member_alone_and_a_graph_without_edges_are_defined()
    {
        Assert.Equal(new CommunityKnit(1, 0, 1), Of(Barbell, [0], new double[6]));
        Assert.Equal(new CommunityKnit(0, 0, 1), Of(WeightedGraph.FromEdges(2, []), [0, 1], [0, 1]));
        Assert.Equal(new CommunityKnit(0, 0, 1), Of(Barbell, [], new double[6]));
    }

    [Fact]
    public void What_its_members_want_strains_it_though_others_hold_them()
    {
        // In the triangle's pair 0 and 1 each have half of their strength outside of the pair: 1 − (2 · 0.3/2)/1.
        Assert.Equal(0.7, Of(Barbell, [0, 1], [0, 0.3, 0, 0, 0, 0]).Margin, 12);
        Assert.True(Of(Barbell, [0, 1], [0, 1.2, 0, 0, 0, 0]).Margin < 0);
    }

    [Fact]
    public void Members_named_twice_or_from_elsewhere_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Of(Barbell, [0, 0], new double[6]));
        Assert.Throws<ArgumentException>(() => Of(Barbell, [6], new double[6]));
        Assert.Throws<ArgumentException>(() => InducedSubgraph.Of(KarateClub.Graph, [-1]));
    }

    private static CommunityKnit Of(WeightedGraph graph, int[] members, double[] frequencies) => CommunityKnit.Of(graph, members, frequencies, 1, TestContext.Current.CancellationToken);
}
