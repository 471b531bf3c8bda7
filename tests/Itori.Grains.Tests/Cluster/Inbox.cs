using Itori.Contracts;

namespace Itori.Grains.Tests.Cluster;

/// <summary>What a subscriber of a topic got, in order.</summary>
internal sealed class Inbox
{
    private readonly List<TopicEvent> events = [];

    public TopicEvent[] Events
    {
        get
        {
            lock (events)
            {
                return [.. events];
            }
        }
    }

    public Task Add(TopicEvent e)
    {
        lock (events)
        {
            events.Add(e);
        }

        return Task.CompletedTask;
    }

    public async Task<TopicEvent[]> Until(Func<TopicEvent[], bool> condition, string expected)
    {
        await Wait.Until(() => Task.FromResult(condition(Events)), expected, () => string.Join(", ", Events.Select(e => e.GetType().Name)));
        return Events;
    }

    public async Task<T> Until<T>(Func<T, bool>? condition = null)
        where T : TopicEvent
    {
        var seen = await Until(all => all.OfType<T>().Any(condition ?? (_ => true)), typeof(T).Name);
        return seen.OfType<T>().First(condition ?? (_ => true));
    }
}
