using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace Itori.Tests.Shared;

/// <summary>
/// Standalone on one data folder, killed with -9 at random moments, also while it starts, under writes that are sent again under the same id until they are acknowledged. No acknowledged
/// write may be lost, none may be there twice, and the file must stay whole.
/// </summary>
internal sealed class StandaloneKills(string folder, int seed, Action<string> log)
{
    private const int Writers = 4;
    private const string Session = "crash";

    private readonly Random random = new(seed);
    private readonly int port = FreePorts.Next();
    private readonly ConcurrentDictionary<string, long> acknowledged = new(StringComparer.Ordinal);
    private TimeSpan startTakes = TimeSpan.FromSeconds(1);
    private volatile bool enough;

    public int Acknowledged => acknowledged.Count;

    /// <summary>Kills it so many times, then checks everything.</summary>
    public async Task Run(int kills)
    {
        var writers = Enumerable.Range(1, Writers).Select(Write).ToList();
        for (var kill = 1; kill <= kills; kill++)
        {
            await using var server = ItoriProcess.Launch(Programs.Standalone, port, "--Itori:DataDirectory", folder);
            var begun = Stopwatch.GetTimestamp();
            if (kill > 1 && random.Next(4) == 0)
            {
                await Task.Delay(startTakes * random.NextDouble(), TestContext.Current.CancellationToken);
            }
            else
            {
                await server.Ready();
                startTakes = Stopwatch.GetElapsedTime(begun);
                var goal = acknowledged.Count + random.Next(1, 80);
                await Condition.Holds(() => acknowledged.Count >= goal, TimeSpan.FromSeconds(60), () => $"Only {acknowledged.Count} of {goal} messages were acknowledged");
                await Task.Delay(random.Next(20), TestContext.Current.CancellationToken);
            }

            await server.Crash();
            if (kill % 10 == 0)
            {
                log($"{kill} kills, {acknowledged.Count} messages acknowledged");
            }
        }

        await using (var last = await ItoriProcess.Standalone(port, folder))
        {
            enough = true;
            await Task.WhenAll(writers);
            await Verify(last.Address);
            Assert.Equal(0, await last.Stop());
        }

        Assert.Equal("ok", await IntegrityCheck());
        log($"after {kills} kills (seed {seed}): {acknowledged.Count} messages acknowledged, all are there once, where they were acknowledged; the file is whole");
    }

    private async Task Verify(Uri address)
    {
        await using var reader = await WireClient.Subscriber(address, Session, Session);
        var kept = await Histories.Events(reader, "session:" + Session);
        var places = kept.GroupBy(Messages.Text).ToDictionary(same => same.Key, same => same.Select(Messages.Seq).ToArray(), StringComparer.Ordinal);
        var wrong = acknowledged.Where(entry => !(places.GetValueOrDefault(entry.Key) is [var only] && only == entry.Value)).Select(entry => $"{entry.Key} was acknowledged at {entry.Value} and is at [{string.Join(' ', places.GetValueOrDefault(entry.Key) ?? [])}]").ToList();
        Assert.True(wrong.Count == 0, $"Seed {seed}: {wrong.Count} of {acknowledged.Count} acknowledged messages are not there once: {string.Join("; ", wrong.Take(20))}");

        // Every writer sent each message until it was acknowledged, so nothing else may be there.
        Assert.Empty(places.Keys.Except(acknowledged.Keys));
    }

    private async Task<string> IntegrityCheck()
    {
        var file = Assert.Single(Directory.GetFiles(folder, "*.db"));
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var check = connection.CreateCommand();
        check.CommandText = "PRAGMA integrity_check";
        return (string)(await check.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    /// <summary>Says one thing after the other, each until it is acknowledged, whatever happens to the server.</summary>
    private async Task Write(int writer)
    {
        var address = new Uri(FormattableString.Invariant($"http://127.0.0.1:{port}"));
        var n = 1;

        // What was sent once may be stored: it is sent until its reply is known, also after enough was said.
        var begun = false;
        while (!enough || begun)
        {
            try
            {
                await using var client = await WireClient.Subscriber(address, Session, Session);
                while (!enough || begun)
                {
                    begun = true;
                    var text = FormattableString.Invariant($"writer {writer} message {n}");
                    do
                    {
                        var reply = await client.AskAgain("user_msg", new JsonObject { ["text"] = text, ["assistant"] = false }, id: text.Replace(' ', '-'));
                        if (reply.Type() == "ack")
                        {
                            acknowledged.TryAdd(text, reply.Payload().GetProperty("seq").GetInt64());
                            n++;
                            begun = false;
                            break;
                        }

                        Assert.True(reply.Payload().TryGetProperty("retryAfterMs", out var wait), $"{text} was answered with {reply.GetRawText()}");
                        await Task.Delay(wait.GetInt32(), TestContext.Current.CancellationToken);
                    }
                    while (true);
                }
            }
            catch (Exception e) when (e is WebSocketException or InvalidOperationException)
            {
                // The server was killed, or is not there yet.
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }
    }
}
