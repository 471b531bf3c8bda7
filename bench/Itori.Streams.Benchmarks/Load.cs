using System.Diagnostics;
using Orleans.Streams;

namespace Itori.Streams.Benchmarks;

/// <summary>An event that carries when it was published, in stopwatch ticks, which on Linux all processes of a machine share.</summary>
[GenerateSerializer, Immutable, Alias("itori.streams.bench.stamp")]
internal sealed record Stamp
{
    [Id(0)]
    public required long At { get; init; }

    [Id(1)]
    public required int Number { get; init; }
}

[Alias("itori.streams.bench.source")]
internal interface ISource : IGrainWithIntegerKey
{
    /// <summary>
    /// Publishes to the topics in turn until the time is over, spread evenly at <paramref name="perSecond"/> events/s (0: as fast as it goes).
    /// Returns how many events it published.
    /// </summary>
    [Alias("publish")]
    [ResponseTimeout("00:02:00")]
    Task<long> PublishAsync(string[] topics, double perSecond, TimeSpan duration);
}

/// <summary>Stands for the grains that publish: each instance owns a share of the topics and paces itself by the clock.</summary>
internal sealed class Source : Grain, ISource
{
    public async Task<long> PublishAsync(string[] topics, double perSecond, TimeSpan duration)
    {
        var provider = this.GetStreamProvider(Provider.Name);
        var streams = topics.Select(topic => provider.GetStream<Stamp>(Provider.IdOf(topic))).ToArray();
        var start = Stopwatch.GetTimestamp();
        var published = 0L;
        while (Stopwatch.GetElapsedTime(start) is var elapsed && elapsed < duration)
        {
            var due = perSecond == 0 ? published + 256 : (long)(elapsed.TotalSeconds * perSecond) + 1;
            for (; published < due; published++)
            {
                await streams[published % streams.Length].OnNextAsync(
                    new Stamp { At = Stopwatch.GetTimestamp(), Number = (int)(published / streams.Length) });
            }

            if (perSecond == 0)
            {
                await Task.Yield();
            }
            else
            {
                await Task.Delay(1);
            }
        }

        return published;
    }
}
