using System.Text.Json;
using System.Text.Json.Nodes;

namespace Itori.Tests.Shared;

/// <summary>Reading a topic's past.</summary>
internal static class Histories
{
    /// <summary>All of a topic's durable events, oldest first, page by page; checks that their <c>seq</c> has no hole.</summary>
    public static async Task<IReadOnlyList<JsonElement>> Events(WireClient client, string topic)
    {
        var events = new List<JsonElement>();
        long? before = null;
        while (true)
        {
            var payload = new JsonObject { ["topic"] = topic, ["limit"] = 100 };
            if (before is not null)
            {
                payload["before"] = before;
            }

            var reply = await client.Ask("history", payload);
            Assert.True(reply.Type() == "history", $"history was answered with {reply.GetRawText()}");
            var page = reply.Payload().GetProperty("events").EnumerateArray().ToList();
            events.InsertRange(0, page);
            if (!reply.Payload().GetProperty("more").GetBoolean())
            {
                Assert.Equal(Enumerable.Range(1, events.Count).Select(n => (long)n), events.Select(e => e.Seq()));
                return events;
            }

            before = page[0].Seq();
        }
    }

    /// <summary>What people said, oldest first.</summary>
    public static async Task<IReadOnlyList<string>> Texts(WireClient client, string session) =>
        [.. (await Events(client, session)).Where(e => e.Type() == "user_msg").Select(Messages.Text)];
}
