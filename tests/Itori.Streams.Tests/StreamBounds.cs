using Microsoft.Extensions.Options;

namespace Itori.Streams.Tests;

public sealed class StreamBounds
{
    [Fact]
    public async Task A_full_queue_drops_its_oldest_events_counts_them_and_goes_on()
    {
        await using var cluster = await StreamCluster.StartAsync(configure: options => (options.QueueCount, options.QueueCapacity) = (1, 64));
        using var counters = new Counters(cluster.Silos[0]);
        var inbox = await Inbox<Note>.SubscribeAsync(cluster.Client, "topic");
        var publisher = cluster.Publisher("publisher");

        // One batch is written in one go, faster than the agent can take its turns to read.
        await publisher.PublishBatchAsync("topic", 0, 50_000);
        await Wait.UntilAsync(
            () => inbox.Items.Count + counters.QueueFull + counters.SubscriberBehind >= 50_000,
            () => $"{inbox.Items.Count} received, {counters.QueueFull} + {counters.SubscriberBehind} dropped of 50,000");

        Assert.True(counters.QueueFull > 0);
        Assert.Equal(50_000, counters.Published);
        Assert.Equal(50_000, inbox.Items.Count + counters.QueueFull + counters.SubscriberBehind);
        Assert.Equal(49_999, inbox.Items.Last().Number);
        Assert.Equal(inbox.Items.Select(note => note.Number).Order(), inbox.Items.Select(note => note.Number));

        var before = inbox.Items.Count;
        await publisher.PublishAsync(["topic"], 50_000, 20);
        await inbox.WaitForAsync(before + 20);
    }

    [Fact]
    public async Task A_batch_that_is_never_accepted_is_given_up_and_counted_and_the_stream_goes_on()
    {
        await using var cluster = await StreamCluster.StartAsync(configure: options => options.DeliveryTimeout = TimeSpan.FromMilliseconds(200));
        using var counters = new Counters(cluster.Silos[0]);
        var refuse = true;
        var inbox = await Inbox<Note>.SubscribeAsync(
            cluster.Client, "topic", () => Volatile.Read(ref refuse) ? throw new InvalidOperationException("no") : Task.CompletedTask);
        var publisher = cluster.Publisher("publisher");
        await publisher.PublishAsync(["topic"], 0, 1);
        await Wait.UntilAsync(() => counters.DeliveryFailed == 1, () => $"{counters.DeliveryFailed} of 1 given up");

        Volatile.Write(ref refuse, false);
        await publisher.PublishAsync(["topic"], 1, 3);

        await inbox.WaitForAsync(3);
        Assert.Equal([1, 2, 3], inbox.Items.Select(note => note.Number));
    }

    [Fact]
    public async Task Streams_without_events_for_a_while_leave_memory_and_come_back()
    {
        await using var cluster = await StreamCluster.StartAsync(configure: options =>
            (options.StreamIdleTime, options.MaxPollWait) = (TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(20)));
        using var counters = new Counters(cluster.Silos[0]);
        var inbox = await Inbox<Note>.SubscribeAsync(cluster.Client, "watched");
        var publisher = cluster.Publisher("publisher");
        await publisher.PublishAsync(["watched", "unwatched"], 0, 50);
        await inbox.WaitForAsync(50);

        await Wait.UntilAsync(() => counters.Cached == 0, () => $"{counters.Cached} events still held");
        await publisher.PublishAsync(["watched"], 50, 50);

        await inbox.WaitForAsync(100);
        Assert.Equal(Enumerable.Range(0, 100), inbox.Items.Select(note => note.Number));
    }

    [Fact]
    public void A_setting_out_of_range_stops_the_start_and_names_key_value_and_range()
    {
        var result = new ItoriStreamOptionsValidator().Validate("events", new ItoriStreamOptions { WindowPerStream = 63 });

        Assert.Equal("Stream provider 'events': WindowPerStream is 63; it must be between 64 and 1048576.", Assert.Single(result.Failures!));
    }

    [Fact]
    public async Task A_silo_with_a_bad_setting_does_not_start() =>
        await Assert.ThrowsAsync<OptionsValidationException>(() => StreamCluster.StartAsync(configure: options => options.QueueCount = 0));
}
