using System.ComponentModel.DataAnnotations;

namespace Itori.Grains.ConceptGraphs;

/// <summary>Limits and constants of concept graphs (<c>Itori:Graphs</c>).</summary>
public sealed class ConceptGraphOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Itori:Graphs";

    internal const int DefaultRememberedSessions = 10_000;

    /// <summary>Concepts that a graph holds. Beyond it the ones that matter least now (weight, halved every <see cref="FadeHalfLife"/> since last said) leave; pinned ones stay.</summary>
    [Range(10, 50_000)]
    public int MaxConcepts { get; set; } = 2_000;

    /// <summary>Relations that a graph holds. Beyond it the weakest co-occurrences leave.</summary>
    [Range(10, 1_000_000)]
    public int MaxRelations { get; set; } = 20_000;

    /// <summary>After how long without a mention a concept counts half when something must leave, and what texts said of relations counts half in their weights.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan FadeHalfLife { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Places kept per concept where it was said, the latest ones.</summary>
    [Range(1, 256)]
    public int SourcesPerConcept { get; set; } = 12;

    /// <summary>Places kept per typed relation where it was said, the latest ones; a co-occurrence keeps its latest.</summary>
    [Range(1, 64)]
    public int SourcesPerRelation { get; set; } = 4;

    /// <summary>Other names kept per concept (abbreviations, merged concepts). Beyond it those that texts introduce are not kept, and a merge or a new label that needs one more is refused with 413 <c>too_large</c>.</summary>
    [Range(1, 1_000)]
    public int AliasesPerConcept { get; set; } = 64;

    /// <summary>Sessions of which the graph knows how far it has them. Of one that was silent while so many others spoke, a message that a lost silo kept from the graph for all that time is not taken in any more.</summary>
    [Range(100, 1_000_000)]
    public int RememberedSessions { get; set; } = DefaultRememberedSessions;

    /// <summary>The longest document, in UTF-16 code units; a longer one is refused with 413 <c>too_large</c>.</summary>
    [Range(1_000, 16_777_216)]
    public int MaxDocumentLength { get; set; } = 1_048_576;

    /// <summary>How long a piece of a document is, in UTF-16 code units: each is one change of the graph that people see.</summary>
    [Range(500, 1_048_576)]
    public int DocumentPieceLength { get; set; } = 16_384;

    /// <summary>Documents that one graph takes in at the same time; beyond it 503 <c>overloaded</c>.</summary>
    [Range(1, 64)]
    public int MaxConcurrentDocuments { get; set; } = 4;

    /// <summary>The evidence (summed scores of mentions) at which a concept has weight 1 − 1/e. Smaller: weights saturate sooner.</summary>
    [Range(0.01, 1_000)]
    public double ConceptEvidenceScale { get; set; } = 3;

    /// <summary>The evidence at which a relation has weight 1 − 1/e.</summary>
    [Range(0.01, 1_000)]
    public double RelationEvidenceScale { get; set; } = 3;

    /// <summary>How long after a change the graph's communities are looked for anew (longer where the search itself takes long).</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "01:00:00")]
    public TimeSpan ClusterDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>γ of modularity: how much denser than chance a cluster has to be. Higher: more and smaller clusters.</summary>
    [Range(0.01, 100)]
    public double ClusterResolution { get; set; } = 1;

    /// <summary>How long after a change concepts get their places on the map (longer where finding them takes long). Pages place a new concept by themselves for so long.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "01:00:00")]
    public TimeSpan ArrangeDelay { get; set; } = TimeSpan.FromMilliseconds(250);
}
