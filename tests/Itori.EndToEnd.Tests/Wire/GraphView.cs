using System.Text.Json;
using System.Text.Json.Nodes;
using Itori.Tests.Shared;

namespace Itori.EndToEnd.Tests.Wire;

/// <summary>What a client knows of a graph: a snapshot and the deltas since, applied as the protocol says.</summary>
internal sealed class GraphView
{
    private readonly SortedDictionary<string, JsonObject> concepts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, JsonObject> relations = new(StringComparer.Ordinal);

    /// <summary>Starts from a snapshot's <c>data</c>.</summary>
    public GraphView(JsonElement snapshot)
    {
        Seq = snapshot.GetProperty("seq").GetInt64();
        Epoch = snapshot.GetProperty("epoch").GetInt64();
        Put(concepts, snapshot.GetProperty("concepts"));
        Put(relations, snapshot.GetProperty("relations"));
    }

    public long Seq { get; private set; }

    public long Epoch { get; private set; }

    public int ConceptCount => concepts.Count;

    public IEnumerable<string> Labels => concepts.Values.Select(c => (string)c["label"]!);

    /// <summary>The view of a client from everything that it received.</summary>
    public static GraphView Of(WireClient client, string graph)
    {
        var topic = "graph:" + graph;
        var messages = client.All.Where(m => m.IsOf(topic)).ToList();
        var first = messages.First(m => m.IsUpdate("snapshot"));
        var view = new GraphView(first.Payload().GetProperty("data"));
        foreach (var delta in messages.Where(m => m.IsUpdate("delta")))
        {
            view.Apply(delta);
        }

        return view;
    }

    /// <summary>Applies a <c>delta</c> message; one that the snapshot holds already is passed over, one that leaves a hole is a failure.</summary>
    public void Apply(JsonElement message)
    {
        if (message.Seq() <= Seq)
        {
            return;
        }

        Assert.Equal(Seq + 1, message.Seq());
        Seq = message.Seq();
        var delta = message.Payload().GetProperty("data");
        Epoch = delta.GetProperty("epoch").GetInt64();
        Put(concepts, delta.GetProperty("added"));
        Merge(concepts, delta.GetProperty("changed"));
        Remove(concepts, delta.GetProperty("removed"));
        var links = delta.GetProperty("relations");
        Put(relations, links.GetProperty("added"));
        Merge(relations, links.GetProperty("changed"));
        Remove(relations, links.GetProperty("removed"));
    }

    /// <summary>
    /// The whole graph as text, without phases, which turn by themselves and are the field's.
    /// </summary>
    public string Canonical()
    {
        return string.Join('\n', concepts.Values.Concat(relations.Values).Select(Sorted));

        static string Sorted(JsonObject item) =>
            new JsonObject(item.Where(p => p.Key != "phase").OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone()))).ToJsonString();
    }

    private static void Put(SortedDictionary<string, JsonObject> items, JsonElement added)
    {
        foreach (var item in added.EnumerateArray())
        {
            items[item.GetProperty("id").GetString()!] = JsonObject.Create(item)!;
        }
    }

    private static void Merge(SortedDictionary<string, JsonObject> items, JsonElement changed)
    {
        foreach (var item in changed.EnumerateArray())
        {
            var known = items[item.GetProperty("id").GetString()!];
            foreach (var property in item.EnumerateObject())
            {
                known[property.Name] = JsonNode.Parse(property.Value.GetRawText());
            }
        }
    }

    private static void Remove(SortedDictionary<string, JsonObject> items, JsonElement removed)
    {
        foreach (var id in removed.EnumerateArray())
        {
            Assert.True(items.Remove(id.GetString()!), $"{id} was removed and had not been there");
        }
    }
}
