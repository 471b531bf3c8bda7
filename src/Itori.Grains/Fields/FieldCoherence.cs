using Itori.Numerics.Graphs;
using Itori.Numerics.Oscillators;

namespace Itori.Grains.Fields;

/// <summary>A field's coherence.</summary>
internal static class FieldCoherence
{
    /// <summary>Σ sᵢ rᵢ / Σ sᵢ over the local order parameters; 0 for a graph without relations.</summary>
    public static double Of(WeightedGraph graph, CouplingMatrix coupling, ReadOnlySpan<double> phases)
    {
        if (graph.TotalStrength <= 0)
        {
            return 0;
        }

        var local = new double[phases.Length];
        Coherence.Local(coupling, phases, local);
        var sum = 0.0;
        for (var i = 0; i < local.Length; i++)
        {
            sum += graph.Strengths[i] * local[i];
        }

        return Math.Clamp(sum / graph.TotalStrength, 0, 1);
    }
}
