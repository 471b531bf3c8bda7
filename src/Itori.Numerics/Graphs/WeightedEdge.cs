namespace Itori.Numerics.Graphs;

/// <summary>An undirected edge between two different nodes.</summary>
/// <param name="A">One end, in [0, N).</param>
/// <param name="B">The other end, in [0, N), not equal to <paramref name="A"/>.</param>
/// <param name="Weight">Strength of the edge, dimensionless, finite and above zero.</param>
public readonly record struct WeightedEdge(int A, int B, double Weight);
