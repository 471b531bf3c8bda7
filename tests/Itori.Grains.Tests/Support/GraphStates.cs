using System.Text.Json;
using Itori.Contracts;
using Itori.Grains.ConceptGraphs;
using Itori.Grains.Journaling;

namespace Itori.Grains.Tests.Support;

/// <summary>A graph's whole state as one string, equal exactly where the states are equal.</summary>
internal static class GraphStates
{
    public static string Canonical(ConceptGraph graph) => Canonical(graph.ToBody());

    public static string Canonical(GraphSnapshotBody body) => JsonSerializer.Serialize(
        body with
        {
            Relations = [.. body.Relations.OrderBy(relation => relation.RelationId, StringComparer.Ordinal)],
            Unlinked = [.. body.Unlinked.OrderBy(pair => pair.A, StringComparer.Ordinal).ThenBy(pair => pair.B, StringComparer.Ordinal)],
            Absorbed = new SortedDictionary<string, long>(body.Absorbed.ToDictionary(), StringComparer.Ordinal),
            Commands = [],
        },
        JournalJson.Default.GraphSnapshotBody);

    /// <summary>What a client is shown, as one string.</summary>
    public static string Canonical(GraphSnapshot snapshot) => Canonical(new GraphSnapshotBody
    {
        Seq = snapshot.Seq,
        Epoch = snapshot.Epoch,
        NextSlot = 0,
        Concepts = snapshot.Concepts,
        Relations = snapshot.Relations,
        Unlinked = [],
        Absorbed = new Dictionary<string, long>(),
    });
}
