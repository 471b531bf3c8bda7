using System.ComponentModel.DataAnnotations;

namespace Itori.Text;

/// <summary>A passage that answers a query.</summary>
/// <param name="Id">The passage's id.</param>
/// <param name="Source">Where it came from, as it was added.</param>
/// <param name="Sentence">Its best sentence.</param>
/// <param name="Span">That sentence's place in the passage.</param>
/// <param name="Score">BM25 score, greater than 0; compares within one search only.</param>
public sealed record PassageHit(string Id, string Source, string Sentence, TextSpan Span, double Score);

/// <summary>Settings of a <see cref="PassageIndex"/>.</summary>
public sealed class PassageIndexOptions
{
    /// <summary>BM25's k1: how soon a repeated word stops counting. Default 1.2.</summary>
    [Range(0.0, 10.0)]
    public double K1 { get; set; } = 1.2;

    /// <summary>BM25's b: how much a long passage is held against it, 0 to 1. Default 0.75.</summary>
    [Range(0.0, 1.0)]
    public double B { get; set; } = 0.75;

    /// <summary>Most UTF-16 code units of all passages together; beyond it the oldest passages are dropped. Default 4 million.</summary>
    [Range(1, int.MaxValue)]
    public int MaxCharacters { get; set; } = 4_000_000;
}
