using System.Text;

namespace Itori.Grains.Assistants.Turns;

/// <summary>
/// The answer as it grows: all of it, and what of it was not shown yet. Bounded: what goes beyond <paramref name="maxCharacters"/> is cut. A pair of surrogates is never
/// parted, neither between two pieces nor by the bound.
/// </summary>
internal sealed class AnswerPieces(int maxCharacters)
{
    private readonly StringBuilder _all = new();
    private int _shown;

    /// <summary>Whether the answer reached its bound.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Whether anything can be shown.</summary>
    public bool HasPiece => Complete() > _shown;

    /// <summary>The whole answer; half of a pair of surrogates at its end is left out.</summary>
    public string Text => _all.ToString(0, Complete());

    public void Add(string text)
    {
        var room = maxCharacters - _all.Length;
        if (text.Length > room)
        {
            IsFull = true;
            text = text[..room];
        }

        _all.Append(text);
    }

    /// <summary>What was not shown yet, from now on shown.</summary>
    public string TakePiece()
    {
        var end = Complete();
        var piece = _all.ToString(_shown, end - _shown);
        _shown = end;
        return piece;
    }

    private int Complete() => _all.Length > 0 && char.IsHighSurrogate(_all[^1]) ? _all.Length - 1 : _all.Length;
}
