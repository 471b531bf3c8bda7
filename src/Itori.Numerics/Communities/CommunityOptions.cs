namespace Itori.Numerics.Communities;

/// <summary>How communities are looked for. Each value is checked when it is set.</summary>
public sealed record CommunityOptions
{
    /// <summary>
    /// γ, dimensionless: how much denser than chance a community has to be (Reichardt, Bornholdt 2006). 1 is plain modularity; more gives smaller
    /// communities. Finite and above zero.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside that range.</exception>
    public double Resolution
    {
        get;
        init => field = value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Resolution), value, "Resolution is finite and above 0.");
    } = 1;

    /// <summary>
    /// How often the method runs anew on its own result, at most; it stops at the first time that changes nothing. In [1, 100]; 10 by default.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside that range.</exception>
    public int Iterations
    {
        get;
        init => field = value is >= 1 and <= 100
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Iterations), value, "Iterations is between 1 and 100.");
    } = 10;

    /// <summary>
    /// From how many independent starts the best result is taken when there is no warm start. In [1, 100]; 4 by default. A warm start is followed alone.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside that range.</exception>
    public int Starts
    {
        get;
        init => field = value is >= 1 and <= 100
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Starts), value, "Starts is between 1 and 100.");
    } = 4;
}
