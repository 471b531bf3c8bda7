using Itori.Contracts;

namespace Itori.Grains.Assistants.Context;

/// <summary>Further words to search for: what stands near the question's concepts in the graph.</summary>
internal static class ConceptExpansion
{
    private const int MostPerConcept = 6;
    private const double Neighbourhood = 0.4;

    /// <summary>
    /// Labels with weights in (0, 1]: other names of the concepts themselves weigh 1, their strongest neighbours 0.4 of the relation's weight.
    /// </summary>
    public static Dictionary<string, double> Of(IReadOnlyList<ConceptState> concepts, GraphView graph)
    {
        var terms = new Dictionary<string, double>(StringComparer.OrdinalIgnoreCase);
        foreach (var concept in concepts)
        {
            foreach (var alias in concept.Aliases.Append(concept.Label))
            {
                terms[alias] = 1;
            }

            foreach (var neighbour in graph.NeighboursOf(concept.ConceptId).Take(MostPerConcept))
            {
                var weight = Neighbourhood * Math.Clamp(neighbour.Relation.Weight, 0, 1);
                if (weight > terms.GetValueOrDefault(neighbour.Concept.Label))
                {
                    terms[neighbour.Concept.Label] = weight;
                }
            }
        }

        return terms;
    }
}
