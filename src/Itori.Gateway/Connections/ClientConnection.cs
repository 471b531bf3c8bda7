using System.Net.WebSockets;

using Itori.Contracts;
using Itori.Gateway.Hosting;
using Itori.Gateway.Protocol;
using Itori.Gateway.Topics;

namespace Itori.Gateway.Connections;

/// <summary>One socket: its identity, its limits, its topics, its life from <c>welcome</c> to close. Reading is in <c>ClientConnection.Receive.cs</c>, its end in <c>ClientConnection.Closing.cs</c>.</summary>
/// <remarks>
/// Most connections are silent most of the time, and there are thousands: what they share is kept in one place (<see cref="ConnectionSurroundings"/>), and what a silent one does not need is made when it is asked for.
/// </remarks>
internal sealed partial class ClientConnection : Subscriber
{
    private const int MaxSlots = 512;

    private readonly ConnectionSurroundings surroundings;
    private readonly WebSocket socket;
    private readonly Outlet outlet;
    private readonly ILogger<ClientConnection> logger;
    private readonly ConnectionLife life = new();
    private readonly CommandLanes lanes;
    private TokenBucket rate;
    private TokenBucket volume;
    private ErrorBudget? errors;
    private CursorRelay? cursors;
    private readonly bool isPlain;
    private readonly bool gaveToken;
    private volatile bool draining;

    // All that the checks look at lies here, not in what notices it: thousands of connections are looked at every second, and what that costs is the memory that it touches.
    private long heardAt;
    private long stuckSince;
    private volatile bool heard;
    private bool isPinged;

    public ClientConnection(ConnectionSurroundings surroundings, Wire wire, ConnectionRequest request)
        : base(request.ConnectionId, request.User, request.Codec, new Outbox(surroundings.Options.OutboxBytes, MaxSlots))
    {
        this.surroundings = surroundings;
        logger = surroundings.Logger;
        socket = wire.Socket;
        outlet = wire.Outlet;
        isPlain = request.IsPlain;
        gaveToken = request.GaveToken;
        SessionId = request.SessionId;
        GraphId = request.GraphId;
        Address = request.Address!;
        Writer = new ConnectionWriter(this, outlet, wire.Loop);
        wire.Stream.Serve(this);
        heardAt = Clock.GetTimestamp();
        lanes = new CommandLanes(Options.MaxCommandsInFlight);
        rate = new TokenBucket(Options.MessageBurst, Clock);
        volume = new TokenBucket(Options.BytesBurst, Clock);
        Subscriptions = new ConnectionSubscriptions(this, surroundings.Hubs, life);
    }

    /// <summary>What the connection is told about itself.</summary>
    public WelcomeFacts Facts => new()
    {
        ConnectionId = ConnectionId,
        SessionId = SessionId,
        GraphId = GraphId,
        User = User,
        Heartbeat = Options.HeartbeatInterval,
        MaxMessageBytes = Options.MaxMessageBytes,
        ServerVersion = GatewayHost.Version,
    };

    public string SessionId { get; private set; }

    public string GraphId { get; private set; }

    public GatewayOptions Options => surroundings.Options;

    /// <summary>What it shares with others of its address.</summary>
    public AddressLimits.Address Address { get; }

    /// <summary>Whose turn it is to open subscriptions.</summary>
    public Admission Admission => surroundings.Admission;

    public TopicGrains Grains => surroundings.Grains;

    public TopicCommands Commands => surroundings.Commands;

    public MessageCourier Courier => surroundings.Courier;

    public GatewayInstruments Instruments => surroundings.Instruments;

    public TimeProvider Clock => surroundings.Clock;

    public ConnectionSubscriptions Subscriptions { get; }

    /// <summary>Its cursor's way. The read loop's.</summary>
    public CursorRelay Cursors => cursors ??= new CursorRelay(Grains, Clock, life);

    /// <summary>Who sends for it.</summary>
    public ConnectionWriter Writer { get; }

    /// <summary>Unix milliseconds.</summary>
    public long Now => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>
    /// Serves the socket until it is closed. All of it is here, not in methods that wait for one another: what waits for the next message is all that a silent connection does, and one task is enough for that.
    /// </summary>
    /// <param name="isOurs">Whether the socket was taken over: its end is ours, and a fault, which nobody waits for then, ends this connection alone and is in the log.</param>
    /// <param name="aborted">Ends with the request, where that lasts as long as the connection.</param>
    public async Task Run(bool isOurs, CancellationToken aborted)
    {
        var receiver = new MessageReceiver(socket, Options.MaxMessageBytes);
        var isServed = surroundings.Registry.TryAdd(this);
        try
        {
            if (!isServed)
            {
                await TurnAway(aborted);
                return;
            }

            Begin();
            while (true)
            {
                var first = await receiver.Wait(CancellationToken.None);
                var received = await receiver.Receive(first, CancellationToken.None);
                if (received is Received.Close)
                {
                    break;
                }

                if (Volatile.Read(ref closing) == 0)
                {
                    Take(received, receiver.Message);
                }
            }
        }
        catch (Exception e) when (isServed && e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The connection broke, was cut, or broke the rules of RFC 6455 (the socket then has sent its own close frame, for example 1007 for text that is not UTF-8).
        }
        catch (Exception e) when (isOurs)
        {
            LogFailed(e, ConnectionId);
        }
        finally
        {
            receiver.Dispose();
            await End(isServed, isOurs);
        }
    }

    /// <summary>Names a topic with the string that all who watch it have, instead of one of its own.</summary>
    public void ShareName(TopicName topic)
    {
        if (topic.Kind is TopicKind.Session)
        {
            SessionId = topic.Id == SessionId ? topic.Id : SessionId;
            Sessions.ShareName(topic.Id);
        }
        else
        {
            GraphId = topic.Id == GraphId ? topic.Id : GraphId;
        }
    }

    /// <summary>
    /// Looked at now and then, all connections by one timer: one that is silent is pinged (and gives back what a burst took), and cut where that stays without an answer; cut too where nothing can be sent or the closing
    /// handshake does not end.
    /// </summary>
    /// <param name="now">The time, asked once for all.</param>
    /// <param name="period">How often this is called: a ping goes out in time rather than late.</param>
    public void Check(long now, TimeSpan period)
    {
        var ending = Volatile.Read(ref endingSince);
        var stuck = Volatile.Read(ref stuckSince);
        if ((stuck != 0 && Clock.GetElapsedTime(stuck, now) > Options.SendTimeout) || (ending != 0 && Clock.GetElapsedTime(ending, now) > Options.SendTimeout))
        {
            Abort();
            return;
        }

        if (heard)
        {
            heard = false;
            heardAt = now;
            isPinged = false;
            return;
        }

        var silent = Clock.GetElapsedTime(heardAt, now);
        if (silent + period > Options.HeartbeatInterval + Options.HeartbeatTimeout)
        {
            LogSilent(ConnectionId);
            Instruments.OnPeerLost();
            Cut("silent");
        }
        else if (!isPinged && silent + period > Options.HeartbeatInterval)
        {
            isPinged = true;
            Outbox.Trim();
            Outbox.PutControl(Frames.EmptyPing);
        }
    }

    /// <summary>Something came, or the peer has made room for what it was slow to take.</summary>
    public void OnHeard() => heard = true;

    /// <summary>From now on the peer takes nothing although something waits.</summary>
    public void OnStuck() => Volatile.Write(ref stuckSince, Clock.GetTimestamp());

    /// <summary>It does again.</summary>
    public void OnMoved() => Volatile.Write(ref stuckSince, 0);

    /// <summary>Sends an error for something that failed by itself.</summary>
    public void Fail(Exception exception, MessageId? id)
    {
        if (!ErrorBoundary.IsOutage(exception) && exception is not TopicDamagedException)
        {
            LogCommandFailed(exception, ConnectionId);
        }

        Refuse(ErrorBoundary.Refusal(exception, Options.RetryAfter), id);
    }

    private void Begin()
    {
        Instruments.OnConnectionOpened();
        LogOpened(ConnectionId);
        Send(Codec.Welcome(Facts, Now));
        if (gaveToken)
        {
            Send(Codec.AuthFailure(ItoriError.NotImplemented, Protocol.Handlers.AuthHandler.NoTokens, Now, correlation: null));
        }

        if (isPlain && Options.AllowAnonymous)
        {
            Subscriptions.OpenPlain();
        }
    }

    private void Refuse(Refusal refusal, MessageId? id)
    {
        Instruments.OnMessageRefused(refusal.Reason);
        LogRefused(ConnectionId, refusal.Reason);
        Send(Codec.Error(refusal, Now, id));
    }

    private void Send(byte[] message)
    {
        if (!Outbox.TryPut(message))
        {
            TooSlow();
        }
    }
}
