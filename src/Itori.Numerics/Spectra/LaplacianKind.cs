namespace Itori.Numerics.Spectra;

/// <summary>Which Laplacian of a weighted graph.</summary>
public enum LaplacianKind
{
    /// <summary>L = D − W, in the unit of the weights.</summary>
    Combinatorial,

    /// <summary>I − D^(−1/2) W D^(−1/2), dimensionless, eigenvalues in [0, 2]. An isolated node has the eigenvalue 0.</summary>
    Normalised,
}
