using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Itori.Numerics.Spectra;

/// <summary>All eigenvalues of a small symmetric matrix; O(n³).</summary>
internal static class DenseEigensolver
{
    private const double MachineEpsilon = 2.220446049250313e-16;

    public static ComponentSpectrum Solve(ComponentLaplacian laplacian, int wanted)
    {
        var (values, _) = Decompose(laplacian.ToDense());

        // The tridiagonal QL method is backward stable: what it finds belongs to a matrix within about n · ε · ‖L‖ of L.
        var residual = laplacian.Size * MachineEpsilon * laplacian.NormBound;
        return new ComponentSpectrum(values[1..(wanted + 1)], residual, values[^1], residual);
    }

    /// <summary>Eigenvalues, ascending, and the eigenvectors as columns in the same order.</summary>
    public static (double[] Values, double[,] Vectors) Decompose(double[,] symmetric)
    {
        Evd<double> decomposition = Matrix<double>.Build.DenseOfArray(symmetric).Evd(Symmetricity.Symmetric);
        var size = symmetric.GetLength(0);
        var values = new double[size];
        var order = new int[size];
        for (var i = 0; i < size; i++)
        {
            values[i] = decomposition.EigenValues[i].Real;
            order[i] = i;
        }

        Array.Sort(values, order);
        var vectors = new double[size, size];
        for (var column = 0; column < size; column++)
        {
            for (var row = 0; row < size; row++)
            {
                vectors[row, column] = decomposition.EigenVectors[row, order[column]];
            }
        }

        return (values, vectors);
    }
}
