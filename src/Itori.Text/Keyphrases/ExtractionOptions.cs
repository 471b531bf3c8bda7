using System.ComponentModel.DataAnnotations;

namespace Itori.Text;

/// <summary>Limits of one extraction. All are inclusive.</summary>
public sealed class ExtractionOptions
{
    /// <summary>Most concepts of one text; the best scored are kept. Default 60.</summary>
    [Range(1, 10_000)]
    public int MaxConcepts { get; set; } = 60;

    /// <summary>One concept at most is kept for so many words of the text, and five more; so a chat message does not yield every noun in it. Default 6; 1 keeps all.</summary>
    [Range(1, 1_000)]
    public int WordsPerConcept { get; set; } = 6;

    /// <summary>Most words of a concept; of a longer phrase the last so many are kept. Default 5.</summary>
    [Range(1, 10)]
    public int MaxPhraseWords { get; set; } = 5;

    /// <summary>Most relations of one text; the strongest are kept, typed ones first. Default 200.</summary>
    [Range(0, 100_000)]
    public int MaxRelations { get; set; } = 200;

    /// <summary>Most mentions that are reported of one concept (its score counts them all). Default 1,000.</summary>
    [Range(1, 100_000)]
    public int MaxMentions { get; set; } = 1_000;

    /// <summary>Concepts scored lower are dropped. Scores lie in [0, 1]. Default 0.06: little more than what a reader would never name.</summary>
    [Range(0.0, 1.0)]
    public double MinScore { get; set; } = 0.06;

    /// <summary>Most words between two mentions in one sentence that still count as together. Default 12.</summary>
    [Range(0, 200)]
    public int RelationWindow { get; set; } = 12;
}
