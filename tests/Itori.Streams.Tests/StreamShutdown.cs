using System.Diagnostics;

namespace Itori.Streams.Tests;

public sealed class StreamShutdown
{
    [Fact]
    public async Task What_was_published_before_a_silo_stops_is_delivered()
    {
        await using var cluster = await StreamCluster.StartAsync();
        var topics = Enumerable.Range(0, 50).Select(i => $"topic-{i}").ToArray();
        var inboxes = await Task.WhenAll(topics.Select(topic => Inbox<Note>.SubscribeAsync(cluster.Client, topic)));
        await cluster.Publisher("publisher").PublishAsync(topics, 0, 100);

        await cluster.Silos[0].StopAsync(CancellationToken.None);

        Assert.All(inboxes, inbox => Assert.Equal(Enumerable.Range(0, 100), inbox.Items.Select(note => note.Number)));
    }

    [Fact]
    public async Task A_silo_whose_queues_wait_in_a_long_poll_stops_at_once()
    {
        await using var cluster = await StreamCluster.StartAsync(configure: options => options.MaxPollWait = TimeSpan.FromSeconds(60));
        var inbox = await Inbox<Note>.SubscribeAsync(cluster.Client, "topic");
        await cluster.Publisher("publisher").PublishAsync(["topic"], 0, 1);
        await inbox.WaitForAsync(1);

        await StopsWithinAsync(cluster, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_silo_does_not_wait_for_a_subscriber_that_never_acknowledges()
    {
        await using var cluster = await StreamCluster.StartAsync(configure: options => options.ShutdownDrain = TimeSpan.FromMilliseconds(200));
        var never = new TaskCompletionSource();
        var entered = new TaskCompletionSource();
        await Inbox<Note>.SubscribeAsync(await cluster.StartClientAsync(), "topic", () =>
        {
            entered.TrySetResult();
            return never.Task;
        });
        await cluster.Publisher("publisher").PublishAsync(["topic"], 0, 10);
        await entered.Task;

        await StopsWithinAsync(cluster, TimeSpan.FromSeconds(10));
        never.SetResult();
    }

    /// <summary>Far below the 30 s of a response timeout and the 60 s of the poll, far above what a busy machine needs: the wait that must not happen is told from noise.</summary>
    private static async Task StopsWithinAsync(StreamCluster cluster, TimeSpan limit)
    {
        var watch = Stopwatch.StartNew();
        await cluster.Silos[0].StopAsync(CancellationToken.None).WaitAsync(limit);
        TestContext.Current.SendDiagnosticMessage($"stopped in {watch.Elapsed.TotalSeconds:F2} s");
    }
}
