using Itori.Contracts;
using Itori.Gateway.Connections;
using Itori.Gateway.Protocol;
using Itori.Gateway.Topics.Filters;

namespace Itori.Gateway.Topics;

/// <summary>Subscriptions that want a part: equal filters are one group, and a graph is followed while somebody chose concepts by where they stand in it.</summary>
internal sealed partial class TopicHub
{
    /// <summary>What the latest changes of each view may take at least, however many views share the topic's bytes: a subscription that begins must not miss what comes meanwhile.</summary>
    private const int LeastShare = 4096;

    private readonly Dictionary<string, FilterGroup> groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (ConceptView View, int Users)> views = new(StringComparer.Ordinal);
    private GraphMirror? mirror;

    /// <summary>The group of a filter; give it back with <see cref="Leave"/>.</summary>
    public FilterGroup Join(Filter filter, ConceptView? view)
    {
        lock (gate)
        {
            if (!groups.TryGetValue(filter.Key, out var group))
            {
                FilterGroup? created = null;
                var told = Name.Kind is TopicKind.Graph && view is not null ? Math.Max(head, view.Seq) : head;
                group = created = new FilterGroup(Text, filter, view, told, clock, due: () => SendDue(created!));
                groups.Add(filter.Key, group);
            }

            group.Users++;
            return group;
        }
    }

    public void Leave(FilterGroup group)
    {
        lock (gate)
        {
            if (--group.Users == 0)
            {
                groups.Remove(group.Filter.Key);
                group.Dispose();
            }
        }
    }

    /// <summary>What a choice of concepts shows of this graph; give it back with <see cref="ReleaseView"/>.</summary>
    public async Task<ConceptView> AcquireView(ConceptChoice choice, CancellationToken cancellation)
    {
        while (true)
        {
            lock (gate)
            {
                if (mirror is not null)
                {
                    return TakeView(choice, mirror);
                }
            }

            var (graph, _) = await Patiently(ReadSnapshot, cancellation);
            lock (gate)
            {
                // A snapshot may be beyond the head: what comes up to it is in it.
                if (mirror is null && (graph.Seq >= head || recent.After(graph.Seq) is not null))
                {
                    mirror = new GraphMirror(graph);
                    foreach (var missed in recent.After(graph.Seq) ?? [])
                    {
                        mirror.Apply((GraphDelta)missed.Happened);
                    }
                }

                if (mirror is not null)
                {
                    return TakeView(choice, mirror);
                }
            }

            await Task.Delay(options.RepairDelay, clock, cancellation);
        }
    }

    public void ReleaseView(ConceptChoice choice)
    {
        lock (gate)
        {
            var (view, users) = views[choice.Key];
            if (users > 1)
            {
                views[choice.Key] = (view, users - 1);
                return;
            }

            views.Remove(choice.Key);
            if (views.Count == 0)
            {
                mirror = null;
            }
        }
    }

    /// <summary>
    /// What a group's choice shows now, where a client that holds what it showed at <paramref name="since"/> cannot get the changes after it any more (or has nothing yet); null: it can.
    /// </summary>
    public GraphSnapshot? ShowUnlessKept(FilterGroup group, long? since)
    {
        lock (gate)
        {
            return since is { } place && (place > group.View!.Seq || group.View.After(place) is not null) ? null : group.View!.Snapshot(mirror!);
        }
    }

    /// <summary>What a group is shown of a graph.</summary>
    public GraphSnapshot Part(FilterGroup? group, GraphSnapshot graph)
    {
        if (group?.Filter.Concepts is not { } choice)
        {
            return graph;
        }

        return choice.Ids is { } ids ? ListedConcepts.Of(graph, ids) : ShowUnlessKept(group, since: null)!;
    }

    /// <summary>Hands out a frame: of a field of which concepts are chosen, their phases.</summary>
    public void Conflate(SlotKey slot, PhaseFrame frame, SharedMessage message)
    {
        Prepare(message);
        lock (gate)
        {
            foreach (var subscription in live)
            {
                if (subscription.Group is not { } group)
                {
                    Conflate(subscription, slot, message);
                }
                else if (group.Part(frame, message) is { } part && group.Admits(slot, part, exceptConnection: null))
                {
                    Conflate(subscription, slot, part);
                }
            }
        }
    }

    private ConceptView TakeView(ConceptChoice choice, GraphMirror graph)
    {
        var (view, users) = views.TryGetValue(choice.Key, out var known) ? known : (new ConceptView(choice, graph), 0);
        views[choice.Key] = (view, users + 1);
        return view;
    }

    /// <summary>Lets the graph that is followed, and what is shown of it, take an event.</summary>
    private void Follow(DurableEvent happened)
    {
        if (mirror is not null && happened is GraphDelta delta && delta.Seq == mirror.Seq + 1)
        {
            mirror.Apply(delta);
            var share = Math.Max(options.RecentEventBytes / views.Count, LeastShare);
            foreach (var (view, _) in views.Values)
            {
                view.Follow(delta, mirror, share);
            }
        }
    }

    /// <summary>Follows another graph from now on.</summary>
    private void FollowAnew(GraphSnapshot graph)
    {
        if (mirror is null)
        {
            return;
        }

        mirror = new GraphMirror(graph);
        foreach (var (view, _) in views.Values)
        {
            view.Reset(mirror);
        }
    }

    /// <summary>Sends what a group's rate held back.</summary>
    private void SendDue(FilterGroup group)
    {
        lock (gate)
        {
            foreach (var held in group.Due())
            {
                foreach (var subscription in live)
                {
                    if (subscription.Group == group && subscription.Subscriber.ConnectionId != held.ExceptConnection)
                    {
                        Conflate(subscription, held.Slot, held.Message);
                    }
                }
            }
        }
    }

    /// <summary>Puts the events that are kept after a subscription's place, as far as they may be put now. Null: it is at the head.</summary>
    private AttachOutcome? PutKept(Subscription subscription, out Cause cause)
    {
        cause = default;
        if (subscription.Group is { IsOfNeighbourhood: true } group)
        {
            if (group.View!.After(subscription.Position) is not { } steps)
            {
                return AttachOutcome.Behind;
            }

            foreach (var step in steps)
            {
                cause = step.Shown is { } shown ? Cause.Of(shown) : default;
                if (PutKept(subscription, step.Seq, cause, group.Past(step, subscription.Told)?.In(subscription.Subscriber.Codec)) is { } stop)
                {
                    return stop;
                }
            }

            return null;
        }

        if (recent.After(subscription.Position) is not { } missed)
        {
            return AttachOutcome.Behind;
        }

        foreach (var happened in missed)
        {
            cause = happened.Cause;
            var message = subscription.Group is { } part ? part.Past(happened.Happened, subscription.Told)?.In(subscription.Subscriber.Codec) : recent.MessageOf(happened, subscription.Subscriber.Codec);
            if (PutKept(subscription, happened.Seq, cause, message) is { } stop)
            {
                return stop;
            }
        }

        return null;
    }

    private static AttachOutcome? PutKept(Subscription subscription, long seq, Cause cause, byte[]? message)
    {
        if (message is not null)
        {
            if (subscription.MustAwait(cause))
            {
                return AttachOutcome.Early;
            }

            if (!subscription.Subscriber.Outbox.HasRoom || !subscription.Subscriber.Outbox.TryPut(message))
            {
                return AttachOutcome.NoRoom;
            }

            subscription.Told = seq;
        }

        subscription.Position = seq;
        return null;
    }

    /// <summary>
    /// Tells a filtered subscription that is about to go live how far the topic is, where the group's next event will build on more than it knows of. False: there is no room.
    /// </summary>
    private bool TryTell(Subscription subscription)
    {
        if (subscription.Group is not { } group || !Name.IsDurable || subscription.Told >= group.Told)
        {
            return true;
        }

        if (!subscription.Subscriber.Outbox.TryPut(group.Progress(subscription.Position).In(subscription.Subscriber.Codec)))
        {
            return false;
        }

        subscription.Told = subscription.Position;
        return true;
    }
}
