namespace Itori.Text;

/// <summary>How much more often two concepts meet than chance would have it.</summary>
public static class Association
{
    // Meetings that a pair must have before its own statistics outweigh the prior.
    private const double Shrinkage = 2;

    private const double EmptyWindows = 16;

    /// <summary>
    /// Normalised pointwise mutual information (Bouma 2009), shrunk toward 0 by <c>n/(n + 2)</c>: −1 (never together) to 1 (never apart), 0 at independence.
    /// </summary>
    /// <param name="joint">Windows that hold both, at most <paramref name="first"/> and <paramref name="second"/>.</param>
    /// <param name="first">Windows that hold the first.</param>
    /// <param name="second">Windows that hold the second.</param>
    /// <param name="windows">All windows; where fewer than two, nothing is known and the result is 0.</param>
    public static double Npmi(double joint, double first, double second, double windows)
    {
        if (!(joint > 0) || !(windows > 1) || !(first > 0) || !(second > 0))
        {
            return 0;
        }

        if (joint >= windows)
        {
            return 0;
        }

        var pmi = Math.Log(joint * windows / (first * second));
        var npmi = pmi / -Math.Log(joint / windows);
        return Math.Clamp(npmi, -1, 1) * (joint / (joint + Shrinkage));
    }

    /// <summary>
    /// The same as a factor in (0, 1]: about 0.5 at independence, 1 for a pair that is never apart. A few windows that hold nothing are added to those counted, so that what the first texts name does not count as being everywhere.
    /// </summary>
    public static double Factor(double joint, double first, double second, double windows) =>
        (1.05 + Npmi(joint, Math.Max(joint, first), Math.Max(joint, second), Math.Max(joint, windows) + EmptyWindows)) / 2.05;
}
