namespace Itori.Numerics.Spectra;

/// <summary>Products of square matrices of some dozens of rows.</summary>
internal static class SmallMatrix
{
    /// <summary>A B.</summary>
    public static double[,] Product(double[,] a, double[,] b)
    {
        var n = a.GetLength(0);
        var product = new double[n, n];
        for (var i = 0; i < n; i++)
        {
            for (var k = 0; k < n; k++)
            {
                var factor = a[i, k];
                for (var j = 0; j < n; j++)
                {
                    product[i, j] += factor * b[k, j];
                }
            }
        }

        return product;
    }

    /// <summary>Aᵀ S A, of a symmetric S; exactly symmetric.</summary>
    public static double[,] Congruence(double[,] a, double[,] s)
    {
        var (n, half) = (a.GetLength(0), Product(s, a));
        var result = new double[n, n];
        for (var i = 0; i < n; i++)
        {
            for (var j = i; j < n; j++)
            {
                var sum = 0.0;
                for (var k = 0; k < n; k++)
                {
                    sum += a[k, i] * half[k, j];
                }

                result[i, j] = result[j, i] = sum;
            }
        }

        return result;
    }
}
