using Itori.Numerics.Graphs;
using Itori.Numerics.Oscillators;

namespace Itori.Numerics.Communities;

/// <summary>How a community holds together inside, against what ties it to the rest.</summary>
/// <param name="Conductance">
/// Weight of the edges that leave it over the smaller of its volume and the rest's, in [0, 1]; 0 where no edge leaves it or it has no edges.
/// </param>
/// <param name="InnerGap">
/// λ₂ of the normalised Laplacian of the community alone, in [0, 2]: small where its inside nearly falls in two. 0 for a community that is not connected inside or a single node.
/// </param>
/// <param name="Margin">The locking margin of the community alone, see <see cref="LockingMargin"/>; 1 for a single node.</param>
public readonly record struct CommunityKnit(double Conductance, double InnerGap, double Margin)
{
    /// <summary>
    /// The conductance of the best cut through its inside is at least half of <see cref="InnerGap"/> (Cheeger's inequality), so a community whose half gap is below the conductance of its own rim
    /// may well be easier to cut through than to cut out.
    /// </summary>
    public bool IsWeak => InnerGap / 2 < Conductance;

    /// <summary>Measures one community.</summary>
    /// <param name="graph">The whole graph.</param>
    /// <param name="members">Its nodes, each once.</param>
    /// <param name="naturalFrequencies">ω of all N nodes, rad/s.</param>
    /// <param name="coupling">K, rad/s.</param>
    /// <param name="cancellationToken">Looked at while solving.</param>
    /// <exception cref="ArgumentException">As <see cref="InducedSubgraph.Of"/> and <see cref="LockingMargin.Of"/>.</exception>
    public static CommunityKnit Of(
        WeightedGraph graph, IReadOnlyList<int> members, ReadOnlySpan<double> naturalFrequencies, double coupling, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var inside = InducedSubgraph.Of(graph, members);
        var strengths = new double[members.Count];
        var frequencies = new double[members.Count];
        double volume = 0;
        for (var i = 0; i < members.Count; i++)
        {
            strengths[i] = graph.Strengths[members[i]];
            frequencies[i] = naturalFrequencies[members[i]];
            volume += strengths[i];
        }

        var cut = Math.Max(0, volume - inside.TotalStrength);
        var smaller = Math.Min(volume, Math.Max(0, graph.TotalStrength - volume));

        // Sums in another order may leave a few ulp of a cut where no edge leaves.
        var conductance = smaller > 0 && cut > 1e-12 * volume ? Math.Min(1, cut / smaller) : 0;
        if (members.Count < 2)
        {
            return new CommunityKnit(conductance, 0, 1);
        }

        var gap = Spectra.InnerGap.Of(inside, cancellationToken);
        var margin = LockingMargin.Of(inside, frequencies, coupling, strengths, cancellationToken).Value;
        return new CommunityKnit(conductance, gap, margin);
    }
}
