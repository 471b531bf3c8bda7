namespace Itori.Text;

/// <summary>A piece of a text, in UTF-16 code units of the text that was given.</summary>
/// <param name="Start">Index of its first code unit, from 0.</param>
/// <param name="Length">Number of code units, at least 0.</param>
public readonly record struct TextSpan(int Start, int Length)
{
    /// <summary>Index just past the last code unit.</summary>
    public int End => Start + Length;

    /// <summary>The piece of <paramref name="text"/> that this span names.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The span does not lie within <paramref name="text"/>.</exception>
    public ReadOnlySpan<char> In(string text) => text.AsSpan(Start, Length);
}
