using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Itori.EndToEnd.Tests.Hosting;
using Itori.Tests.Shared;

namespace Itori.EndToEnd.Tests;

/// <summary>Bad input gets an error and changes nothing.</summary>
[Collection(nameof(StandaloneFixture))]
public sealed class MalformedInputTests(StandaloneFixture standalone)
{
    private const int Messages = 200;
    private const int PerConnection = 20;
    private const int OverLimit = 10 * 1024 * 1024;

    /// <summary>
    /// What may stay resident after the storm. Nothing of it is to be kept, but a managed heap gives back what it grew by only when it sees need: ten 10 MB messages at a time, cut at 2 MiB
    /// each, leave at most some tens of MB of garbage and pooled buffers. A leak of the messages themselves would be 20 × 10 MB in each of the rounds.
    /// </summary>
    private const long Allowed = 150L * 1024 * 1024;

    [Fact]
    public async Task Two_hundred_malformed_messages_get_errors_while_a_neighbour_notices_nothing_and_memory_returns()
    {
        var server = standalone.Server;
        await using var neighbour = await WireClient.Plain(server.Address, "neighbour", "malformed");
        await neighbour.Acknowledged("user_msg", new JsonObject { ["text"] = Texts.Remarks[0], ["assistant"] = false });
        await neighbour.First(m => m.IsUpdate("delta"), "the concepts");

        await Storm(server.Address);
        var before = server.ResidentBytes();
        await Storm(server.Address);

        // What the neighbour says is stored and seen, and its events have no hole.
        await neighbour.Acknowledged("user_msg", new JsonObject { ["text"] = Texts.Remarks[1], ["assistant"] = false });
        await neighbour.Until(all => all.Durable("session:neighbour").Count() == 2, "both messages");
        Assert.Equal([1, 2], neighbour.All.Durable("session:neighbour").Select(m => m.Seq()));
        Assert.DoesNotContain(neighbour.All, m => m.Type() == "error");
        Assert.Null(neighbour.CloseStatus);

        await Condition.Holds(
            () => server.ResidentBytes() - before < Allowed,
            TimeSpan.FromSeconds(60),
            () => $"Resident memory was {before >> 20} MB and is {server.ResidentBytes() >> 20} MB");
    }

    private static async Task Storm(Uri server)
    {
        var kinds = Kinds().ToList();
        var sent = 0;
        while (sent < Messages)
        {
            var client = await WireClient.Plain(server, "vandal", "vandal");
            await using var _ = client;
            var errors = 0;
            for (var n = 0; n < PerConnection && sent < Messages; n++)
            {
                var kind = kinds[sent++ % kinds.Count];
                try
                {
                    await client.Send(kind.Bytes, kind.Type);
                }
                catch (WebSocketException) when (kind.Closes is not null)
                {
                    // Cut off in the middle of what is too long.
                }

                if (kind.Closes is { } status)
                {
                    await client.Closed.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
                    Assert.True(client.CloseStatus is null || client.CloseStatus == status, $"{kind.Name} closed with {client.CloseStatus}");
                    break;
                }

                errors++;
                await client.Until(all => all.Count(m => m.Type() == "error") >= errors, $"the error for {kind.Name}");
                var error = client.All.Last(m => m.Type() == "error").Payload();
                Assert.True(error.GetProperty("code").GetInt32() == kind.Code, $"{kind.Name} was answered with {error.GetRawText()}");
            }

            Assert.DoesNotContain(client.All, m => m.Type() is "ack" or "user_msg");
        }
    }

    private static IEnumerable<Kind> Kinds()
    {
        yield return Bad("truncated JSON", """{"v":1,"type":"user_msg","payload":{"text":"hal""");
        yield return Bad("no JSON", "hello");
        yield return Bad("nothing", "");
        yield return Bad("an array", """[{"type":"ping"}]""");
        yield return Bad("no type", """{"v":1,"payload":{"text":"hello"}}""");
        yield return Bad("a number for a type", """{"type":17}""");
        yield return Bad("an unknown type", """{"type":"make_coffee"}""");
        yield return Bad("both names, different", """{"type":"ping","kind":"user_msg","text":"hello"}""");
        yield return Bad("a number for a text", """{"type":"user_msg","payload":{"text":5}}""");
        yield return Bad("no text", """{"type":"user_msg","payload":{}}""");
        yield return Bad("a string for a payload", """{"type":"user_msg","payload":"hello"}""");
        yield return Bad("deep nesting", "{\"type\":\"user_msg\",\"payload\":{\"text\":" + new string('[', 50_000) + new string(']', 50_000) + "}}");
        yield return Bad("ops of no kind", """{"type":"concept_op","payload":{"ops":[{"op":"explode"}]}}""");
        yield return Bad("a topic of no kind", """{"type":"subscribe","payload":{"topic":"planet:mars"}}""") with { Code = 404 };
        yield return Bad("no topic", """{"type":"subscribe","payload":{"topic":""}}""");
        yield return new Kind("binary on a JSON connection", new byte[] { 0x81, 0xa4, 0x74 }, WebSocketMessageType.Binary, 400, null);
        yield return new Kind("invalid UTF-8", new byte[] { 0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d }, WebSocketMessageType.Text, null, WebSocketCloseStatus.InvalidPayloadData);
        yield return new Kind("10 MB", Encoding.UTF8.GetBytes("{\"type\":\"user_msg\",\"text\":\"" + new string('x', OverLimit) + "\"}"), WebSocketMessageType.Text, null, WebSocketCloseStatus.MessageTooBig);
    }

    private static Kind Bad(string name, string text) => new(name, Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, 400, null);

    private sealed record Kind(string Name, ReadOnlyMemory<byte> Bytes, WebSocketMessageType Type, int? Code, WebSocketCloseStatus? Closes);
}
