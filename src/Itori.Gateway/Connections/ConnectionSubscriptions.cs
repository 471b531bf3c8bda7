using Itori.Contracts;
using Itori.Gateway.Protocol;
using Itori.Gateway.Topics;
using Itori.Gateway.Topics.Filters;

namespace Itori.Gateway.Connections;

/// <summary>The topics that one connection watches. Calls for one topic come one after the other (its lane).</summary>
/// <remarks>
/// They are few (<c>MaxSubscriptions</c>): an array that is copied when one is added takes a fifth of a dictionary's memory, which every connection would have. For the same reason this is its own
/// lock; nobody else takes it.
/// </remarks>
internal sealed partial class ConnectionSubscriptions(ClientConnection connection, TopicHubs hubs, ConnectionLife life)
{
    /// <summary>Missed events whose size stands for that of all.</summary>
    private const int Sample = 32;

    private Subscription[] subscriptions = [];

    private Task plain = Task.CompletedTask;
    private bool ended;

    /// <summary>The hub of a topic that is watched; null where it is not.</summary>
    public TopicHub? HubOf(TopicName topic)
    {
        lock (this)
        {
            return Of(topic)?.Hub;
        }
    }

    /// <summary>
    /// Makes known that a topic is about to be watched, in the order in which the client asks: effects of a session's messages wait for it from now on, although it may be subscribed
    /// later than a graph that was asked for after it.
    /// </summary>
    public Progress Announce(TopicName topic)
    {
        var progress = new Progress();

        // A plain client's own topics are opened first, and none of them must wait for what waits for them.
        if (plain.IsCompleted)
        {
            Show(topic, progress);
        }

        return progress;
    }

    /// <summary>An announced topic will not be watched.</summary>
    public void Retract(TopicName topic, Progress announced)
    {
        lock (this)
        {
            if (topic.Kind is TopicKind.Session && Sees(topic) == announced)
            {
                connection.Sessions.Set(topic.Id, Of(topic)?.Progress);
            }
        }

        announced.End();
    }

    /// <summary>Begins to watch: first the hub (which is subscribed to the stream from then on), then the topic's state, then what came since.</summary>
    public async Task<Reply> Subscribe(TopicName topic, Start from, Filter? filter, Progress announced, MessageId? id, CancellationToken cancellation)
    {
        var (watched, counted) = (false, false);
        try
        {
            // A plain client's own topics are opened once and first.
            await plain.WaitAsync(cancellation);
            lock (this)
            {
                if (subscriptions.Length >= connection.Options.MaxSubscriptions && Of(topic) is null)
                {
                    return Refusal.Of(ItoriError.TooLarge, $"A connection may watch {connection.Options.MaxSubscriptions} topics.");
                }
            }

            using var ticket = await connection.Admission.Enter(cancellation);
            if (ticket is null)
            {
                return Refusal.Of(ItoriError.Overloaded, "This gateway opens as many subscriptions as it can.") with { RetryAfterMs = (int)connection.Admission.RetryAfter().TotalMilliseconds };
            }

            if (!connection.Address.TrySubscribe())
            {
                return Refusal.Of(ItoriError.TooLarge, $"The connections of one address may watch {connection.Options.MaxSubscriptionsPerAddress} topics.");
            }

            counted = true;
            Show(topic, announced);
            await Close(topic);
            var hub = await hubs.Acquire(topic, cancellation);
            FilterSeat? seat = null;
            try
            {
                seat = filter is null ? null : await FilterSeat.Take(hubs, hub, filter, cancellation);
                var subscription = new Subscription(hub, connection, plain: false, announced, seat);
                var (position, reply) = await Begin(hub, from, seat?.Group, id);
                subscription.Position = position;
                subscription.Told = position;
                watched = Add(subscription);
                if (watched)
                {
                    Settle(topic);
                    return Reply.Of(reply, then: () => _ = subscription.Start());
                }

                // The connection closed meanwhile.
                return default;
            }
            finally
            {
                if (!watched)
                {
                    seat?.Leave();
                    hubs.Release(hub);
                }
            }
        }
        finally
        {
            if (!watched)
            {
                Retract(topic, announced);
                if (counted)
                {
                    connection.Address.Unsubscribe();
                }
            }
        }
    }

    /// <summary>Stops to watch. False: was not watched.</summary>
    public async Task<bool> Unsubscribe(TopicName topic)
    {
        await plain;
        return await Close(topic);
    }

    /// <summary>Sends the state of everything that is watched again.</summary>
    public void ShowAgain()
    {
        lock (this)
        {
            foreach (var subscription in subscriptions)
            {
                subscription.ShowAgain();
            }
        }
    }

    /// <summary>The connection is gone.</summary>
    public async Task CloseAll()
    {
        await plain;
        TopicName[] topics;
        lock (this)
        {
            ended = true;
            topics = [.. subscriptions.Select(subscription => subscription.Hub.Name)];
        }

        foreach (var topic in topics)
        {
            await Close(topic);
        }
    }

    private async Task<(long Position, byte[] Reply)> Begin(TopicHub hub, Start from, FilterGroup? group, MessageId? id)
    {
        var filtered = group is not null;
        if (!hub.Name.IsDurable)
        {
            return (0, connection.Codec.Subscribed(hub.Text, 0, recovered: false, filtered, snapshot: null, phases: null, connection.Now, id));
        }

        GraphSnapshot? graph = null;
        PhaseFrame? phases = null;
        if (hub.Name.Kind is TopicKind.Graph && (from.Since is null || from.Smallest))
        {
            (graph, phases) = await hub.ReadSnapshot();
        }

        if (group is { IsOfNeighbourhood: true })
        {
            return await BeginNear(hub, from, group, id);
        }

        if (from.Since is { } place)
        {
            var page = await connection.Grains.Durable(hub.Name).ReadAfter(place, graph is null ? 1 : Sample);
            if (place > page.Head && place <= await hub.ConfirmHead())
            {
                // The client knows more than the activation that was asked, which was overtaken.
                page = await connection.Grains.Durable(hub.Name).ReadAfter(place, graph is null ? 1 : Sample);
            }

            var recovered = place <= page.Head && (page.Events.Count > 0 ? page.Events[0].Seq == place + 1 : place == page.Head);
            if (recovered && (graph is null || !IsSmaller(hub, graph, page, place)))
            {
                return (place, connection.Codec.Subscribed(hub.Text, page.Head, recovered: true, filtered, snapshot: null, phases: null, connection.Now, id));
            }
        }

        if (hub.Name.Kind is TopicKind.Graph)
        {
            if (graph is null)
            {
                (graph, phases) = await hub.ReadSnapshot();
            }

            graph = hub.Part(group, graph);
            return (graph.Seq, connection.Codec.Subscribed(hub.Text, graph.Seq, recovered: false, filtered, graph, phases, connection.Now, id));
        }

        var head = await connection.Grains.Durable(hub.Name).GetHead();
        return (head, connection.Codec.Subscribed(hub.Text, head, recovered: false, filtered, snapshot: null, phases: null, connection.Now, id));
    }

    /// <summary>
    /// Begins with a neighbourhood. It is known as it is, and a little of how it became so: a client that comes back later than that is shown it again.
    /// </summary>
    private async Task<(long Position, byte[] Reply)> BeginNear(TopicHub hub, Start from, FilterGroup group, MessageId? id)
    {
        var since = from.Since is { } place && place <= await hub.ConfirmHead() ? from.Since : null;
        var phases = await connection.Grains.PhasesOf(hub.Name.Id);
        if (hub.ShowUnlessKept(group, since) is { } part)
        {
            return (part.Seq, connection.Codec.Subscribed(hub.Text, part.Seq, recovered: false, filtered: true, part, phases, connection.Now, id));
        }

        return (since!.Value, connection.Codec.Subscribed(hub.Text, Math.Max(hub.Head, since.Value), recovered: true, filtered: true, snapshot: null, phases: null, connection.Now, id));
    }

    /// <summary>Whether a graph is smaller than the events that a client misses, whose size is that of the first ones times their number.</summary>
    private bool IsSmaller(TopicHub hub, GraphSnapshot graph, EventPage first, long place)
    {
        if (first.Events.Count == 0)
        {
            return false;
        }

        var sampled = first.Events.Sum(happened => (double)hub.Encode(happened).Message.In(connection.Codec).Length);
        return connection.Codec.Snapshot(graph, phases: null).Length < sampled / first.Events.Count * (first.Head - place);
    }

    private bool Add(Subscription subscription)
    {
        lock (this)
        {
            if (ended || Of(subscription.Hub.Name) is not null)
            {
                return false;
            }

            subscriptions = [.. subscriptions, subscription];
            connection.ShareName(subscription.Hub.Name);
            return true;
        }
    }

    /// <summary>Under the lock.</summary>
    private Subscription? Of(TopicName topic) => Array.Find(subscriptions, subscription => subscription.Hub.Name == topic);

    private async Task<bool> Close(TopicName topic)
    {
        Subscription? subscription;
        lock (this)
        {
            subscription = Of(topic);
            if (subscription is null)
            {
                return false;
            }

            subscriptions = [.. subscriptions.Where(other => other != subscription)];

            if (topic.Kind is TopicKind.Session && Sees(topic) == subscription.Progress)
            {
                connection.Sessions.Set(topic.Id, null);
            }
        }

        if (!subscription.IsPlain)
        {
            connection.Address.Unsubscribe();
        }

        await subscription.DisposeAsync();
        subscription.Seat?.Leave();
        hubs.Release(subscription.Hub);
        return true;
    }

    private void Show(TopicName topic, Progress progress)
    {
        if (topic.Kind is TopicKind.Session)
        {
            lock (this)
            {
                connection.Sessions.Set(topic.Id, progress);
            }
        }
    }

    private Progress? Sees(TopicName session) => connection.Sessions.Find(new Cause(session.Id, 0));

    /// <summary>A session is about to be <c>subscribed</c>: effects of its messages that were let pass while it was not watched go out before.</summary>
    private void Settle(TopicName topic)
    {
        if (topic.Kind is TopicKind.Session)
        {
            Subscription[] graphs;
            lock (this)
            {
                graphs = [.. subscriptions.Where(subscription => subscription.Hub.Name.Kind is TopicKind.Graph)];
            }

            foreach (var graph in graphs)
            {
                graph.Hub.Settle();
            }
        }
    }
}

/// <summary>Where a subscription is to begin: after an event, or at the present; and whether the state may take the place of the events where it is smaller.</summary>
internal readonly record struct Start(long? Since, bool Smallest);
