using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Itori.Tests.Shared;

namespace Itori.EndToEnd.Tests;

/// <summary>An <c>ack</c> means stored, whatever happens next.</summary>
public sealed class StandaloneCrashTests
{
    private const int Rounds = 3;
    private const int Writers = 4;

    [Fact]
    public async Task Every_acknowledged_message_is_there_once_after_kill_9_under_writes()
    {
        using var folder = new TemporaryFolder();
        var acknowledged = new ConcurrentBag<string>();
        var sent = new ConcurrentDictionary<string, byte>();
        var random = new Random(20);
        for (var round = 1; round <= Rounds; round++)
        {
            await using var server = await ItoriProcess.Standalone(folder.Path);
            var enough = acknowledged.Count + random.Next(20, 80);
            var writers = Enumerable.Range(1, Writers).Select(w => Write(server.Address, $"round {round} writer {w}", sent, acknowledged)).ToList();
            await Condition.Holds(() => acknowledged.Count >= enough, TimeSpan.FromSeconds(60), () => $"Only {acknowledged.Count} of {enough} messages were acknowledged");
            await server.Crash();
            await Task.WhenAll(writers);
        }

        await using var last = await ItoriProcess.Standalone(folder.Path);
        await using var reader = await WireClient.Subscriber(last.Address, "crash", "crash");
        var kept = await Histories.Texts(reader, "session:crash");
        Assert.Equal(kept.Distinct().Count(), kept.Count);
        Assert.Empty(acknowledged.Except(kept));
        Assert.Empty(kept.Except(sent.Keys));
    }

    /// <summary>Says one thing after the other until the server is gone.</summary>
    private static async Task Write(Uri server, string name, ConcurrentDictionary<string, byte> sent, ConcurrentBag<string> acknowledged)
    {
        try
        {
            await using var client = await WireClient.Subscriber(server, "crash", "crash");
            for (var n = 1; ; n++)
            {
                var text = $"{name} message {n}";
                sent.TryAdd(text, 0);
                var reply = await client.Ask("user_msg", new JsonObject { ["text"] = text, ["assistant"] = false }, id: text.Replace(' ', '-'));
                if (reply.Type() == "ack")
                {
                    acknowledged.Add(text);
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or InvalidOperationException)
        {
            // The server was killed.
        }
    }
}
