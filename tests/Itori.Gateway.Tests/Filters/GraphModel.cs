using System.Text.Json;

using Itori.Contracts;

namespace Itori.Gateway.Tests.Filters;

/// <summary>A graph of some concepts with weights and relations: what a client holds who applies what it gets.</summary>
internal sealed class GraphModel
{
    public SortedDictionary<string, double> Concepts { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, (string Source, string Target, double Weight)> Relations { get; } = new(StringComparer.Ordinal);

    public static GraphModel Of(GraphSnapshot graph)
    {
        var model = new GraphModel();
        foreach (var concept in graph.Concepts)
        {
            model.Concepts.Add(concept.ConceptId, concept.Weight);
        }

        foreach (var relation in graph.Relations)
        {
            model.Relations.Add(relation.RelationId, (relation.Source, relation.Target, relation.Weight));
        }

        return model;
    }

    /// <summary>The concepts within some steps of one, and what is between them.</summary>
    public GraphModel Near(string around, int depth)
    {
        var found = new HashSet<string>();
        if (Concepts.ContainsKey(around))
        {
            found.Add(around);
            for (; depth > 0; depth--)
            {
                found.UnionWith(Relations.Values.Where(relation => found.Contains(relation.Source) || found.Contains(relation.Target)).SelectMany(relation => new[] { relation.Source, relation.Target }).ToList());
            }
        }

        return Within(found);
    }

    /// <summary>The concepts out of a list, and what is between them.</summary>
    public GraphModel Within(IReadOnlySet<string> ids)
    {
        var model = new GraphModel();
        foreach (var (id, weight) in Concepts.Where(concept => ids.Contains(concept.Key)))
        {
            model.Concepts.Add(id, weight);
        }

        foreach (var (id, relation) in Relations.Where(relation => ids.Contains(relation.Value.Source) && ids.Contains(relation.Value.Target)))
        {
            model.Relations.Add(id, relation);
        }

        return model;
    }

    public void Apply(GraphDelta delta)
    {
        foreach (var id in delta.RelationsRemoved)
        {
            Relations.Remove(id);
        }

        foreach (var id in delta.Removed)
        {
            Concepts.Remove(id);
        }

        foreach (var concept in delta.Added)
        {
            Concepts[concept.ConceptId] = concept.Weight;
        }

        foreach (var change in delta.Changed)
        {
            Assert.True(Concepts.ContainsKey(change.ConceptId), $"{change.ConceptId} changes and is not there");
            Concepts[change.ConceptId] = change.Weight ?? Concepts[change.ConceptId];
        }

        foreach (var relation in delta.RelationsAdded.Concat(delta.RelationsChanged))
        {
            Relations[relation.RelationId] = (relation.Source, relation.Target, relation.Weight);
        }
    }

    /// <summary>The same from the wire: a snapshot or the data of a delta.</summary>
    public void Apply(JsonElement data)
    {
        if (data.TryGetProperty("concepts", out var concepts))
        {
            Concepts.Clear();
            Relations.Clear();
            foreach (var concept in concepts.EnumerateArray())
            {
                Put(concept);
            }

            foreach (var relation in data.GetProperty("relations").EnumerateArray())
            {
                PutRelation(relation);
            }

            return;
        }

        var relations = data.GetProperty("relations");
        foreach (var id in relations.GetProperty("removed").EnumerateArray())
        {
            Relations.Remove(id.GetString()!);
        }

        foreach (var id in data.GetProperty("removed").EnumerateArray())
        {
            Concepts.Remove(id.GetString()!);
        }

        foreach (var concept in data.GetProperty("added").EnumerateArray().Concat(data.GetProperty("changed").EnumerateArray()))
        {
            Put(concept);
        }

        foreach (var relation in relations.GetProperty("added").EnumerateArray().Concat(relations.GetProperty("changed").EnumerateArray()))
        {
            PutRelation(relation);
        }
    }

    public override string ToString() => $"{string.Join(' ', Concepts)} | {string.Join(' ', Relations)}";

    /// <summary>A change of this graph that its state allows, drawn with a random number each.</summary>
    public GraphDelta Draw(Random random, long seq, int most)
    {
        string[] ids = [.. Enumerable.Range(0, most).Select(i => "c" + i)];
        string[] removed = random.Next(4) == 0 && Concepts.Count > 1 ? [Concepts.Keys.ElementAt(random.Next(Concepts.Count))] : [];
        string[] dropped = [.. Relations.Where(relation => removed.Contains(relation.Value.Source) || removed.Contains(relation.Value.Target) || random.Next(6) == 0).Select(relation => relation.Key)];
        string[] added = [.. ids.Where(id => !Concepts.ContainsKey(id) && random.Next(3) == 0)];
        string[] there = [.. Concepts.Keys.Except(removed).Concat(added)];
        var relations = new Dictionary<string, RelationState>();
        for (var n = random.Next(3); n > 0 && there.Length > 1; n--)
        {
            var (a, b) = (there[random.Next(there.Length)], there[random.Next(there.Length)]);
            if (a != b)
            {
                var id = $"{a}>causes>{b}";
                relations[id] = new RelationState { RelationId = id, Source = a, Target = b, Weight = random.Next(1, 100) / 100.0, Kind = "causes" };
            }
        }

        var kept = Relations.Keys.Except(dropped).ToHashSet();
        return new GraphDelta
        {
            Timestamp = 1,
            Seq = seq,
            Epoch = 1,
            Added = [.. added.Select(id => new ConceptState { ConceptId = id, Label = id, Key = id, Slot = Array.IndexOf(ids, id), Weight = random.Next(1, 100) / 100.0, Phase = 1, Mentions = 1, CreatedAt = 1, LastSeen = 1 })],
            Changed = [.. Concepts.Keys.Except(removed).Where(_ => random.Next(4) == 0).Select(id => new ConceptChange { ConceptId = id, Weight = random.Next(1, 100) / 100.0 })],
            Removed = removed,
            RelationsAdded = [.. relations.Values.Where(relation => !kept.Contains(relation.RelationId) && !dropped.Contains(relation.RelationId))],
            RelationsChanged = [.. relations.Values.Where(relation => kept.Contains(relation.RelationId))],
            RelationsRemoved = dropped,
            Cause = new GraphCause { Kind = "concept_op", User = new UserRef { Id = "u1", Name = "Ada" } },
        };
    }

    private void Put(JsonElement concept)
    {
        var id = concept.GetProperty("id").GetString()!;
        Concepts[id] = concept.TryGetProperty("weight", out var weight) ? weight.GetDouble() : Concepts[id];
    }

    private void PutRelation(JsonElement relation) =>
        Relations[relation.GetProperty("id").GetString()!] = (relation.GetProperty("source").GetString()!, relation.GetProperty("target").GetString()!, relation.GetProperty("weight").GetDouble());
}
