namespace Itori.Contracts;

/// <summary>A graph changed (<c>concept_update</c> <c>delta</c>). Durable: a graph is the sum of its deltas.</summary>
[GenerateSerializer, Immutable, Alias("itori.GraphDelta")]
public sealed record GraphDelta : DurableEvent
{
    /// <summary>
    /// The epoch of slots after this delta. A concept keeps its slot within an epoch and no slot is given twice; a delta that begins a new epoch carries, in
    /// <see cref="Changed"/>, the new slot of every concept that was there.
    /// </summary>
    [Id(0)]
    public required long Epoch { get; init; }

    /// <summary>Concepts that were not there.</summary>
    [Id(1)]
    public IReadOnlyList<ConceptState> Added { get; init; } = [];

    /// <summary>Concepts of which something changed.</summary>
    [Id(2)]
    public IReadOnlyList<ConceptChange> Changed { get; init; } = [];

    /// <summary>Ids of concepts that are gone.</summary>
    [Id(3)]
    public IReadOnlyList<string> Removed { get; init; } = [];

    /// <summary>Relations that were not there.</summary>
    [Id(4)]
    public IReadOnlyList<RelationState> RelationsAdded { get; init; } = [];

    /// <summary>Relations with another weight; whole.</summary>
    [Id(5)]
    public IReadOnlyList<RelationState> RelationsChanged { get; init; } = [];

    /// <summary>Ids of relations that are gone. Those of a removed concept are listed too.</summary>
    [Id(6)]
    public IReadOnlyList<string> RelationsRemoved { get; init; } = [];

    /// <summary>Why.</summary>
    [Id(7)]
    public required GraphCause Cause { get; init; }

    /// <summary>Pairs that a person unlinked by this delta (not on the wire; the machine must not relate them again).</summary>
    [Id(8)]
    public IReadOnlyList<ConceptPair> Unlinked { get; init; } = [];

    /// <summary>What a text gave to the graph by this delta, so that it can be taken back (not on the wire); null for any other cause.</summary>
    [Id(9)]
    public TextSupport? Support { get; init; }

    /// <summary>Windows of text that the graph has seen, faded to this delta's time (not on the wire); null where it saw none by this delta.</summary>
    [Id(10)]
    public double? Windows { get; init; }
}

/// <summary>What one text gave to a graph. Concepts are named by their key: whatever is merged later, the key leads to the one that stays.</summary>
[GenerateSerializer, Immutable, Alias("itori.TextSupport")]
public sealed record TextSupport
{
    /// <summary>Windows (sentences) of the text.</summary>
    [Id(0)]
    public required int Windows { get; init; }

    /// <summary>What it gave to concepts.</summary>
    [Id(1)]
    public required IReadOnlyList<ConceptSupport> Concepts { get; init; }

    /// <summary>What it gave to relations.</summary>
    [Id(2)]
    public required IReadOnlyList<RelationSupport> Relations { get; init; }
}

/// <summary>What one text gave to a concept.</summary>
[GenerateSerializer, Immutable, Alias("itori.ConceptSupport")]
public sealed record ConceptSupport
{
    /// <summary>The concept's key.</summary>
    [Id(0)]
    public required string Key { get; init; }

    /// <summary>Mentions.</summary>
    [Id(1)]
    public required int Mentions { get; init; }

    /// <summary>Windows that name it.</summary>
    [Id(2)]
    public required int Windows { get; init; }

    /// <summary>Evidence: its score in the text.</summary>
    [Id(3)]
    public required double Evidence { get; init; }
}

/// <summary>What one text gave to a relation.</summary>
[GenerateSerializer, Immutable, Alias("itori.RelationSupport")]
public sealed record RelationSupport
{
    /// <summary>Key of the concept that it goes from.</summary>
    [Id(0)]
    public required string Source { get; init; }

    /// <summary>Key of the concept that it goes to.</summary>
    [Id(1)]
    public required string Target { get; init; }

    /// <summary>The kind.</summary>
    [Id(2)]
    public required string Kind { get; init; }

    /// <summary>Windows that hold both.</summary>
    [Id(3)]
    public required int Windows { get; init; }

    /// <summary>Evidence: its weight in the text.</summary>
    [Id(4)]
    public required double Evidence { get; init; }
}

/// <summary>Two concepts, by id, in ordinal order.</summary>
[GenerateSerializer, Immutable, Alias("itori.ConceptPair")]
public sealed record ConceptPair
{
    /// <summary>The ordinally smaller id.</summary>
    [Id(0)]
    public required string A { get; init; }

    /// <summary>The other one.</summary>
    [Id(1)]
    public required string B { get; init; }
}

/// <summary>Why a graph changed.</summary>
[GenerateSerializer, Immutable, Alias("itori.GraphCause")]
public sealed record GraphCause
{
    /// <summary>The <see cref="Kind"/> of a file that was put into the graph: one command, which may be many deltas at once.</summary>
    public const string Import = "import";

    /// <summary>The <see cref="Kind"/> of places that the graph found: nothing but <c>x</c>, <c>y</c> and <c>arranged</c> changed. A large graph's come as many deltas at once.</summary>
    public const string Arrangement = "arrangement";

    /// <summary><c>message</c>, <c>deletion</c>, <c>ingest</c>, <c>import</c>, <c>concept_op</c>, <c>clusters</c> or <c>arrangement</c>.</summary>
    [Id(0)]
    public required string Kind { get; init; }

    /// <summary>Who.</summary>
    [Id(1)]
    public required UserRef User { get; init; }

    /// <summary>The session whose message it was.</summary>
    [Id(2)]
    public string? Session { get; init; }

    /// <summary>That message's <c>seq</c> in its session; of a deletion, the <c>seq</c> of the deletion itself.</summary>
    [Id(3)]
    public long? MessageSeq { get; init; }

    /// <summary>The document or file that is taken in.</summary>
    [Id(4)]
    public string? Source { get; init; }

    /// <summary>How much of the document or file is in, in (0, 1].</summary>
    [Id(5)]
    public double? Progress { get; init; }

    /// <summary>With the last piece of a document or file: concepts that it named.</summary>
    [Id(6)]
    public int? Concepts { get; init; }

    /// <summary>With the last piece of a document or file: relations that it supports.</summary>
    [Id(7)]
    public int? Relations { get; init; }
}

/// <summary>A whole graph.</summary>
[GenerateSerializer, Immutable, Alias("itori.GraphSnapshot")]
public sealed record GraphSnapshot
{
    /// <summary>The graph's id.</summary>
    [Id(0)]
    public required string Graph { get; init; }

    /// <summary>The epoch of slots.</summary>
    [Id(1)]
    public required long Epoch { get; init; }

    /// <summary>The last delta that is in it; 0 for a graph without events.</summary>
    [Id(2)]
    public required long Seq { get; init; }

    /// <summary>Its concepts by ascending slot.</summary>
    [Id(3)]
    public required IReadOnlyList<ConceptState> Concepts { get; init; }

    /// <summary>Its relations.</summary>
    [Id(4)]
    public required IReadOnlyList<RelationState> Relations { get; init; }
}

/// <summary>A concept of a graph.</summary>
[GenerateSerializer, Immutable, Alias("itori.ConceptState")]
public sealed record ConceptState
{
    /// <summary>Stable within the graph.</summary>
    [Id(0)]
    public required string ConceptId { get; init; }

    /// <summary>What to show.</summary>
    [Id(1)]
    public required string Label { get; init; }

    /// <summary>The normal form by which variants are one (not on the wire).</summary>
    [Id(2)]
    public required string Key { get; init; }

    /// <summary>Other normal forms that count for this concept: abbreviations and merged concepts (not on the wire).</summary>
    [Id(3)]
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The concept's index into the phases of a frame, within the epoch.</summary>
    [Id(4)]
    public required int Slot { get; init; }

    /// <summary>How much the graph is about it, in (0, 1].</summary>
    [Id(5)]
    public required double Weight { get; init; }

    /// <summary>The phase that its oscillator begins with, radians in [0, 2π): a function of the graph and the concept.</summary>
    [Id(6)]
    public required double Phase { get; init; }

    /// <summary>Position on the map; null: none was found yet, the client places it for the moment.</summary>
    [Id(7)]
    public double? X { get; init; }

    /// <summary>Position on the map; null: none was found yet, the client places it for the moment.</summary>
    [Id(8)]
    public double? Y { get; init; }

    /// <summary>Whether it keeps its place on the map and in the graph.</summary>
    [Id(9)]
    public bool Pinned { get; init; }

    /// <summary>The community it belongs to; 0 until communities are known.</summary>
    [Id(10)]
    public int Cluster { get; init; }

    /// <summary>How often it was said.</summary>
    [Id(11)]
    public required long Mentions { get; init; }

    /// <summary>Unix ms.</summary>
    [Id(12)]
    public required long CreatedAt { get; init; }

    /// <summary>Unix ms.</summary>
    [Id(13)]
    public required long LastSeen { get; init; }

    /// <summary>The latest places where it was said, newest last; bounded.</summary>
    [Id(14)]
    public IReadOnlyList<ConceptSource> Sources { get; init; } = [];

    /// <summary>The evidence that <see cref="Weight"/> is made of: the summed score of its mentions (not on the wire).</summary>
    [Id(15)]
    public double Evidence { get; init; }

    /// <summary>Windows of text that named it, faded to <see cref="LastSeen"/> (not on the wire).</summary>
    [Id(16)]
    public double Windows { get; init; }

    /// <summary>Whether a person merged another concept into it: it then never leaves by itself, so that the merge holds (not on the wire).</summary>
    [Id(17)]
    public bool Merged { get; init; }

    /// <summary>Whether its place was found by the graph, which may find it a better one; false: a person put it there, or it has none.</summary>
    [Id(18)]
    public bool Arranged { get; init; }
}

/// <summary>What changed of a concept. Null: as before.</summary>
[GenerateSerializer, Immutable, Alias("itori.ConceptChange")]
public sealed record ConceptChange
{
    /// <summary>The concept.</summary>
    [Id(0)]
    public required string ConceptId { get; init; }

    /// <summary>New label.</summary>
    [Id(1)]
    public string? Label { get; init; }

    /// <summary>New list of aliases (not on the wire).</summary>
    [Id(2)]
    public IReadOnlyList<string>? Aliases { get; init; }

    /// <summary>New slot: only in a delta that begins an epoch.</summary>
    [Id(3)]
    public int? Slot { get; init; }

    /// <summary>New weight.</summary>
    [Id(4)]
    public double? Weight { get; init; }

    /// <summary>New position.</summary>
    [Id(5)]
    public double? X { get; init; }

    /// <summary>New position.</summary>
    [Id(6)]
    public double? Y { get; init; }

    /// <summary>Pinned or let go.</summary>
    [Id(7)]
    public bool? Pinned { get; init; }

    /// <summary>New community.</summary>
    [Id(8)]
    public int? Cluster { get; init; }

    /// <summary>New count.</summary>
    [Id(9)]
    public long? Mentions { get; init; }

    /// <summary>Unix ms.</summary>
    [Id(10)]
    public long? LastSeen { get; init; }

    /// <summary>New list of sources, whole.</summary>
    [Id(11)]
    public IReadOnlyList<ConceptSource>? Sources { get; init; }

    /// <summary>New evidence (not on the wire).</summary>
    [Id(12)]
    public double? Evidence { get; init; }

    /// <summary>New number of windows (not on the wire).</summary>
    [Id(13)]
    public double? Windows { get; init; }

    /// <summary>A person merged another concept into it (not on the wire).</summary>
    [Id(14)]
    public bool? Merged { get; init; }

    /// <summary>Its place is the graph's to find (true) or a person's (false).</summary>
    [Id(15)]
    public bool? Arranged { get; init; }

    /// <summary>A concept after the change. The one place that says so, for whoever keeps a graph: the graph's own grain, and a gateway that follows it.</summary>
    public ConceptState To(ConceptState concept) => concept with
    {
        Label = Label ?? concept.Label,
        Aliases = Aliases ?? concept.Aliases,
        Slot = Slot ?? concept.Slot,
        Weight = Weight ?? concept.Weight,
        X = X ?? concept.X,
        Y = Y ?? concept.Y,
        Pinned = Pinned ?? concept.Pinned,
        Cluster = Cluster ?? concept.Cluster,
        Mentions = Mentions ?? concept.Mentions,
        LastSeen = LastSeen ?? concept.LastSeen,
        Sources = Sources ?? concept.Sources,
        Evidence = Evidence ?? concept.Evidence,
        Windows = Windows ?? concept.Windows,
        Merged = Merged ?? concept.Merged,
        Arranged = Arranged ?? concept.Arranged,
    };
}

/// <summary>Where a concept was said.</summary>
[GenerateSerializer, Immutable, Alias("itori.ConceptSource")]
public sealed record ConceptSource
{
    /// <summary>The session, for a message.</summary>
    [Id(0)]
    public string? Session { get; init; }

    /// <summary>The message's <c>seq</c>.</summary>
    [Id(1)]
    public long? Seq { get; init; }

    /// <summary>The document, for a document.</summary>
    [Id(2)]
    public string? Source { get; init; }

    /// <summary>First character, in UTF-16 code units of the message's or document's text.</summary>
    [Id(3)]
    public required int Start { get; init; }

    /// <summary>Length, in UTF-16 code units; 0: nobody said it, the concept came from a file.</summary>
    [Id(4)]
    public required int Length { get; init; }

    /// <summary>The place of a concept that came from a file of that name: <c>imported</c> or <c>imported:NAME</c>, without a length.</summary>
    public static ConceptSource Imported(string? file) => new() { Source = file is null ? "imported" : "imported:" + file, Start = 0, Length = 0 };
}

/// <summary>A relation between two concepts.</summary>
[GenerateSerializer, Immutable, Alias("itori.RelationState")]
public sealed record RelationState
{
    /// <summary>Stable within the graph: a function of both ends and the kind.</summary>
    [Id(0)]
    public required string RelationId { get; init; }

    /// <summary>From (the ordinally smaller id where the kind has no direction).</summary>
    [Id(1)]
    public required string Source { get; init; }

    /// <summary>To.</summary>
    [Id(2)]
    public required string Target { get; init; }

    /// <summary>The strength, in (0, 1].</summary>
    [Id(3)]
    public required double Weight { get; init; }

    /// <summary>The kind.</summary>
    [Id(4)]
    public required string Kind { get; init; }

    /// <summary>The evidence that <see cref="Weight"/> is made of, faded to <see cref="LastSeen"/> (not on the wire).</summary>
    [Id(5)]
    public double Evidence { get; init; }

    /// <summary>Windows of text that hold both ends, faded to <see cref="LastSeen"/> (not on the wire).</summary>
    [Id(6)]
    public double Windows { get; init; }

    /// <summary>When a text supported it last, Unix ms; 0 where none did (not on the wire).</summary>
    [Id(7)]
    public long LastSeen { get; init; }

    /// <summary>Where it was said, from the one end to the other, newest last; bounded.</summary>
    [Id(8)]
    public IReadOnlyList<ConceptSource> Sources { get; init; } = [];
}
