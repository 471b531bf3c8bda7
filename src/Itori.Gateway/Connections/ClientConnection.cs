using System.Net.Sockets;
using System.Net.WebSockets;

using Itori.Contracts;
using Itori.Gateway.Hosting;
using Itori.Gateway.Protocol;
using Itori.Gateway.Topics;

namespace Itori.Gateway.Connections;

/// <summary>One socket: its identity, its limits, its topics, its life from <c>welcome</c> to close. Reading is in <c>ClientConnection.Receive.cs</c>.</summary>
/// <remarks>
/// Most connections are silent most of the time, and there are thousands: what they share is kept in one place (<see cref="ConnectionSurroundings"/>), and what a silent one does not need is made when it is asked for.
/// </remarks>
internal sealed partial class ClientConnection : Subscriber
{
    private const int MaxSlots = 512;
    private const string Gone = "gone";

    /// <summary>How long what a client still sends is read away after its connection has ended.</summary>
    private static readonly TimeSpan LongestParting = TimeSpan.FromSeconds(2);

    private readonly ConnectionSurroundings surroundings;
    private readonly WebSocket socket;
    private readonly SocketStream stream;
    private readonly Outlet outlet;
    private readonly ConnectionWriter writer;
    private readonly ILogger<ClientConnection> logger;
    private readonly ConnectionLife life = new();
    private readonly CommandLanes lanes;
    private TokenBucket rate;
    private TokenBucket volume;
    private ErrorBudget? errors;
    private CursorRelay? cursors;
    private Task? writing;
    private readonly bool isPlain;
    private readonly bool gaveToken;
    private WebSocketCloseStatus closeStatus = WebSocketCloseStatus.NormalClosure;
    private string closeReason = "bye";
    private int closing;
    private volatile bool draining;
    private long heardAt;
    private long endingSince;
    private bool isPinged;

    public ClientConnection(ConnectionSurroundings surroundings, Wire wire, ConnectionRequest request)
        : base(request.ConnectionId, request.User, request.Codec, new Outbox(surroundings.Options.OutboxBytes, MaxSlots))
    {
        this.surroundings = surroundings;
        logger = surroundings.Logger;
        socket = wire.Socket;
        stream = wire.Stream;
        outlet = wire.Outlet;
        isPlain = request.IsPlain;
        gaveToken = request.GaveToken;
        SessionId = request.SessionId;
        GraphId = request.GraphId;
        Address = request.Address!;
        writer = new ConnectionWriter(this, outlet, wire.Loop);
        stream.SendOver(Outbox, writer);
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

    public GatewayInstruments Instruments => surroundings.Instruments;

    public TimeProvider Clock => surroundings.Clock;

    public ConnectionSubscriptions Subscriptions { get; }

    /// <summary>Its cursor's way. The read loop's.</summary>
    public CursorRelay Cursors => cursors ??= new CursorRelay(Grains, Clock, life);

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
    /// <param name="period">How often this is called: a ping goes out in time rather than late.</param>
    public void Check(TimeSpan period)
    {
        var ending = Volatile.Read(ref endingSince);
        if (writer.Stuck > Options.SendTimeout || (ending != 0 && Clock.GetElapsedTime(ending) > Options.SendTimeout))
        {
            Abort();
            return;
        }

        if (stream.TakeHeard() | writer.TakeMoved())
        {
            heardAt = Clock.GetTimestamp();
            isPinged = false;
            return;
        }

        var silent = Clock.GetElapsedTime(heardAt);
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

    /// <summary>Shuts the connection down: says where to go, finishes what is under way, sends what waits, closes with 1001.</summary>
    public async Task Drain(TimeSpan reconnectAfter, CancellationToken limit)
    {
        draining = true;
        Send(Codec.Reconnect("shutdown", reconnectAfter, Now));
        try
        {
            await lanes.WhenIdle().WaitAsync(limit);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // A command takes longer than the process has: its client sends it again with the same id.
        }

        Close(WebSocketCloseStatus.EndpointUnavailable, "shutdown", discard: false);
    }

    /// <summary>The server has lost the connection.</summary>
    public void Lose() => Close(WebSocketCloseStatus.EndpointUnavailable, Gone, discard: true);

    /// <summary>Ends the connection at once, without a word.</summary>
    public void Cut(string reason = Gone)
    {
        Close(WebSocketCloseStatus.EndpointUnavailable, reason, discard: true);
        Abort();
    }

    /// <summary>Sends an error for something that failed by itself.</summary>
    public void Fail(Exception exception, MessageId? id)
    {
        if (!ErrorBoundary.IsOutage(exception) && exception is not TopicDamagedException)
        {
            LogCommandFailed(exception, ConnectionId);
        }

        Refuse(ErrorBoundary.Refusal(exception, Options.RetryAfter), id);
    }

    public override void TooSlow()
    {
        if (Volatile.Read(ref closing) == 0)
        {
            Instruments.OnSlowConsumerClosed();
            LogSlow(ConnectionId);
            Close((WebSocketCloseStatus)1013, "too slow: resume with since", discard: true);
        }
        else
        {
            // It closes already. A message did not fit, so none may follow it.
            Outbox.Complete(discard: true);
        }
    }

    /// <summary>The writer has sent all there was, or cannot send any more: says the last word. Any thread, more than once.</summary>
    public void Conclude() => _ = Write();

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

    /// <summary>Instead of <see cref="Begin"/>: says that nobody is served any more.</summary>
    private Task TurnAway(CancellationToken aborted)
    {
        // That is the last word.
        writing = Task.CompletedTask;
        return socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "shutdown", aborted);
    }

    private async Task End(bool wasServed, bool isOurs)
    {
        try
        {
            if (wasServed)
            {
                Close(WebSocketCloseStatus.NormalClosure, "bye", discard: true);
                await life.End();
                await Write();
                await Subscriptions.CloseAll();
                Instruments.OnConnectionClosed();
                LogClosed(ConnectionId, (int)closeStatus, closeReason);
            }

            // So that what was sent last arrives.
            await outlet.Part(Options.SendTimeout < LongestParting ? Options.SendTimeout : LongestParting, Clock);
        }
        catch (Exception e) when (isOurs)
        {
            LogFailed(e, ConnectionId);
        }
        finally
        {
            surroundings.Registry.Remove(this);

            // Disposing one that broke off by itself would reset the connection and take the close frame with it, unread (RFC 6455, section 7.1.1). It holds nothing by then.
            if (socket.State is not WebSocketState.Aborted)
            {
                socket.Dispose();
            }

            if (isOurs)
            {
                outlet.Abort();
            }

            surroundings.Addresses.Leave(Address);
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

    /// <summary>Begins to close; only the first call counts. The writer sends what waits (unless it is discarded), then the close frame.</summary>
    private void Close(WebSocketCloseStatus status, string reason, bool discard)
    {
        if (Interlocked.Exchange(ref closing, 1) == 0)
        {
            closeStatus = status;
            closeReason = reason;
        }

        Outbox.Complete(discard);
    }

    /// <summary>Ends when the last word is said. It begins with the end of the connection, since a task that only waits for that would be one for each of thousands.</summary>
    private Task Write()
    {
        lock (writer)
        {
            return writing ??= WriteLast();
        }
    }

    private async Task WriteLast()
    {
        // Not within the lock, nor on a flush loop.
        await Task.Yield();
        try
        {
            await writer.Ended;
            Volatile.Write(ref endingSince, Clock.GetTimestamp());
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(closeStatus, closeReason, CancellationToken.None);
            }

            // The client answers with its own close frame, which ends the read loop; one that does not is cut.
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            LogSendFailed(ConnectionId, e.GetType().Name);
            Cut();
        }
    }

    private void Abort()
    {
        socket.Abort();
        outlet.Abort();
    }
}

/// <summary>What a handshake asked for.</summary>
internal sealed record ConnectionRequest
{
    public required string ConnectionId { get; init; }
    public required string SessionId { get; init; }
    public required string GraphId { get; init; }
    public required UserRef User { get; init; }

    /// <summary>Where it came from; counted when nothing else speaks against it.</summary>
    public AddressLimits.Address? Address { get; init; }

    /// <summary>The format of its messages.</summary>
    public required Codec Codec { get; init; }

    /// <summary>What the handshake agrees on; null: nothing was named.</summary>
    public string? Subprotocol => IsPlain ? null : Codec.Subprotocol;

    /// <summary>No subprotocol was named: the client is subscribed to its topics at once.</summary>
    public required bool IsPlain { get; init; }

    /// <summary>A token was given.</summary>
    public required bool GaveToken { get; init; }
}

/// <summary>A connection's way to its peer, layer by layer.</summary>
internal sealed record Wire
{
    /// <summary>Reads messages, and writes control frames.</summary>
    public required WebSocket Socket { get; init; }

    /// <summary>What lies under it.</summary>
    public required SocketStream Stream { get; init; }

    /// <summary>Where bytes are sent.</summary>
    public required Outlet Outlet { get; init; }

    /// <summary>Who sends them.</summary>
    public required FlushLoop Loop { get; init; }
}

/// <summary>What all connections of a gateway share.</summary>
internal sealed record ConnectionSurroundings
{
    public required GatewayOptions Options { get; init; }
    public required TopicHubs Hubs { get; init; }
    public required TopicGrains Grains { get; init; }
    public required TopicCommands Commands { get; init; }

    /// <summary>Who says whose turn it is to open subscriptions.</summary>
    public required Admission Admission { get; init; }

    /// <summary>Where the open ones are.</summary>
    public required ConnectionRegistry Registry { get; init; }

    /// <summary>Where they are counted.</summary>
    public required AddressLimits Addresses { get; init; }
    public required GatewayInstruments Instruments { get; init; }
    public required TimeProvider Clock { get; init; }
    public required ILogger<ClientConnection> Logger { get; init; }
}
