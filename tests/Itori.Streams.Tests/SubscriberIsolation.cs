namespace Itori.Streams.Tests;

/// <summary>One queue, so that nothing can be isolated by luck of the hash; and attempts that last for minutes, so that nothing passes by giving up.</summary>
public sealed class OneSiloWithOneQueue : IAsyncLifetime
{
    public StreamCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cluster = await StreamCluster.StartAsync(configure: options =>
    {
        options.QueueCount = 1;
        options.WindowPerStream = 128;
        options.DeliveryTimeout = TimeSpan.FromMinutes(5);
    });

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}

public sealed class SubscriberIsolation(OneSiloWithOneQueue silo) : IClassFixture<OneSiloWithOneQueue>
{
    private readonly StreamCluster _cluster = silo.Cluster;
    private readonly string _topic = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task A_stuck_subscriber_delays_no_other_subscriber_and_no_other_stream()
    {
        var release = new TaskCompletionSource();
        var hot = _topic;
        var cold = Enumerable.Range(0, 20).Select(i => $"{_topic}-{i}").ToArray();
        var stuckClient = await _cluster.StartClientAsync();
        var stuck = await Inbox<Note>.SubscribeAsync(stuckClient, hot, () => release.Task);
        foreach (var topic in cold)
        {
            await Inbox<Note>.SubscribeAsync(stuckClient, topic);
        }

        var healthy = await Inbox<Note>.SubscribeAsync(_cluster.Client, hot);
        var healthyCold = await Task.WhenAll(cold.Select(topic => Inbox<Note>.SubscribeAsync(_cluster.Client, topic)));
        var publisher = _cluster.Publisher(_topic);
        try
        {
            await publisher.PublishAsync([hot], 0, 1);
            await healthy.WaitForAsync(1);

            // None of these streams has been seen before: each has to be announced to the stuck client too.
            await publisher.PublishAsync(cold, 0, 50);
            await publisher.PublishAsync([hot], 1, 99);

            foreach (var inbox in healthyCold)
            {
                await inbox.WaitForAsync(50);
            }

            await healthy.WaitForAsync(100);
            Assert.Empty(stuck.Items);
        }
        finally
        {
            release.SetResult();
        }

        await stuck.WaitForAsync(100);
        Assert.Equal(Enumerable.Range(0, 100), stuck.Items.Select(note => note.Number));
    }

    [Fact]
    public async Task A_frozen_client_process_delays_nobody()
    {
        var topics = Enumerable.Range(0, 20).Select(i => $"{_topic}-{i}").ToArray();
        using var frozen = await SubscriberProcess.StartAsync(_cluster.GatewayPorts[0], topics);
        var inboxes = await Task.WhenAll(topics.Select(topic => Inbox<Note>.SubscribeAsync(_cluster.Client, topic)));
        frozen.Freeze();

        await _cluster.Publisher(_topic).PublishAsync(topics, 0, 100);

        foreach (var inbox in inboxes)
        {
            await inbox.WaitForAsync(100);
        }
    }

    [Fact]
    public async Task A_client_process_that_is_killed_does_not_stop_the_others()
    {
        using var doomed = await SubscriberProcess.StartAsync(_cluster.GatewayPorts[0], _topic, _topic + "-cold");
        var hot = await Inbox<Note>.SubscribeAsync(_cluster.Client, _topic);
        var cold = await Inbox<Note>.SubscribeAsync(_cluster.Client, _topic + "-cold");
        var publisher = _cluster.Publisher(_topic);
        await publisher.PublishAsync([_topic], 0, 10);
        await Wait.UntilAsync(() => doomed.Received == 10, () => $"the doomed client saw {doomed.Received} of 10");

        doomed.Kill();
        await publisher.PublishAsync([_topic, _topic + "-cold"], 10, 90);

        await hot.WaitForAsync(100);
        await cold.WaitForAsync(90);
        Assert.Equal(Enumerable.Range(0, 100), hot.Items.Select(note => note.Number));
    }

    [Fact]
    public async Task A_subscriber_beyond_the_window_loses_the_oldest_events_and_goes_on()
    {
        using var counters = new Counters(_cluster.Silos[0]);
        var release = new TaskCompletionSource();
        var slow = await Inbox<Note>.SubscribeAsync(await _cluster.StartClientAsync(), _topic, () => release.Task);
        var healthy = await Inbox<Note>.SubscribeAsync(_cluster.Client, _topic);
        var publisher = _cluster.Publisher(_topic);
        await publisher.PublishAsync([_topic], 0, 1);
        await healthy.WaitForAsync(1);
        for (var published = 1; published < 501; published += 100)
        {
            await publisher.PublishAsync([_topic], published, 100);
            await healthy.WaitForAsync(published + 100);
        }

        release.SetResult();

        await slow.WaitForAsync(1 + 128);
        var numbers = slow.Items.Select(note => note.Number).ToArray();
        Assert.Equal(0, numbers[0]);
        Assert.Equal(Enumerable.Range(501 - 128, 128), numbers[1..]);
        Assert.Equal(500 - 128, counters.SubscriberBehind);

        await publisher.PublishAsync([_topic], 501, 10);
        await slow.WaitForAsync(1 + 128 + 10);
        Assert.Equal(500 - 128, counters.SubscriberBehind);
    }
}
