using Orleans.Streams;

namespace Itori.Streams.Tests;

public sealed class OneSilo : IAsyncLifetime
{
    public StreamCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cluster = await StreamCluster.StartAsync();

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}

public sealed class StreamDelivery(OneSilo silo) : IClassFixture<OneSilo>
{
    private readonly StreamCluster _cluster = silo.Cluster;
    private readonly string _topic = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task Order_is_kept_within_a_stream()
    {
        var inbox = await Inbox<Note>.SubscribeAsync(_cluster.Client, _topic);

        await _cluster.Publisher(_topic).PublishAsync([_topic], 0, 1_000);

        await inbox.WaitForAsync(1_000);
        Assert.Equal(Enumerable.Range(0, 1_000), inbox.Items.Select(note => note.Number));
    }

    [Fact]
    public async Task Every_subscriber_sees_every_event()
    {
        var second = await _cluster.StartClientAsync();
        var inboxes = new[]
        {
            await Inbox<Note>.SubscribeAsync(_cluster.Client, _topic),
            await Inbox<Note>.SubscribeAsync(_cluster.Client, _topic),
            await Inbox<Note>.SubscribeAsync(second, _topic),
        };

        await _cluster.Publisher(_topic).PublishAsync([_topic], 0, 200);

        foreach (var inbox in inboxes)
        {
            await inbox.WaitForAsync(200);
            Assert.Equal(Enumerable.Range(0, 200), inbox.Items.Select(note => note.Number));
        }
    }

    [Fact]
    public async Task A_grain_can_subscribe()
    {
        var subscriber = _cluster.Client.GetGrain<ISubscriber>(_topic);
        await subscriber.SubscribeAsync(_topic);

        await _cluster.Publisher(_topic).PublishAsync([_topic], 0, 100);

        var received = Array.Empty<int>();
        for (var i = 0; i < 1_000 && received.Length < 100; i++)
        {
            received = await subscriber.ReceivedAsync();
        }

        Assert.Equal(Enumerable.Range(0, 100), received);
    }

    [Fact]
    public async Task A_batch_arrives_as_its_events_in_order()
    {
        var inbox = await Inbox<Note>.SubscribeAsync(_cluster.Client, _topic);

        await _cluster.Publisher(_topic).PublishBatchAsync(_topic, 0, 700);

        await inbox.WaitForAsync(700);
        Assert.Equal(Enumerable.Range(0, 700), inbox.Items.Select(note => note.Number));
    }

    [Fact]
    public async Task Waiting_events_are_delivered_several_per_call()
    {
        var calls = 0;
        var events = 0;
        await StreamCluster.Stream<Note>(_cluster.Client, _topic).SubscribeAsync(items =>
        {
            Interlocked.Increment(ref calls);
            Interlocked.Add(ref events, items.Count);
            return Task.CompletedTask;
        });

        await _cluster.Publisher(_topic).PublishBatchAsync(_topic, 0, 512);

        await Wait.UntilAsync(() => events == 512, () => $"{events} of 512 events");
        Assert.InRange(calls, 1, 64);
    }

    [Fact]
    public async Task A_subscription_made_while_events_flow_misses_nothing_published_after_it()
    {
        var publisher = _cluster.Publisher(_topic);
        using var stop = new CancellationTokenSource();
        var published = 0;
        var flow = Task.Run(
            async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    await publisher.PublishAsync([_topic], published, 1);
                    Interlocked.Increment(ref published);
                }
            },
            CancellationToken.None);

        for (var round = 0; round < 100; round++)
        {
            var inbox = await Inbox<Note>.SubscribeAsync(_cluster.Client, _topic);

            // The publish that is under way may have come before the subscription; the one after it has not.
            var after = Volatile.Read(ref published) + 1;
            await Wait.UntilAsync(() => inbox.Items.Any(note => note.Number >= after + 5), () => $"round {round}: nothing after {after}");

            var numbers = inbox.Items.Select(note => note.Number).ToArray();
            Assert.True(numbers[0] <= after, $"round {round}: the first event is {numbers[0]}, but {after} was published after the subscription");
            Assert.Equal(Enumerable.Range(numbers[0], numbers.Length), numbers);
            await inbox.Handle.UnsubscribeAsync();
        }

        await stop.CancelAsync();
        await flow;
    }

    [Fact]
    public async Task An_event_published_right_after_a_subscription_arrives_on_a_thousand_topics()
    {
        var topics = Enumerable.Range(0, 1_000).Select(i => $"{_topic}-{i}").ToArray();
        var publisher = _cluster.Publisher(_topic);
        var inboxes = new List<Inbox<Note>>();
        foreach (var topic in topics)
        {
            inboxes.Add(await Inbox<Note>.SubscribeAsync(_cluster.Client, topic));
            await publisher.PublishAsync([topic], 0, 1);
        }

        await publisher.PublishAsync(topics, 1, 2);

        foreach (var inbox in inboxes)
        {
            await inbox.WaitForAsync(3);
            Assert.Equal([0, 1, 2], inbox.Items.Select(note => note.Number));
        }
    }

    [Fact]
    public async Task A_burst_over_many_streams_reaches_a_healthy_subscriber_whole()
    {
        var topics = Enumerable.Range(0, 100).Select(i => $"{_topic}-{i}").ToArray();
        var inboxes = await Task.WhenAll(topics.Select(topic => Inbox<Note>.SubscribeAsync(_cluster.Client, topic)));

        await _cluster.Publisher(_topic).PublishAsync(topics, 0, 200);

        foreach (var inbox in inboxes)
        {
            await inbox.WaitForAsync(200);
            Assert.Equal(Enumerable.Range(0, 200), inbox.Items.Select(note => note.Number));
        }
    }

    [Fact]
    public async Task A_subscriber_that_unsubscribes_stops_receiving()
    {
        var leaving = await Inbox<Note>.SubscribeAsync(_cluster.Client, _topic);
        var staying = await Inbox<Note>.SubscribeAsync(_cluster.Client, _topic);
        var publisher = _cluster.Publisher(_topic);
        await publisher.PublishAsync([_topic], 0, 10);
        await leaving.WaitForAsync(10);

        await leaving.Handle.UnsubscribeAsync();
        await publisher.PublishAsync([_topic], 10, 10);

        await staying.WaitForAsync(20);
        Assert.Equal(10, leaving.Items.Count);
    }

    [Fact]
    public async Task A_subscriber_to_another_type_sees_none_and_disturbs_nobody()
    {
        var drafts = await Inbox<Draft>.SubscribeAsync(await _cluster.StartClientAsync(), _topic);
        var notes = await Inbox<Note>.SubscribeAsync(_cluster.Client, _topic);

        await _cluster.Publisher(_topic).PublishAsync([_topic], 0, 5);
        await _cluster.Publisher(_topic + "drafts").PublishDraftAndChangeItAsync(_topic, "a", "b");

        await notes.WaitForAsync(5);
        await drafts.WaitForAsync(1);
        Assert.Single(drafts.Items);
        Assert.Equal(5, notes.Items.Count);
    }

    [Fact]
    public async Task A_publisher_that_changes_an_event_afterwards_changes_no_delivery()
    {
        var inbox = await Inbox<Draft>.SubscribeAsync(_cluster.Client, _topic);

        await _cluster.Publisher(_topic).PublishDraftAndChangeItAsync(_topic, "published", "changed");

        await inbox.WaitForAsync(1);
        Assert.Equal("published", inbox.Items.Single().Text);
    }

    [Fact]
    public async Task Publishing_from_a_client_is_refused_with_what_to_do()
    {
        var stream = StreamCluster.Stream<Note>(_cluster.Client, _topic);

        var refusal = await Assert.ThrowsAsync<NotSupportedException>(() => stream.OnNextAsync(new Note { Topic = _topic, Number = 1 }));

        Assert.Contains("only a grain can publish", refusal.Message, StringComparison.Ordinal);
    }
}
