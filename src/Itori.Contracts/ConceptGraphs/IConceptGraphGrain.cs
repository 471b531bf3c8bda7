namespace Itori.Contracts;

/// <summary>
/// One concept graph (key: the graph's id): concepts, relations and their statistics under one total order of operations for all users.
/// </summary>
[Alias("itori.IConceptGraphGrain")]
public interface IConceptGraphGrain : IDurableTopicGrain
{
    /// <summary>The graph as of its last stored event.</summary>
    [Alias("GetSnapshot")]
    ValueTask<GraphSnapshot> GetSnapshot();

    /// <summary>Carries out what people do to the graph by hand: all operations or none.</summary>
    [Alias("Apply")]
    Task<Result<Receipt>> Apply(ApplyOperations command);

    /// <summary>
    /// Takes in a document: stores it, extracts its concepts piece by piece (each piece is a <see cref="GraphDelta"/> whose cause tells the progress) and answers when
    /// all of it is in. Sent again with the same id after a failure, it goes on where it stopped.
    /// </summary>
    [Alias("Ingest"), ResponseTimeout("00:02:00")]
    Task<Result<Receipt>> Ingest(IngestDocument command);

    /// <summary>
    /// Puts a file's concepts and relations into the graph: all or nothing, stored at once, seen as several deltas where it is large. Nothing leaves the graph for them. Answers how many concepts and relations the file
    /// stands for; one that says the same as another, or as the graph, is one with it, by the rules of <see cref="MergeConcepts"/>.
    /// </summary>
    [Alias("Import"), ResponseTimeout("00:02:00")]
    Task<Result<Receipt>> Import(ImportGraph command);

    /// <summary>
    /// Takes in the concepts of sessions' messages, of each session in their order. A session tells its messages in order, and each is applied once, as a change of its own: one at or below
    /// <see cref="AbsorbedThrough"/> is ignored. Answers when what they changed is stored.
    /// </summary>
    [Alias("AbsorbTexts"), ResponseTimeout("00:00:30")]
    Task Absorb(params SessionText[] texts);

    /// <summary>
    /// Takes back what a session's message gave to the graph, and what nothing else supports goes with it. In order with <see cref="Absorb"/>, and as often as it is told applied once.
    /// </summary>
    [Alias("Withdraw"), ResponseTimeout("00:00:30")]
    Task Withdraw(SessionDeletion deletion);

    /// <summary>The <c>seq</c> of the session's last message that is in this graph; 0 where none is.</summary>
    [Alias("AbsorbedThrough")]
    ValueTask<long> AbsorbedThrough(string session);
}

/// <summary>A message whose concepts go into a graph.</summary>
[GenerateSerializer, Immutable, Alias("itori.SessionText")]
public sealed record SessionText
{
    /// <summary>The session.</summary>
    [Id(0)]
    public required string Session { get; init; }

    /// <summary>The message's <c>seq</c> in the session.</summary>
    [Id(1)]
    public required long Seq { get; init; }

    /// <summary>Who said it.</summary>
    [Id(2)]
    public required UserRef User { get; init; }

    /// <summary>The text.</summary>
    [Id(3)]
    public required string Text { get; init; }

    /// <summary>When it was said, Unix ms; null: not known.</summary>
    [Id(4)]
    public long? Timestamp { get; init; }
}

/// <summary>A message whose concepts are to leave a graph.</summary>
[GenerateSerializer, Immutable, Alias("itori.SessionDeletion")]
public sealed record SessionDeletion
{
    /// <summary>The session.</summary>
    [Id(0)]
    public required string Session { get; init; }

    /// <summary>The deletion's own <c>seq</c> in the session.</summary>
    [Id(1)]
    public required long Seq { get; init; }

    /// <summary>Who deleted the message.</summary>
    [Id(2)]
    public required UserRef User { get; init; }

    /// <summary>The message's <c>seq</c>.</summary>
    [Id(3)]
    public required long MessageSeq { get; init; }

    /// <summary>When the message was said, Unix ms.</summary>
    [Id(4)]
    public required long MessageTimestamp { get; init; }
}

/// <summary>A document for a graph.</summary>
[GenerateSerializer, Immutable, Alias("itori.IngestDocument")]
public sealed record IngestDocument
{
    /// <summary>The client's id of its message.</summary>
    [Id(0)]
    public string? CommandId { get; init; }

    /// <summary>Who gives it.</summary>
    [Id(1)]
    public required UserRef User { get; init; }

    /// <summary>The document's text.</summary>
    [Id(2)]
    public required string Text { get; init; }

    /// <summary>What the document is called, as people will see it beside a quotation; null: its first words.</summary>
    [Id(3)]
    public string? Source { get; init; }
}

/// <summary>Operations by hand, in order.</summary>
[GenerateSerializer, Immutable, Alias("itori.ApplyOperations")]
public sealed record ApplyOperations
{
    /// <summary>The client's id of its message.</summary>
    [Id(0)]
    public string? CommandId { get; init; }

    /// <summary>Who does it.</summary>
    [Id(1)]
    public required UserRef User { get; init; }

    /// <summary>What to do; 1 to <see cref="MaxOperations"/>.</summary>
    [Id(2)]
    public required IReadOnlyList<ConceptOperation> Operations { get; init; }

    /// <summary>The most operations in one command.</summary>
    public const int MaxOperations = 1000;
}
