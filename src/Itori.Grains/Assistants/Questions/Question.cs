using Itori.Contracts;

namespace Itori.Grains.Assistants.Questions;

/// <summary>What a message wants.</summary>
internal enum QuestionKind
{
    /// <summary>Nothing: it tells something.</summary>
    Statement = 0,

    /// <summary>To be greeted back.</summary>
    Greeting,

    /// <summary>Nothing more: it says thanks.</summary>
    Thanks,

    /// <summary>To know who answers and what it can do.</summary>
    Identity,

    /// <summary>What was said about something.</summary>
    Lookup,

    /// <summary>What something is.</summary>
    Definition,

    /// <summary>Who said something.</summary>
    WhoSaid,

    /// <summary>Who takes part.</summary>
    Participants,

    /// <summary>The gist of all, or of a subject.</summary>
    Summary,

    /// <summary>The main concepts.</summary>
    MainConcepts,

    /// <summary>What a concept is related to.</summary>
    RelatedTo,

    /// <summary>How two concepts hang together.</summary>
    Connection,

    /// <summary>Which concepts are in phase, or whether some are.</summary>
    Phase,

    /// <summary>Which concepts drift.</summary>
    Drift,

    /// <summary>How coherent the field is.</summary>
    Coherence,

    /// <summary>How many concepts, relations, messages or people there are.</summary>
    Count,
}

/// <summary>A message as the assistant understands it.</summary>
internal sealed record Question
{
    /// <summary>What it wants.</summary>
    public required QuestionKind Kind { get; init; }

    /// <summary>The message.</summary>
    public required string Text { get; init; }

    /// <summary>The part of it that asks: a long message may end with a question. The whole where nothing is asked.</summary>
    public required string Asked { get; init; }

    /// <summary>What it is about, in its own words; empty where it names no subject.</summary>
    public string Subject { get; init; } = string.Empty;

    /// <summary>The words that an answer has to speak of: stems, without words that only make a question.</summary>
    public required IReadOnlyList<string> Terms { get; init; }

    /// <summary>Whether it says what it is about; "why?" does not.</summary>
    public bool HasSubject { get; init; } = true;

    /// <summary>The graph's concepts that <see cref="Asked"/> names, each once, in its order.</summary>
    public required IReadOnlyList<ConceptState> Concepts { get; init; }

    /// <summary>Whose words are wanted; null for anyone's.</summary>
    public string? Speaker { get; init; }
}
