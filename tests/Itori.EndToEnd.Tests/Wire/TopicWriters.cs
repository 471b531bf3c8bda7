using System.Text.Json;
using Itori.EndToEnd.Tests.Hosting;

namespace Itori.EndToEnd.Tests.Wire;

/// <summary>Writers on many topics, spread over the cluster's gateways.</summary>
internal sealed class TopicWriters : IAsyncDisposable
{
    private readonly IReadOnlyList<TopicWriter> all;

    private TopicWriters(IReadOnlyList<TopicWriter> all) => this.all = all;

    /// <summary>Opens <c>session:s1</c>…, <c>graph:g1</c>… and <paramref name="others"/>.</summary>
    public static async Task<TopicWriters> Open(PostgresCluster cluster, int sessions, int graphs, params string[] others)
    {
        var topics = Enumerable.Range(1, sessions).Select(n => $"session:s{n}").Concat(Enumerable.Range(1, graphs).Select(n => $"graph:g{n}")).Concat(others);
        return new TopicWriters(await Task.WhenAll(topics.Select((topic, n) => TopicWriter.Open(cluster.Gateways[n % cluster.Gateways.Count].Address, topic))));
    }

    public IReadOnlyList<string> Acknowledged(string topic) => all.First(writer => writer.Topic == topic).Acknowledged;

    /// <summary>One acknowledged write on each, all at once; the times that it took, shortest first.</summary>
    public async Task<IReadOnlyList<TimeSpan>> WriteAll(TimeSpan limit) => [.. (await Task.WhenAll(all.Select(writer => writer.Write(limit)))).Order()];

    /// <summary>One attempt on each.</summary>
    public async Task<IReadOnlyList<JsonElement>> TryAll() => await Task.WhenAll(all.Select(writer => writer.TryOnce()));

    public async Task EveryAcknowledgedWriteIsThereOnce()
    {
        foreach (var writer in all)
        {
            await writer.EveryAcknowledgedWriteIsThereOnce();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var writer in all)
        {
            await writer.DisposeAsync();
        }
    }
}
