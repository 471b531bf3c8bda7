using System.Collections.Concurrent;
using Orleans.Streams;

namespace Itori.Streams.Tests;

/// <summary>What one subscription received, in order of arrival.</summary>
internal sealed class Inbox<T>
{
    private readonly ConcurrentQueue<T> _items = [];

    public StreamSubscriptionHandle<T> Handle { get; private set; } = null!;

    public IReadOnlyCollection<T> Items => _items;

    public static async Task<Inbox<T>> SubscribeAsync(IClusterClient client, string topic, Func<Task>? onEach = null)
    {
        var inbox = new Inbox<T>();
        inbox.Handle = await StreamCluster.Stream<T>(client, topic).SubscribeAsync(async (item, _) =>
        {
            if (onEach is not null)
            {
                await onEach();
            }

            inbox._items.Enqueue(item);
        });
        return inbox;
    }

    public Task WaitForAsync(int count) => Wait.UntilAsync(() => _items.Count >= count, () => $"expected {count} events, seen {_items.Count}");
}

internal static class Wait
{
    public static async Task UntilAsync(Func<bool> condition, Func<string> otherwise, int limitSeconds = 20)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(limitSeconds));
        while (!condition())
        {
            if (limit.IsCancellationRequested)
            {
                Assert.Fail($"After {limitSeconds} s: {otherwise()}");
            }

            await Task.Delay(5, CancellationToken.None);
        }
    }
}
