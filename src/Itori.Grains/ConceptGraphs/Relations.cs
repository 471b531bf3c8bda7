using Itori.Contracts;

namespace Itori.Grains.ConceptGraphs;

/// <summary>The identity of relations.</summary>
internal static class Relations
{
    /// <summary>Whether the character parts an id's ends and kind, which must not hold it: else two relations could have one id.</summary>
    public static bool IsSeparator(char c) => c is '>' or '~';

    /// <summary>A relation without weight. Its id is a function of both ends and the kind; where the kind has no direction the ends stand in ordinal order.</summary>
    public static RelationState New(string source, string target, string kind)
    {
        var (from, to) = IsDirected(kind) || string.CompareOrdinal(source, target) <= 0 ? (source, target) : (target, source);
        return new RelationState
        {
            RelationId = IdOf(from, to, kind),
            Source = from,
            Target = to,
            Kind = kind,
            Weight = Weights.Smallest,
        };
    }

    /// <summary>The id of a relation whose ends stand as they are stored.</summary>
    public static string IdOf(string source, string target, string kind) => IsDirected(kind) ? $"{source}>{kind}>{target}" : $"{source}~{kind}~{target}";

    private static bool IsDirected(string kind) => kind is not (RelationKinds.CoOccurs or RelationKinds.Related);
}
