using Itori.Contracts;

namespace Itori.Grains.Assistants;

/// <summary>
/// The documents that were ingested into one graph (key: the graph's id), kept in the journal stream <c>library:ID</c> and searchable. Bounded by
/// <see cref="LibraryOptions.MaxCharacters"/>: beyond it the oldest documents go, from the index and from the journal.
/// </summary>
[Alias("itori.ILibraryGrain")]
internal interface ILibraryGrain : IGrainWithStringKey
{
    /// <summary>
    /// Stores a document; it is durable when this returns. Idempotent by the document's id while the document is kept. Refuses a document that is
    /// larger than the whole library may be (<see cref="ItoriError.TooLarge"/>), and all documents while the journal cannot be written (<see cref="ItoriError.Unavailable"/>).
    /// </summary>
    [Alias("Store"), ResponseTimeout("00:00:30")]
    Task<Result<StoredDocument>> Store(StoreDocument command);

    /// <summary>
    /// The passages that fit the query best, best first. <paramref name="expansion"/> has further terms with their weights in (0, 1], at most 64 are used.
    /// </summary>
    [Alias("Search"), ResponseTimeout("00:00:30")]
    ValueTask<IReadOnlyList<LibraryPassage>> Search(string query, int limit, IReadOnlyDictionary<string, double>? expansion);
}

/// <summary>A document for the library.</summary>
[GenerateSerializer, Immutable, Alias("itori.StoreDocument")]
internal sealed record StoreDocument
{
    /// <summary>The document's id within its graph.</summary>
    [Id(0)]
    public required string DocumentId { get; init; }

    /// <summary>What the giver calls it (a file name, a title, an address); null where nothing was said.</summary>
    [Id(1)]
    public string? Source { get; init; }

    /// <summary>The text.</summary>
    [Id(2)]
    public required string Text { get; init; }

    /// <summary>Who gave it.</summary>
    [Id(3)]
    public required UserRef User { get; init; }
}

/// <summary>A document is in the library.</summary>
[GenerateSerializer, Immutable, Alias("itori.StoredDocument")]
internal sealed record StoredDocument
{
    /// <summary>The document's id.</summary>
    [Id(0)]
    public required string DocumentId { get; init; }

    /// <summary>Its place in the library's journal.</summary>
    [Id(1)]
    public required long Seq { get; init; }

    /// <summary>How many passages it was cut into.</summary>
    [Id(2)]
    public required int Passages { get; init; }

    /// <summary>How many older documents had to go for it.</summary>
    [Id(3)]
    public required int Displaced { get; init; }
}

/// <summary>A place in a document that fits a query.</summary>
[GenerateSerializer, Immutable, Alias("itori.LibraryPassage")]
internal sealed record LibraryPassage
{
    /// <summary>The document's id.</summary>
    [Id(0)]
    public required string DocumentId { get; init; }

    /// <summary>What to call the document.</summary>
    [Id(1)]
    public required string Source { get; init; }

    /// <summary>The sentence that fits best.</summary>
    [Id(2)]
    public required string Sentence { get; init; }

    /// <summary>Where the sentence begins in the document, UTF-16 code units.</summary>
    [Id(3)]
    public required int Start { get; init; }

    /// <summary>BM25, comparable only with other passages of the same search.</summary>
    [Id(4)]
    public required double Score { get; init; }

    /// <summary>The passage around the sentence, at most some 800 characters.</summary>
    [Id(5)]
    public required string Passage { get; init; }
}
