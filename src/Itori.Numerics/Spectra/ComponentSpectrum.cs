namespace Itori.Numerics.Spectra;

/// <summary>What a solver finds of one connected component of two nodes or more.</summary>
/// <param name="Smallest">The smallest eigenvalues but the one that is 0, ascending.</param>
/// <param name="Largest">The largest eigenvalue.</param>
/// <param name="LargestResidual">The largest ‖Lx − λx‖.</param>
internal readonly record struct ComponentSpectrum(double[] Smallest, double Largest, double LargestResidual);
