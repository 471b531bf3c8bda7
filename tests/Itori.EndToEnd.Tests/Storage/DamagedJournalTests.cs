using System.Text.Json;
using System.Text.Json.Nodes;
using Itori.Tests.Shared;

namespace Itori.EndToEnd.Tests.Storage;

/// <summary>A stream that cannot be read is refused, said once clearly, and left as it is; nothing else suffers.</summary>
public sealed class DamagedJournalTests
{
    private const int Said = 5;
    private const string Flipped = "flipped";
    private const string Future = "future";
    private const string Sound = "sound";

    [Theory]
    [InlineData(Deployment.Standalone)]
    [InlineData(Deployment.Cluster)]
    public async Task A_damaged_row_and_a_row_of_a_later_version_refuse_their_streams_and_no_other(string kind)
    {
        await using var deployment = await Deployment.Start(kind);
        foreach (var session in (string[])[Flipped, Future, Sound])
        {
            await using var writer = await WireClient.Subscriber(deployment.Address, session, session);
            for (var n = 1; n <= Said; n++)
            {
                await writer.Acknowledged("user_msg", Message($"{session} {n}"));
            }
        }

        await deployment.Stop();
        await deployment.Rows.FlipBit("session:" + Flipped, 3);
        await deployment.Rows.MakeFuture("session:" + Future, 4);
        await deployment.Start();

        await IsRefused(deployment, Flipped);
        await IsRefused(deployment, Future);
        await using (var reader = await WireClient.Subscriber(deployment.Address, Sound, Sound))
        {
            Assert.Equal(Enumerable.Range(1, Said).Select(n => $"{Sound} {n}"), await Histories.Texts(reader, "session:" + Sound));
            await reader.Acknowledged("user_msg", Message("still here"));
        }

        TheLine(deployment.Log, "Record 3 of stream 'session:flipped' is damaged", "Restore the journal from a backup");
        TheLine(deployment.Log, "'session:future' at 4", "cannot read 'message_posted' version 99", "run the version that wrote it");

        // Nothing was written behind the damage or over it: with the rows restored all is there.
        await deployment.Stop();
        Assert.Equal(Said, await deployment.Rows.Count("session:" + Flipped));
        Assert.Equal(Said, await deployment.Rows.Count("session:" + Future));
        await deployment.Rows.Restore();
        await deployment.Start();
        foreach (var session in (string[])[Flipped, Future])
        {
            await using var reader = await WireClient.Subscriber(deployment.Address, session, session);
            Assert.Equal(Enumerable.Range(1, Said).Select(n => $"{session} {n}"), await Histories.Texts(reader, "session:" + session));
            await reader.Acknowledged("user_msg", Message("after the restore"));
        }
    }

    /// <summary>Every way to the session answers with a typed error: no acknowledgement, no part of the history that would pass for the whole.</summary>
    private static async Task IsRefused(Deployment deployment, string session)
    {
        await using var client = await WireClient.Subscriber(deployment.Address, session, session);
        var topic = "session:" + session;
        IsError(await client.Ask("user_msg", Message("lost?")));
        IsError(await client.Ask("subscribe", new JsonObject { ["topic"] = topic, ["since"] = 0 }));
        IsError(await client.Ask("history", new JsonObject { ["topic"] = topic }));
        Assert.Empty(client.All.Durable(topic));
    }

    private static void IsError(JsonElement reply)
    {
        Assert.True(reply.Type() == "error", $"Not refused: {reply.GetRawText()}");
        Assert.Equal((500, "damaged"), (reply.Payload().GetProperty("code").GetInt32(), reply.Payload().GetProperty("reason").GetString()));
        Assert.False(reply.Payload().TryGetProperty("retryAfterMs", out _), "Trying again does not help.");
    }

    /// <summary>One line of the log says all of it.</summary>
    private static void TheLine(string log, params string[] parts) => Assert.True(
        log.Split('\n').Any(line => parts.All(part => line.Contains(part, StringComparison.Ordinal))), $"No line says «{string.Join(" … ", parts)}»:\n{log}");

    private static JsonObject Message(string text) => new() { ["text"] = text, ["assistant"] = false };
}
