using System.Threading.Channels;

using Orleans.Streams;

using Itori.Contracts;
using Itori.Gateway.Connections;
using Itori.Gateway.Hosting;
using Itori.Gateway.Protocol;

namespace Itori.Gateway.Topics;

/// <summary>
/// One topic in this gateway, however many sockets watch it: one Orleans subscription, one encoding of each event, one place that knows the topic's <c>seq</c>. The stream's handler
/// only puts into the inbox; the pump (one task) decides, repairs and hands out.
/// </summary>
internal sealed partial class TopicHub : IAsyncDisposable
{
    private const int InboxCapacity = 4096;

    private readonly TopicGrains grains;
    private readonly GatewayOptions options;
    private readonly GatewayInstruments instruments;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly string gateway;
    private readonly Channel<Input> inbox = Channel.CreateBounded<Input>(new BoundedChannelOptions(InboxCapacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private readonly CancellationTokenSource stopped = new();
    private readonly Lock gate = new();
    private readonly List<Subscription> live = [];
    private readonly int[] listeners = new int[Codec.Count];
    private readonly RecentEvents recent;
    private readonly PresenceReporter? presence;
    private readonly FieldWatch? field;
    private readonly CursorPace cursors;
    private StreamSubscriptionHandle<TopicEvent>? handle;
    private Task pump = Task.CompletedTask;
    private long head;
    private int streamed;

    public TopicHub(TopicName name, string gateway, TopicGrains grains, GatewayOptions options, GatewayInstruments instruments, TimeProvider clock, ILogger logger)
    {
        Name = name;
        Text = name.ToString();
        this.gateway = gateway;
        this.grains = grains;
        this.options = options;
        this.instruments = instruments;
        this.clock = clock;
        this.logger = logger;
        recent = new RecentEvents(options.RecentEventBytes);
        cursors = new CursorPace(options, clock);
        if (name.IsDurable)
        {
            presence = new PresenceReporter(this, gateway, grains, options, clock);
        }
        else
        {
            field = new FieldWatch(this, gateway, grains, options, clock);
        }
    }

    /// <summary>The topic.</summary>
    public TopicName Name { get; }

    /// <summary>The topic's name as clients write it.</summary>
    public string Text { get; }

    /// <summary>The time, for all that watch the topic.</summary>
    public TimeProvider Clock => clock;

    /// <summary>The last <c>seq</c> that was handed out.</summary>
    public long Head
    {
        get
        {
            lock (gate)
            {
                return head;
            }
        }
    }

    /// <summary>Subscribes the stream, then asks for the topic's state: what happens in between is in the inbox or in the state.</summary>
    public async Task Start()
    {
        await SubscribeStream();
        try
        {
            if (Name.IsDurable)
            {
                head = await grains.Durable(Name).GetHead();
            }
            else
            {
                await field!.Start(stopped.Token);
            }
        }
        catch
        {
            // Nobody will have this hub: another one is tried.
            await UnsubscribeStream();
            throw;
        }

        presence?.Start(stopped.Token);
        pump = Pump(stopped.Token);
        instruments.OnTopicOpened();
        LogStarted(Text);
    }

    /// <summary>Gives the subscription and the leases back.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopped.CancelAsync();
        await pump;
        instruments.OnTopicClosed();
        if (presence is not null)
        {
            await presence.DisposeAsync();
        }

        if (field is not null)
        {
            await field.DisposeAsync();
        }

        await UnsubscribeStream();
        stopped.Dispose();
        LogStopped(Text);
    }

    /// <summary>
    /// Tries to make a subscription live: hands it what is kept after its position and adds it to the live ones, with no event in between. Where it must wait first,
    /// <paramref name="cause"/> is what for.
    /// </summary>
    public AttachOutcome TryAttach(Subscription subscription, out Cause cause)
    {
        cause = default;
        lock (gate)
        {
            if (subscription.HasEnded)
            {
                return AttachOutcome.Ended;
            }

            if (subscription.IsLive && !subscription.IsSteppedBack)
            {
                // It stepped back and was shown its state again meanwhile: one of the two brought it here already.
                return AttachOutcome.Live;
            }

            if (Name.IsDurable && subscription.Position < head)
            {
                if (PutKept(subscription, out cause) is { } stop)
                {
                    return stop;
                }
            }

            if (!TryTell(subscription))
            {
                return AttachOutcome.NoRoom;
            }

            if (subscription.IsSteppedBack)
            {
                // It never left the list, and had everything of which the latest wins meanwhile.
                subscription.IsSteppedBack = false;
                return AttachOutcome.Live;
            }

            field?.Show(subscription);
            live.Add(subscription);
            Listen(subscription, 1);
            subscription.IsLive = true;
        }

        presence?.Joined(subscription);
        return AttachOutcome.Live;
    }

    /// <summary>Puts an event that was read, or what its filter lets pass of it, into a subscription's outbox, if it is the next one and may be put. Under the lock, as all putting of durable events is; see <see cref="Settle"/>.</summary>
    public PlaceOutcome TryPlace(Subscription subscription, Encoded happened, byte[]? message)
    {
        lock (gate)
        {
            if (happened.Seq != subscription.Position + 1)
            {
                return PlaceOutcome.NotNext;
            }

            if (message is not null)
            {
                if (subscription.MustAwait(happened.Cause))
                {
                    return PlaceOutcome.Early;
                }

                if (!subscription.Subscriber.Outbox.TryPut(message))
                {
                    return PlaceOutcome.NoRoom;
                }

                subscription.Told = happened.Seq;
            }

            subscription.Position = happened.Seq;
            return PlaceOutcome.Placed;
        }
    }

    /// <summary>
    /// Returns when every event of which it was decided before that it may be put has been put. A connection that begins to watch a session makes that known first, then lets its
    /// graphs settle, then says <c>subscribed</c>: so no effect that was let pass before comes after it.
    /// </summary>
    public void Settle()
    {
        lock (gate)
        {
            // Being here is all that is needed.
        }
    }

    /// <summary>Takes a subscription off the live ones.</summary>
    public void Detach(Subscription subscription)
    {
        lock (gate)
        {
            if (!live.Remove(subscription))
            {
                return;
            }

            Listen(subscription, -1);
            subscription.IsLive = false;
            subscription.IsSteppedBack = false;
        }

        presence?.Left(subscription);
    }

    /// <summary>Hands a derived message, of which the latest wins, to everyone.</summary>
    public void Conflate(SlotKey slot, SharedMessage message, string? exceptConnection = null)
    {
        Prepare(message);
        lock (gate)
        {
            foreach (var subscription in live)
            {
                if (subscription.Subscriber.ConnectionId != exceptConnection && subscription.Group?.Admits(slot, message, exceptConnection) is not false)
                {
                    Conflate(subscription, slot, message);
                }
            }
        }
    }

    /// <summary>Hands a derived message, of which the latest wins, to one.</summary>
    public void Conflate(Subscription subscription, SlotKey slot, SharedMessage message)
    {
        if (subscription.Group?.Filter.Wants(slot.Type) is not false && subscription.Subscriber.Outbox.Conflate(slot, message.In(subscription.Subscriber.Codec)))
        {
            instruments.OnMessageConflated();
        }
    }

    /// <summary>The time between two cursors of one connection, for as many as are here and move theirs.</summary>
    public TimeSpan CursorInterval => cursors.Interval(presence?.Count ?? 0);

    /// <summary>Reports who watches the topic again.</summary>
    public void ReportPresence() => presence?.ReportAgain();

    private async Task Pump(CancellationToken cancellation)
    {
        try
        {
            while (held.Count > 0 || await inbox.Reader.WaitToReadAsync(cancellation))
            {
                while (held.TryDequeue(out var input) || inbox.Reader.TryRead(out input))
                {
                    cancellation.ThrowIfCancellationRequested();
                    await Take(input, cancellation);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The hub stops.
        }
    }

    private async ValueTask Take(Input input, CancellationToken cancellation)
    {
        switch (input.Event)
        {
            case null:
                await Repair(input.Head, cancellation);
                break;
            case DurableEvent durable:
                if (durable.Seq > head + 1)
                {
                    await Repair(durable.Seq - 1, cancellation);
                }

                HandOut(durable);
                break;
            case PhaseFrame or SpectralState or CoherenceForecast or ClusterAlerts:
                field?.Take(input.Event);
                break;
            case PresenceChanged changed:
                presence?.Take(changed);
                break;
            case PresenceAsked:
                presence?.ReportAgain();
                break;
            case CursorMoved cursor:
                cursors.Moved(cursor.ConnectionId);
                Conflate(new SlotKey(Name, MessageTypes.Cursor, cursor.ConnectionId), SharedMessage.Of(Text, cursor), cursor.ConnectionId);
                break;
            default:
                HandOutInOrder(input.Event, SharedMessage.Of(Text, input.Event));
                break;
        }
    }

    /// <summary>Hands out the event after the head; any other is known already or must wait for a repair.</summary>
    private void HandOut(DurableEvent happened)
    {
        if (happened.Seq != head + 1)
        {
            return;
        }

        var encoded = Encode(happened);
        Prepare(encoded.Message);
        lock (gate)
        {
            head = happened.Seq;
            Follow(happened);
            foreach (var subscription in live)
            {
                // One that resumed at another gateway's head may be ahead of this one; one that stepped back comes for it by itself.
                if (subscription.IsSteppedBack || subscription.Position >= head)
                {
                    continue;
                }

                var message = (subscription.Group is { } group ? group.Next(happened) : encoded.Message)?.In(subscription.Subscriber.Codec);
                if (message is null)
                {
                    subscription.Position = head;
                    continue;
                }

                if (subscription.MustAwait(encoded.Cause) || (encoded.IsOfBurst && !subscription.Subscriber.Outbox.IsRoomFor(message.Length)))
                {
                    subscription.StepBack();
                    continue;
                }

                // The place after the message: whoever sees it relies on the message being in the outbox.
                Put(subscription, message);
                subscription.Position = head;
                subscription.Told = head;
            }

            recent.Add(encoded);
        }
    }

    /// <summary>An event as it is sent.</summary>
    public Encoded Encode(DurableEvent happened) => new(happened, Cause.Of(happened), SharedMessage.Of(Text, happened))
    {
        IsOfBurst = happened is GraphDelta { Cause.Kind: GraphCause.Import or GraphCause.Arrangement },
    };

    private void Listen(Subscription subscription, int count)
    {
        if (subscription.Group is null)
        {
            listeners[subscription.Subscriber.Codec.Index] += count;
        }
    }

    /// <summary>Makes a message in the formats that are spoken here, before the lock is taken; one that begins to be spoken meanwhile is made within it.</summary>
    private void Prepare(SharedMessage message)
    {
        foreach (var codec in Codec.All)
        {
            if (Volatile.Read(ref listeners[codec.Index]) > 0)
            {
                message.In(codec);
            }
        }
    }

    private void HandOutInOrder(TopicEvent happened, SharedMessage message)
    {
        Prepare(message);
        lock (gate)
        {
            foreach (var subscription in live)
            {
                if (subscription.Group?.Filter.Wants(happened) is not false)
                {
                    Put(subscription, message.In(subscription.Subscriber.Codec));
                }
            }
        }
    }

    private static void Put(Subscription subscription, byte[] message)
    {
        if (!subscription.Subscriber.Outbox.TryPut(message))
        {
            subscription.Subscriber.TooSlow();
        }
    }

    /// <summary>What the inbox holds: an event, or (null) that the topic's last <c>seq</c> was seen to be <paramref name="Head"/>.</summary>
    private readonly record struct Input(TopicEvent? Event, long Head);
}
