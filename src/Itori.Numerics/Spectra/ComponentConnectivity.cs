namespace Itori.Numerics.Spectra;

/// <summary>A connected component and how well it holds together.</summary>
/// <param name="Nodes">Its nodes, ascending.</param>
/// <param name="AlgebraicConnectivity">
/// λ2 of its own Laplacian: above zero with two nodes or more; 0 for a single node, which has no second eigenvalue.
/// </param>
public sealed record ComponentConnectivity(IReadOnlyList<int> Nodes, double AlgebraicConnectivity);
