namespace Itori.Text.Keyphrases;

/// <summary>A possible concept with all its mentions in one text.</summary>
internal sealed class Candidate(int index, int[] path)
{
    public int Index { get; } = index;

    /// <summary>Ids of its words, hyphenated words taken apart, the last in the singular.</summary>
    public int[] Path { get; } = path;

    public List<Phrase> Mentions { get; } = [];

    /// <summary>Number of mentions; <see cref="Mentions"/> keeps only so many.</summary>
    public int Count { get; set; }

    /// <summary>Number of longer candidates' mentions that end in or contain this one.</summary>
    public int NestedCount { get; set; }

    public int LastSentence { get; set; } = -1;

    public int SentenceCount { get; set; }

    /// <summary>Short forms that the text introduced for it.</summary>
    public List<string> Aliases { get; } = [];

    public double Score { get; set; }

    public bool Selected { get; set; }
}
