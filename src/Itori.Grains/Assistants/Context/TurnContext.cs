using Itori.Contracts;
using Itori.Grains.Assistants.Questions;

namespace Itori.Grains.Assistants.Context;

/// <summary>All that the assistant knows when it answers a message.</summary>
internal sealed record TurnContext
{
    /// <summary>What the message asks, or that it asks nothing.</summary>
    public required Question Question { get; init; }

    /// <summary>Who wrote the message.</summary>
    public required string UserName { get; init; }

    /// <summary>The session's id.</summary>
    public required string Session { get; init; }

    /// <summary>The message's <c>seq</c>.</summary>
    public required long InReplyTo { get; init; }

    /// <summary>What was said before the message, oldest first; the latest <see cref="AssistantOptions.MaxTranscriptMessages"/> of it.</summary>
    public required IReadOnlyList<TranscriptEntry> Transcript { get; init; }

    /// <summary>The concepts; an empty graph where it could not be had.</summary>
    public required GraphView Graph { get; init; }

    /// <summary>The phases; null where they could not be had.</summary>
    public FieldState? Field { get; init; }

    /// <summary>Places in the transcript and the documents that bear on the question, best first; with their evidence, weak ones too.</summary>
    public required IReadOnlyList<Passage> Passages { get; init; }

    /// <summary>Of a message that states something: what it names, most important first.</summary>
    public IReadOnlyList<NamedConcept> Named { get; init; } = [];
}

/// <summary>A message of the session.</summary>
/// <param name="Seq">Its place.</param>
/// <param name="Speaker">The name to show.</param>
/// <param name="IsAssistant">Whether the assistant said it.</param>
/// <param name="Text">What was said.</param>
internal sealed record TranscriptEntry(long Seq, string Speaker, bool IsAssistant, string Text);

/// <summary>A concept that a message names.</summary>
/// <param name="Key">Its normal form.</param>
/// <param name="Label">As the message writes it.</param>
internal sealed record NamedConcept(string Key, string Label);

/// <summary>A place that bears on a question.</summary>
internal sealed record Passage
{
    /// <summary>The sentence that bears on it most.</summary>
    public required string Sentence { get; init; }

    /// <summary>What stands around the sentence.</summary>
    public required string Text { get; init; }

    /// <summary>Who said it; null for a document.</summary>
    public string? Speaker { get; init; }

    /// <summary>The <c>seq</c> of the message; null for a document.</summary>
    public long? Seq { get; init; }

    /// <summary>What the document is called; null for a message.</summary>
    public string? Document { get; init; }

    /// <summary>Where the passage stands in its message or document.</summary>
    public required int Start { get; init; }

    /// <summary>How much of the question it speaks of: the share of the question's words by rarity, in [0, 1].</summary>
    public required double Evidence { get; init; }

    /// <summary>What the passages are ranked by, in [0, 1].</summary>
    public required double Rank { get; init; }

    /// <summary>The source as people read it.</summary>
    public string Source => Document ?? $"{Speaker}, message {Seq}";
}
