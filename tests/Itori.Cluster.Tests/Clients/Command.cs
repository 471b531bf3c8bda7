using System.Text.Json.Nodes;

namespace Itori.Cluster.Tests.Clients;

/// <summary>A write with an id: the same bytes however often it is sent.</summary>
internal sealed record Command(string Id, string Topic, string Json)
{
    private static readonly string[] Subjects = ["Coral reefs", "Marine reserves", "Herbivorous fish", "Water chemistry", "Sea temperature", "Nursery tanks", "Ocean currents", "Seaweed"];
    private static readonly string[] Verbs = ["protect", "change", "depend on", "weaken", "follow", "feed"];

    public static Command Message(string id, string session, bool assistant, Random random)
    {
        var text = $"{Pick(Subjects, random)} {Pick(Verbs, random)} {Pick(Subjects, random)}.";
        return Of(id, "user_msg", "session:" + session, new JsonObject { ["text"] = text, ["assistant"] = assistant, ["metadata"] = new JsonObject { ["id"] = id } });
    }

    public static Command Concept(string id, string graph) =>
        Of(id, "concept_op", "graph:" + graph, new JsonObject { ["ops"] = new JsonArray(new JsonObject { ["op"] = "upsert", ["label"] = id }) });

    public static Command Document(string id, string graph, Random random)
    {
        var sentences = Enumerable.Range(0, 4).Select(_ => $"{Pick(Subjects, random)} {Pick(Verbs, random)} {Pick(Subjects, random)}.");
        return Of(id, "ingest", "graph:" + graph, new JsonObject { ["text"] = string.Join(' ', sentences), ["source"] = id });
    }

    private static Command Of(string id, string type, string topic, JsonObject payload) =>
        new(id, topic, new JsonObject { ["v"] = 1, ["type"] = type, ["id"] = id, ["topic"] = topic, ["payload"] = payload }.ToJsonString());

    private static string Pick(string[] words, Random random) => words[random.Next(words.Length)];
}
