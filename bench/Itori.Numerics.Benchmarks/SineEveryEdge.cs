namespace Itori.Numerics.Benchmarks;

/// <summary>The model as it is written down: a sine for each entry of the coupling, scalar.</summary>
internal sealed class SineEveryEdge(Field field)
{
    private readonly double[] _stage = new double[field.Coupling.NodeCount];
    private readonly double[] _slope = new double[field.Coupling.NodeCount];
    private readonly double[] _sum = new double[field.Coupling.NodeCount];

    public void Step(Span<double> phases)
    {
        var dt = field.Parameters.TimeStep;
        ReadOnlySpan<(double Weight, double Advance)> stages = [(1, dt / 2), (2, dt / 2), (2, dt), (1, 0)];
        phases.CopyTo(_stage);
        Array.Clear(_sum);
        foreach (var (weight, advance) in stages)
        {
            Slopes();
            for (var i = 0; i < _stage.Length; i++)
            {
                _sum[i] += weight * _slope[i];
                _stage[i] = phases[i] + advance * _slope[i];
            }
        }

        for (var i = 0; i < _stage.Length; i++)
        {
            phases[i] += dt / 6 * _sum[i];
        }
    }

    private void Slopes()
    {
        var starts = field.Coupling.RowStarts;
        var columns = field.Coupling.Columns;
        var weights = field.Coupling.Weights;
        for (var i = 0; i < _stage.Length; i++)
        {
            var sum = 0.0;
            for (var p = starts[i]; p < starts[i + 1]; p++)
            {
                sum += weights[p] * Math.Sin(_stage[columns[p]] - _stage[i]);
            }

            _slope[i] = field.Frequencies[i] + field.Parameters.Coupling * sum;
        }
    }
}
