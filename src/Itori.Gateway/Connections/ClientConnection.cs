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
internal sealed partial class ClientConnection : Subscriber, IDisposable
{
    private const int MaxSlots = 512;
    private const string Gone = "gone";

    private readonly ConnectionSurroundings surroundings;
    private readonly WebSocket socket;
    private readonly SocketStream stream;
    private readonly Outlet outlet;
    private readonly ConnectionWriter writer;
    private readonly ILogger<ClientConnection> logger;
    private readonly CancellationTokenSource closed = new();

    // Taken once: a command may outlive its connection, and a disposed source gives no token.
    private readonly CancellationToken gone;
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
        gone = closed.Token;
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
        Subscriptions = new ConnectionSubscriptions(this, surroundings.Hubs, gone);
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

    public string SessionId { get; }

    public string GraphId { get; }

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
    public CursorRelay Cursors => cursors ??= new CursorRelay(Grains, Clock, gone);

    /// <summary>Unix milliseconds.</summary>
    public long Now => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Serves the socket until it is closed. The read loop is here, not in a method of its own: what waits for the next message is all that a silent connection has, one task for it.</summary>
    public async Task Run()
    {
        Begin();
        var receiver = new MessageReceiver(socket, Options.MaxMessageBytes);
        try
        {
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
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The connection broke, was cut, or broke the rules of RFC 6455 (the socket then has sent its own close frame, for example 1007 for text that is not UTF-8).
        }
        finally
        {
            receiver.Dispose();
            await End();
        }
    }

    /// <summary>After <see cref="Run"/>: ends the connection so that what was sent last arrives.</summary>
    public Task Part(TimeSpan patience) => outlet.Part(patience, Clock);

    /// <summary>Instead of <see cref="Run"/>: says that nobody is served any more.</summary>
    public Task TurnAway(CancellationToken aborted)
    {
        // That is the last word.
        writing = Task.CompletedTask;
        return socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "shutdown", aborted);
    }

    /// <summary>Gives back what is held for it.</summary>
    /// <param name="withOutlet">Whether that is its connection too; else the server has it.</param>
    public void Release(bool withOutlet)
    {
        // Disposing one that broke off by itself would reset the connection and take the close frame with it, unread (RFC 6455, section 7.1.1). It holds nothing by then.
        if (socket.State is not WebSocketState.Aborted)
        {
            socket.Dispose();
        }

        if (withOutlet)
        {
            outlet.Abort();
        }
    }

    public void Dispose() => closed.Dispose();

    /// <summary>
    /// Looked at now and then, all connections by one timer: one that is silent is pinged, and cut where that stays without an answer; cut too where nothing can be sent or the closing
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

    private async Task End()
    {
        Close(WebSocketCloseStatus.NormalClosure, "bye", discard: true);
        await closed.CancelAsync();
        await Write();
        await Subscriptions.CloseAll();
        Instruments.OnConnectionClosed();
        LogClosed(ConnectionId, (int)closeStatus, closeReason);
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
    public required GatewayInstruments Instruments { get; init; }
    public required TimeProvider Clock { get; init; }
    public required ILogger<ClientConnection> Logger { get; init; }
}
