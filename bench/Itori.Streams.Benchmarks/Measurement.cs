using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Streams;

namespace Itori.Streams.Benchmarks;

/// <summary>Latencies in ms from publish to handler, rates in events/s.</summary>
internal sealed record Latency(double P50, double P99, double Published, double Received);

/// <summary>One provider with a silo process and this process as its client.</summary>
internal sealed class Measurement : IAsyncDisposable
{
    private const int Sources = 8;

    private readonly SiloProcess _silo;
    private readonly IHost _client;
    private long[] _ticks = new long[1 << 22];
    private int _received;
    private long _lastArrival;

    private Measurement(SiloProcess silo, IHost client) => (_silo, _client) = (silo, client);

    public static async Task<Measurement> StartAsync(string provider)
    {
        var silo = SiloProcess.Start(provider);
        var client = Provider.BuildClient(provider, silo.GatewayPort);
        await client.StartAsync();
        return new Measurement(silo, client);
    }

    public async Task SubscribeAsync(IEnumerable<string> topics)
    {
        var streams = _client.Services.GetRequiredService<IClusterClient>().GetStreamProvider(Provider.Name);
        await Task.WhenAll(topics.Select(topic => streams.GetStream<Stamp>(Provider.IdOf(topic)).SubscribeAsync((stamp, _) =>
        {
            var now = Stopwatch.GetTimestamp();
            _ticks[(Interlocked.Increment(ref _received) - 1) % _ticks.Length] = now - stamp.At;
            Volatile.Write(ref _lastArrival, now);
            return Task.CompletedTask;
        })));
    }

    /// <summary>Percent of one core that the silo uses while nothing happens.</summary>
    public async Task<double> IdleAsync(TimeSpan duration)
    {
        await Task.Delay(TimeSpan.FromSeconds(2));
        var (used, start) = (_silo.ProcessorTime, Stopwatch.GetTimestamp());
        await Task.Delay(duration);
        return 100 * (_silo.ProcessorTime - used) / Stopwatch.GetElapsedTime(start);
    }

    public async Task<Latency> LoadAsync(string[] topics, double perSecond, TimeSpan duration)
    {
        await RunAsync(topics, perSecond, TimeSpan.FromSeconds(2)); // streams known, code compiled
        return await RunAsync(topics, perSecond, duration);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.StopAsync();
        _client.Dispose();
        _silo.Dispose();
    }

    private async Task<Latency> RunAsync(string[] topics, double perSecond, TimeSpan duration)
    {
        Interlocked.Exchange(ref _received, 0);
        var grains = _client.Services.GetRequiredService<IGrainFactory>();
        var shares = topics.Chunk((topics.Length + Sources - 1) / Sources).ToArray();
        var start = Stopwatch.GetTimestamp();
        var published = (await Task.WhenAll(shares.Select((share, i) =>
            grains.GetGrain<ISource>(i).PublishAsync(share, perSecond * share.Length / topics.Length, duration)))).Sum();
        var rate = published / Stopwatch.GetElapsedTime(start).TotalSeconds;
        await QuietAsync(published);

        var count = Math.Min(_received, _ticks.Length);
        var sorted = _ticks[..count];
        Array.Sort(sorted);
        return new Latency(
            Milliseconds(sorted, 0.50), Milliseconds(sorted, 0.99), rate, _received / Stopwatch.GetElapsedTime(start, _lastArrival).TotalSeconds);
    }

    /// <summary>Until all has arrived or nothing more does: what was dropped never comes.</summary>
    private async Task QuietAsync(long expected)
    {
        for (var (seen, quiet) = (-1, 0); _received < expected && quiet < 20; seen = _received)
        {
            await Task.Delay(50);
            quiet = seen == _received ? quiet + 1 : 0;
        }
    }

    private static double Milliseconds(long[] sorted, double quantile) =>
        sorted.Length == 0 ? double.NaN : 1_000.0 * sorted[(int)(quantile * (sorted.Length - 1))] / Stopwatch.Frequency;
}
