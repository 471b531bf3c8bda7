namespace Itori.Numerics.Spectra;

/// <summary>What a solver finds of one connected component of two nodes or more.</summary>
/// <param name="Smallest">The smallest eigenvalues but the one that is 0, ascending.</param>
/// <param name="LargestResidual">The largest ‖Lx − λx‖ of them.</param>
/// <param name="Largest">The largest eigenvalue.</param>
/// <param name="ResidualOfLargest">‖Lx − λx‖ of that one.</param>
internal readonly record struct ComponentSpectrum(double[] Smallest, double LargestResidual, double Largest, double ResidualOfLargest);
