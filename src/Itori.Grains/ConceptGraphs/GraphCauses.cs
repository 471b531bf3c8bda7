namespace Itori.Grains.ConceptGraphs;

/// <summary>Why a graph changed, as the wire says it.</summary>
internal static class GraphCauses
{
    public const string Message = "message";
    public const string Deletion = "deletion";
    public const string Ingest = "ingest";
    public const string Import = Contracts.GraphCause.Import;
    public const string ByHand = "concept_op";

    /// <summary>Communities were found anew: nothing but <c>cluster</c> changed.</summary>
    public const string Clusters = "clusters";

    /// <summary>Places were found: nothing but <c>x</c>, <c>y</c> and <c>arranged</c> changed.</summary>
    public const string Arrangement = Contracts.GraphCause.Arrangement;
}
