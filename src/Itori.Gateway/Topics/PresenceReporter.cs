using Itori.Contracts;
using Itori.Gateway.Connections;
using Itori.Gateway.Hosting;
using Itori.Gateway.Protocol;

namespace Itori.Gateway.Topics;

/// <summary>
/// Tells a topic's presence grain which users this gateway has there: soon after a change, many changes at once, and again when it is asked or seems forgotten. That they are still there is said
/// for all topics at once, by <see cref="GatewayLease"/>.
/// </summary>
internal sealed class PresenceReporter(TopicHub hub, string gateway, TopicGrains grains, GatewayOptions options, TimeProvider clock) : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (PresentUser User, int Connections)> users = new(StringComparer.Ordinal);
    private readonly List<Subscription> newcomers = [];
    private readonly SemaphoreSlim changed = new(0, 1);
    private readonly SlotKey slot = new(hub.Name, MessageTypes.Presence);

    /// <summary>What was said last, as it is told: of a crowd those who are named, for all of them are as many objects as the crowd has heads.</summary>
    private PresenceChanged? latest;
    private PresentUser[] reported = [];
    private Task reporting = Task.CompletedTask;

    /// <summary>How many are here, as far as is known.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return Math.Max(users.Count, latest is null ? 0 : latest.Count ?? latest.Users.Count);
            }
        }
    }

    public void Start(CancellationToken cancellation) => reporting = Report(cancellation);

    public async ValueTask DisposeAsync()
    {
        // The semaphore stays usable: a connection that closes late still says that it left.
        await reporting;
        if (reported.Length == 0)
        {
            return;
        }

        try
        {
            await grains.Presence(hub.Name).Report(new PresenceReport { Gateway = gateway, Lease = options.PresenceLease, Users = [] });
        }
        catch (Exception e) when (ErrorBoundary.IsOutage(e))
        {
            // They go with this gateway's lease, or (where it lives on) with the next report of the topic.
        }
    }

    /// <summary>Reports again, though nothing changed: the grain may have lost what it was told.</summary>
    public void ReportAgain()
    {
        lock (gate)
        {
            if (users.Count == 0 && reported.Length == 0)
            {
                return;
            }
        }

        Wake();
    }

    /// <summary>A connection watches the topic now; it is told who is here.</summary>
    public void Joined(Subscription subscription)
    {
        lock (gate)
        {
            var user = subscription.Subscriber.User;
            users[user.Id] = users.TryGetValue(user.Id, out var known)
                ? (known.User, known.Connections + 1)
                : (new PresentUser { UserId = user.Id, Name = user.Name, Since = clock.GetUtcNow().ToUnixTimeMilliseconds() }, 1);
            newcomers.Add(subscription);
        }

        Wake();
    }

    /// <summary>A connection does not watch the topic any more.</summary>
    public void Left(Subscription subscription)
    {
        lock (gate)
        {
            newcomers.Remove(subscription);
            var id = subscription.Subscriber.User.Id;
            if (users.TryGetValue(id, out var known))
            {
                if (known.Connections == 1)
                {
                    users.Remove(id);
                }
                else
                {
                    users[id] = (known.User, known.Connections - 1);
                }
            }
        }

        Wake();
    }

    /// <summary>The topic's presence changed.</summary>
    public void Take(PresenceChanged presence)
    {
        latest = presence.Naming(options.PresenceNamed);
        hub.Conflate(slot, SharedMessage.Of(hub.Text, latest));
        if (Volatile.Read(ref reported) is { Length: > 0 } mine)
        {
            var here = presence.Users.Select(user => user.UserId).ToHashSet(StringComparer.Ordinal);
            if (!Array.TrueForAll(mine, user => here.Contains(user.UserId)))
            {
                // Thought lost, or lost with a silo. (Or this was on its way while we reported: then the report changes nothing, and nothing more comes of it.)
                Wake();
            }
        }
    }

    /// <summary>
    /// Each of n users hears of those who are named, so that what a change costs grows with the square, until no more are named: in a crowd changes are gathered for longer. A hundred: 20 ms more; a
    /// thousand, of whom 200 are named: 0.4 s; 10 s at most.
    /// </summary>
    private TimeSpan CrowdDelay()
    {
        lock (gate)
        {
            return TimeSpan.FromMicroseconds(Math.Min(2.0 * users.Count * Math.Min(users.Count, options.PresenceNamed), 10e6));
        }
    }

    private void Wake()
    {
        lock (gate)
        {
            if (changed.CurrentCount == 0)
            {
                changed.Release();
            }
        }
    }

    private async Task Report(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await changed.WaitAsync(cancellation);
                await Task.Delay(options.PresenceDelay + CrowdDelay(), clock, cancellation);
                PresentUser[] present;
                Subscription[] toTell;
                lock (gate)
                {
                    if (changed.CurrentCount > 0)
                    {
                        changed.Wait(0, CancellationToken.None);
                    }

                    present = [.. users.Values.Select(entry => entry.User)];
                    toTell = [.. newcomers];
                    newcomers.Clear();
                }

                var report = new PresenceReport { Gateway = gateway, Lease = options.PresenceLease, Users = present };
                var answer = await hub.Patiently(() => grains.Presence(hub.Name).Report(report), cancellation);
                Volatile.Write(ref reported, present);
                Tell(toTell, answer);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The hub stops.
        }
    }

    private void Tell(Subscription[] toTell, PresenceChanged answer)
    {
        // The stream may have brought a later one meanwhile.
        var newest = latest is { } seen && seen.Timestamp > answer.Timestamp ? seen : answer.Naming(options.PresenceNamed);
        latest = newest;
        if (toTell.Length == 0)
        {
            return;
        }

        var message = SharedMessage.Of(hub.Text, newest with { Joined = [], Left = [] });
        foreach (var subscription in toTell)
        {
            hub.Conflate(subscription, slot, message);
        }
    }
}
