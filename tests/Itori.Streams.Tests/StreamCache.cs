using System.Diagnostics.Metrics;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Streams;

namespace Itori.Streams.Tests;

public sealed class StreamCache : IDisposable
{
    private static readonly StreamId Stream = StreamId.Create("topics", "one");

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void Every_cursor_reads_what_came_after_it_in_order_and_misses_only_what_the_window_lost()
    {
        // Steps: how many events arrive, then how many batches each of three cursors takes.
        var step = Gen.Select(Gen.Int[0, 200], Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[0, 2]);
        Gen.Select(step.List[1, 40], Gen.Int[64, 300], Gen.Int[1, 100]).Sample((steps, window, batch) =>
        {
            using var counters = new Counters(_services);
            var cache = Cache(new ItoriStreamOptions { WindowPerStream = window, MaxBatchSize = batch });
            var cursors = Enumerable.Range(0, 3).Select(_ => cache.GetCacheCursor(Stream, null)).ToArray();
            var read = cursors.Select(_ => new List<int>()).ToArray();
            var published = 0;
            foreach (var (arriving, first, second, third) in steps)
            {
                Add(cache, Stream, published, arriving);
                published += arriving;
                int[] moves = [first, second, third];
                for (var i = 0; i < cursors.Length; i++)
                {
                    Read(cursors[i], moves[i], read[i]);
                }

                Assert.True(cache.Count <= window);
            }

            for (var i = 0; i < cursors.Length; i++)
            {
                Read(cursors[i], int.MaxValue, read[i]);
                Assert.Equal(read[i].Distinct().Order(), read[i]);
                Assert.True(published == 0 || read[i][^1] == published - 1);
            }

            Assert.Equal((3L * published) - read.Sum(list => list.Count), counters.SubscriberBehind);
            Assert.True(cache.IsDrained);
            Assert.True(cache.Count <= ItoriStreamOptions.TailPerStream);
        }, iter: 300, threads: 1);
    }

    [Fact]
    public void A_subscriber_that_is_still_joining_finds_the_last_64_events()
    {
        var cache = Cache(new ItoriStreamOptions());
        Add(cache, Stream, 0, 10);
        using var other = cache.GetCacheCursor(Stream, null);
        Add(cache, Stream, 10, 500);
        Read(other, int.MaxValue, []);

        using var joining = cache.GetCacheCursor(Stream, new Orleans.Providers.Streams.Common.EventSequenceTokenV2(0));

        var read = new List<int>();
        Read(joining, int.MaxValue, read);
        Assert.Equal(Enumerable.Range(510 - 64, 64), read);
    }

    [Fact]
    public void The_first_events_of_a_stream_wait_for_its_first_cursor()
    {
        var cache = Cache(new ItoriStreamOptions());
        Add(cache, Stream, 0, 1_000);

        using var cursor = cache.GetCacheCursor(Stream, new Orleans.Providers.Streams.Common.EventSequenceTokenV2(0));

        var read = new List<int>();
        Read(cursor, int.MaxValue, read);
        Assert.Equal(Enumerable.Range(0, 1_000), read);
    }

    [Fact]
    public void Many_streams_of_a_dead_subscriber_stay_within_the_bound_of_the_cache()
    {
        var cache = Cache(new ItoriStreamOptions { WindowPerStream = 1_024, CacheCapacity = 10_000 });
        var streams = Enumerable.Range(0, 100).Select(i => StreamId.Create("topics", $"{i}")).ToArray();
        var dead = streams.Select(stream => cache.GetCacheCursor(stream, null)).ToArray();

        for (var round = 0; round < 20; round++)
        {
            foreach (var stream in streams)
            {
                Add(cache, stream, round * 100, 100);
            }
        }

        Assert.InRange(cache.Count, 1, 10_000 + (100 * ItoriStreamOptions.TailPerStream));
        var read = new List<int>();
        Read(dead[0], int.MaxValue, read);
        Assert.Equal(1_999, read[^1]);
    }

    [Fact]
    public void An_idle_stream_leaves_unless_a_subscriber_still_has_to_read_it()
    {
        var cache = Cache(new ItoriStreamOptions { StreamIdleTime = TimeSpan.FromMinutes(1) });
        var unread = StreamId.Create("topics", "unread");
        using var reader = cache.GetCacheCursor(unread, null);
        Add(cache, Stream, 0, 10);
        Add(cache, unread, 0, 10);

        _time.Advance(TimeSpan.FromMinutes(2));
        cache.TryPurgeFromCache(out _);

        Assert.Equal((1, 10), (cache.StreamCount, cache.Count));
    }

    [Fact]
    public async Task A_poll_of_an_empty_queue_ends_after_its_longest_wait_and_the_next_one_still_gets_the_event()
    {
        var queue = Queue();
        var receiver = new LongPollingReceiver(queue, TimeSpan.FromSeconds(5), _time);
        var empty = receiver.GetQueueMessagesAsync(-1, CancellationToken.None);
        Assert.False(empty.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Empty(await empty);

        var next = receiver.GetQueueMessagesAsync(-1, CancellationToken.None);
        queue.Enqueue(Stream, 7);

        Assert.Equal([7], ((EventBatch)Assert.Single(await next)).Events.Cast<int>());
    }

    [Fact]
    public async Task A_poll_ends_when_its_agent_stops()
    {
        using var stop = new CancellationTokenSource();
        var poll = new LongPollingReceiver(Queue(), TimeSpan.FromSeconds(5), _time).GetQueueMessagesAsync(-1, stop.Token);

        await stop.CancelAsync();

        Assert.Empty(await poll);
    }

    private static void Add(WindowedCache cache, StreamId stream, int from, int count)
    {
        if (count > 0)
        {
            cache.AddToCache([new EventBatch(stream, 0, [.. Enumerable.Range(from, count).Cast<object>()])]);
        }
    }

    private static void Read(IQueueCacheCursor cursor, int batches, List<int> into)
    {
        for (var i = 0; i < batches && cursor.MoveNextWithResult().Kind == QueueCacheCursorMoveResultKind.Success; i++)
        {
            into.AddRange(((EventBatch)cursor.GetCurrent(out _)!).Events.Cast<int>());
        }
    }

    private StreamsInstruments Instruments() => new(_services.GetRequiredService<IMeterFactory>(), "events");

    private SiloQueue Queue() => new(QueueId.GetQueueId("queue", 0, 0), 1_024, Instruments());

    private WindowedCache Cache(ItoriStreamOptions options) =>
        new(Queue(), options, Instruments(), _time, NullLogger<WindowedCache>.Instance);
}
