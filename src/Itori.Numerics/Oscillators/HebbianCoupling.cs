using Itori.Numerics.Graphs;

namespace Itori.Numerics.Oscillators;

/// <summary>
/// Coupling that learns: what turns together comes to pull more, what turns apart less (after Ha, Noh, Park 2016). Each relation has an h that follows the cosine of its phase difference,
/// dh/dt = ε (cos(θⱼ − θᵢ) − h), and weighs w (1 + g h), divided by the strength that comes of it.
/// </summary>
/// <remarks>With h ∈ [−1, 1] and g &lt; 1 all weights stay above zero and rows keep their sum of 1, so K means what it means without learning. Deterministic; not thread-safe.</remarks>
public sealed class HebbianCoupling
{
    private readonly WeightedGraph _graph;
    private readonly double[] _agreement;
    private readonly int[] _mirror;
    private readonly double _gain;
    private readonly double _rate;

    /// <summary>Coupling that has learnt what <paramref name="agreement"/> says.</summary>
    /// <param name="graph">The relations w_ij.</param>
    /// <param name="rate">ε in 1/s, finite, at least 0: how fast it learns.</param>
    /// <param name="gain">g ∈ [0, 1): how much of a weight is learnt.</param>
    /// <param name="agreement">h of each entry of the graph's rows, in [−1, 1]; null for a coupling that has learnt nothing.</param>
    /// <exception cref="ArgumentException">A value is outside its range, or there is not one h for each entry.</exception>
    public HebbianCoupling(WeightedGraph graph, double rate, double gain, ReadOnlySpan<double> agreement = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (!(rate >= 0) || !double.IsFinite(rate) || !(gain >= 0 && gain < 1))
        {
            throw new ArgumentException($"Rate {rate} and gain {gain}; the rate is finite and at least 0, the gain in [0, 1).", nameof(rate));
        }

        _graph = graph;
        _rate = rate;
        _gain = gain;
        _agreement = new double[graph.Columns.Length];
        if (!agreement.IsEmpty)
        {
            if (agreement.Length != _agreement.Length || agreement.IndexOfAnyExceptInRange(-1, 1) >= 0)
            {
                throw new ArgumentException($"{agreement.Length} values in [−1, 1] for {_agreement.Length} entries.", nameof(agreement));
            }

            agreement.CopyTo(_agreement);
        }

        _mirror = Mirrors(graph);
        Matrix = CouplingMatrix.FromGraph(graph);
        Reweigh();
    }

    /// <summary>The coupling as it is now. It is this object's own and changes with <see cref="Learn"/>.</summary>
    public CouplingMatrix Matrix { get; }

    /// <summary>h of each entry of the graph's rows, in [−1, 1]; both entries of a relation hold the same bits.</summary>
    public ReadOnlySpan<double> Agreement => _agreement;

    /// <summary>Learns for a while from phases that are taken as constant; O(M), exact for constant phases however long.</summary>
    /// <param name="phases">θ in rad, length N, finite.</param>
    /// <param name="duration">Seconds, at least 0.</param>
    /// <exception cref="ArgumentException">A length or value is outside its range.</exception>
    public void Learn(ReadOnlySpan<double> phases, double duration)
    {
        if (phases.Length != _graph.NodeCount || !(duration >= 0))
        {
            throw new ArgumentException($"{phases.Length} phases for {_graph.NodeCount} oscillators, {duration} s.", nameof(phases));
        }

        var keep = Exponential.Of(-_rate * duration);
        for (var i = 0; i < _graph.NodeCount; i++)
        {
            var (sine, cosine) = SineCosine.Of(OrderParameter.Checked(phases[i], i));
            for (var p = _graph.RowStarts[i]; p < _graph.RowStarts[i + 1]; p++)
            {
                var j = _graph.Columns[p];
                if (j <= i)
                {
                    continue;
                }

                var (otherSine, otherCosine) = SineCosine.Of(OrderParameter.Checked(phases[j], j));
                var together = Math.Clamp(cosine * otherCosine + sine * otherSine, -1, 1);
                _agreement[p] = together + (_agreement[p] - together) * keep;
                _agreement[_mirror[p]] = _agreement[p];
            }
        }

        Reweigh();
    }

    private void Reweigh()
    {
        var weights = Matrix.ChangeWeights();
        for (var i = 0; i < _graph.NodeCount; i++)
        {
            var (start, end) = (_graph.RowStarts[i], _graph.RowStarts[i + 1]);
            double sum = 0;
            for (var p = start; p < end; p++)
            {
                weights[p] = _graph.Weights[p] * (1 + _gain * _agreement[p]);
                sum += weights[p];
            }

            for (var p = start; p < end; p++)
            {
                weights[p] /= sum;
            }
        }
    }

    /// <summary>Where the other entry of each entry's relation stands.</summary>
    private static int[] Mirrors(WeightedGraph graph)
    {
        var mirror = new int[graph.Columns.Length];
        var cursor = graph.RowStarts[..graph.NodeCount].ToArray();
        for (var i = 0; i < graph.NodeCount; i++)
        {
            for (var p = graph.RowStarts[i]; p < graph.RowStarts[i + 1]; p++)
            {
                // Rows are read in order and columns ascend, so each row's entries are met in the order in which they stand.
                mirror[p] = cursor[graph.Columns[p]]++;
            }
        }

        return mirror;
    }
}
