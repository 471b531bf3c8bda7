using Itori.Contracts;

namespace Itori.Grains.ConceptGraphs;

/// <summary>The ids of relations by the concepts at their ends.</summary>
internal static class RelationIndex
{
    public static Dictionary<string, HashSet<string>> Of(IEnumerable<RelationState> relations)
    {
        var index = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var relation in relations)
        {
            Enter(index, relation);
        }

        return index;
    }

    public static void Enter(Dictionary<string, HashSet<string>> index, RelationState relation)
    {
        foreach (var end in (ReadOnlySpan<string>)[relation.Source, relation.Target])
        {
            if (!index.TryGetValue(end, out var set))
            {
                index[end] = set = new HashSet<string>(StringComparer.Ordinal);
            }

            set.Add(relation.RelationId);
        }
    }
}
