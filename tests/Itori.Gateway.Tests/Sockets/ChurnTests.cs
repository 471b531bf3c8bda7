using System.Diagnostics;
using System.Globalization;

using Itori.Gateway.Connections;
using Itori.Gateway.Topics;

using Microsoft.Extensions.DependencyInjection;

namespace Itori.Gateway.Tests.Sockets;

/// <summary>Comings and goings, beside no other test: what they leave is counted in the whole process.</summary>
[Collection(nameof(ChurnTests))]
public sealed class ChurnTests(ClusterFixture cluster)
{
    private const int Workers = 16;

    /// <summary>
    /// What a connection may leave at most: less than anything of ours that hangs on one takes. Orleans remembers the ids of stream subscriptions, some 80 bytes each, until it tidies up every ten minutes;
    /// nothing else was found to grow.
    /// </summary>
    private const int BytesEach = 192;

    /// <summary>Orleans' ten minutes, and as long again until its next round: no connection of before then has left anything.</summary>
    private const int SecondsRemembered = 1200;

    /// <summary>What the runtime and Orleans' tables keep for themselves varies by as much beside other work: 0.4 MB in a quiet run, 3.6 MB in all in a busy one.</summary>
    private const int Noise = 3 * 1024 * 1024;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(8);

    /// <summary>
    /// Some seconds by default; ITORI_CHURN_SECONDS=180 for long, as ./test.sh has it, and 3600 with ITORI_CHURN_RATE=200 for the hour whose outcome bench/load tells. Connections come and go, some say goodbye and some do not; then there is as much as at the beginning: no
    /// connection, no topic, no handle, and no more memory.
    /// </summary>
    [Fact]
    public async Task Comings_and_goings_leave_nothing_behind()
    {
        var time = TimeSpan.FromSeconds(Given("ITORI_CHURN_SECONDS", 8));
        var rate = Given("ITORI_CHURN_RATE", 100);
        await using var gateway = await TestGateway.Start(cluster);
        var registry = gateway.Services.GetRequiredService<ConnectionRegistry>();
        var hubs = gateway.Services.GetRequiredService<TopicHubs>();

        await Churn(gateway, rate, WarmUp);
        var (handles, memory) = await Settle();
        var connections = await Churn(gateway, rate, time);
        var (handlesAfter, memoryAfter) = await Settle();
        TestContext.Current.SendDiagnosticMessage("{0} connections in {1:n0} s left {2} bytes and {3} handles", connections, time.TotalSeconds, memoryAfter - memory, handlesAfter - handles);
        Assert.True(memoryAfter - memory < Noise + BytesEach * Math.Min(connections, rate * SecondsRemembered), $"{connections} connections left {memoryAfter - memory} bytes.");
        Assert.True(handlesAfter - handles < 20, $"{connections} connections left {handlesAfter - handles} handles.");

        async Task<(int Handles, long Bytes)> Settle()
        {
            await Eventually.Holds(() => registry.Count == 0, "no connection is open");
            await Eventually.Holds(() => hubs.Durable().Length == 0, "no topic is watched");
            var last = long.MaxValue;
            await Eventually.Holds(() =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                var now = GC.GetTotalMemory(forceFullCollection: true);
                var isStill = now > last - 65_536;
                last = now;
                return isStill;
            }, "memory does not fall any more");
            using var process = Process.GetCurrentProcess();
            return (process.HandleCount, last);
        }
    }

    private static double Given(string variable, double otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>So many a second, or as many as the machine manages.</summary>
    private static async Task<int> Churn(TestGateway gateway, double rate, TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        var count = 0;
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(async worker =>
        {
            using var due = new PeriodicTimer(TimeSpan.FromSeconds(Workers / rate));
            for (var i = 0; watch.Elapsed < time; i++)
            {
                await due.WaitForNextTickAsync(TestContext.Current.CancellationToken);
                Interlocked.Increment(ref count);
                var isPlain = i % 3 == 0;
                await using var client = await gateway.Connect($"?session=churn-{worker}-{i % 5}&graph=churn", isPlain ? null : SocketEndpoint.JsonProtocol);
                await client.Next("welcome");
                if (!isPlain)
                {
                    await client.Send($$"""{"type":"subscribe","id":"s","topic":"session:churn-{{worker}}-{{i % 5}}"}""");
                    await client.Next("subscribed");
                }

                if (i % 2 == 0)
                {
                    await client.Close();
                }

                // Else gone without a word, now and then in the middle of being opened.
            }
        }));
        return count;
    }
}

/// <summary>Alone, with a cluster of its own.</summary>
[CollectionDefinition(nameof(ChurnTests), DisableParallelization = true)]
public sealed class ChurnCollection : ICollectionFixture<ClusterFixture>;
