using System.Net.Sockets;
using System.Net.WebSockets;

using Itori.Contracts;
using Itori.Gateway.Hosting;
using Itori.Gateway.Protocol;
using Itori.Gateway.Topics;

namespace Itori.Gateway.Connections;

/// <summary>One socket: its identity, its limits, its topics, its life from <c>welcome</c> to close. Reading is in <c>ClientConnection.Receive.cs</c>.</summary>
internal sealed partial class ClientConnection : IDisposable
{
    private const int MaxSlots = 512;
    private const string Gone = "gone";

    private readonly WebSocket socket;
    private readonly SocketStream stream;
    private readonly ConnectionWriter writer;
    private readonly Action abort;
    private readonly GatewayInstruments instruments;
    private readonly TimeProvider clock;
    private readonly ILogger<ClientConnection> logger;
    private readonly CancellationTokenSource closed = new();

    // Taken once: a command may outlive its connection, and a disposed source gives no token.
    private readonly CancellationToken gone;
    private readonly CommandLanes lanes;
    private readonly TokenBucket rate;
    private readonly TokenBucket volume;
    private readonly ErrorBudget errors;
    private readonly bool isPlain;
    private readonly bool gaveToken;
    private WebSocketCloseStatus closeStatus = WebSocketCloseStatus.NormalClosure;
    private string closeReason = "bye";
    private int closing;
    private volatile bool draining;
    private long heardAt;
    private long endingSince;
    private bool isPinged;

    public ClientConnection(Wire wire, ConnectionRequest request, TopicHubs hubs, TopicGrains grains, TopicCommands commands, GatewayOptions options, GatewayInstruments instruments, TimeProvider clock, ILogger<ClientConnection> logger)
    {
        socket = wire.Socket;
        stream = wire.Stream;
        abort = wire.Abort;
        this.instruments = instruments;
        this.clock = clock;
        this.logger = logger;
        gone = closed.Token;
        Options = options;
        Grains = grains;
        Commands = commands;
        isPlain = request.IsPlain;
        gaveToken = request.GaveToken;
        Facts = new WelcomeFacts
        {
            ConnectionId = request.ConnectionId,
            SessionId = request.SessionId,
            GraphId = request.GraphId,
            User = request.User,
            Heartbeat = options.HeartbeatInterval,
            MaxMessageBytes = options.MaxMessageBytes,
            ServerVersion = GatewayHost.Version,
        };
        Codec = request.Codec;
        Address = request.Address!;
        Admission = wire.Admission;
        Outbox = new Outbox(options.OutboxBytes, MaxSlots);
        writer = new ConnectionWriter(Outbox, wire.Outlet, wire.Loop, Codec, instruments, clock);
        stream.SendOver(Outbox, writer);
        heardAt = clock.GetTimestamp();
        lanes = new CommandLanes(options.MaxCommandsInFlight);
        rate = new TokenBucket(options.MessagesPerSecond, options.MessageBurst, clock);
        volume = new TokenBucket(options.BytesPerSecond, options.BytesBurst, clock);
        errors = new ErrorBudget(options.ErrorBudget, options.ErrorWindow, clock);
        Cursors = new CursorRelay(grains, clock, gone);
        Subscriptions = new ConnectionSubscriptions(this, hubs, new Subscriber { ConnectionId = Id, User = User, Codec = Codec, Outbox = Outbox, TooSlow = TooSlow }, clock, gone);
    }

    /// <summary>What the connection is told about itself.</summary>
    public WelcomeFacts Facts { get; }

    public string Id => Facts.ConnectionId;

    public string SessionId => Facts.SessionId;

    public string GraphId => Facts.GraphId;

    public UserRef User => Facts.User;

    public GatewayOptions Options { get; }

    /// <summary>The format that it speaks.</summary>
    public Codec Codec { get; }

    /// <summary>What it shares with others of its address.</summary>
    public AddressLimits.Address Address { get; }

    /// <summary>Whose turn it is to open subscriptions.</summary>
    public Admission Admission { get; }

    public TopicGrains Grains { get; }

    public TopicCommands Commands { get; }

    public ConnectionSubscriptions Subscriptions { get; }

    public CursorRelay Cursors { get; }

    public Outbox Outbox { get; }

    /// <summary>Unix milliseconds.</summary>
    public long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Serves the socket until it is closed.</summary>
    public async Task Run(CancellationToken aborted)
    {
        instruments.OnConnectionOpened();
        LogOpened(Id);
        using var onAborted = aborted.Register(() => Close(WebSocketCloseStatus.EndpointUnavailable, Gone, discard: true));
        var writing = Write();
        Send(Codec.Welcome(Facts, Now));
        if (gaveToken)
        {
            Send(Codec.AuthFailure(ItoriError.NotImplemented, Protocol.Handlers.AuthHandler.NoTokens, Now, correlation: null));
        }

        if (isPlain && Options.AllowAnonymous)
        {
            Subscriptions.OpenPlain();
        }

        try
        {
            await Receive();
        }
        finally
        {
            Close(WebSocketCloseStatus.NormalClosure, "bye", discard: true);
            await closed.CancelAsync();
            await writing;
            await Subscriptions.CloseAll();
            instruments.OnConnectionClosed();
            LogClosed(Id, (int)closeStatus, closeReason);
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
        if (writer.Stuck > Options.SendTimeout || (ending != 0 && clock.GetElapsedTime(ending) > Options.SendTimeout))
        {
            Abort();
            return;
        }

        if (stream.TakeHeard() | writer.TakeMoved())
        {
            heardAt = clock.GetTimestamp();
            isPinged = false;
            return;
        }

        var silent = clock.GetElapsedTime(heardAt);
        if (silent + period > Options.HeartbeatInterval + Options.HeartbeatTimeout)
        {
            LogSilent(Id);
            instruments.OnPeerLost();
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
            LogCommandFailed(exception, Id);
        }

        Refuse(ErrorBoundary.Refusal(exception, Options.RetryAfter), id);
    }

    private void Refuse(Refusal refusal, MessageId? id)
    {
        instruments.OnMessageRefused(refusal.Reason);
        LogRefused(Id, refusal.Reason);
        Send(Codec.Error(refusal, Now, id));
    }

    private void Send(byte[] message)
    {
        if (!Outbox.TryPut(message))
        {
            TooSlow();
        }
    }

    private void TooSlow()
    {
        if (Volatile.Read(ref closing) == 0)
        {
            instruments.OnSlowConsumerClosed();
            LogSlow(Id);
            Close((WebSocketCloseStatus)1013, "too slow: resume with since", discard: true);
        }
        else
        {
            // It closes already. A message did not fit, so none may follow it.
            Outbox.Complete(discard: true);
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

    private async Task Write()
    {
        try
        {
            await writer.Ended;
            Volatile.Write(ref endingSince, clock.GetTimestamp());
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(closeStatus, closeReason, CancellationToken.None);
            }

            // The client answers with its own close frame, which ends the read loop; one that does not is cut.
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            LogSendFailed(Id, e.GetType().Name);
            Cut();
        }
    }

    private void Abort()
    {
        socket.Abort();
        abort();
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

    /// <summary>Who says whose turn it is to open subscriptions.</summary>
    public required Admission Admission { get; init; }

    /// <summary>Cuts it.</summary>
    public required Action Abort { get; init; }

    /// <summary>Ends it so that what was sent last arrives; where the server does that, nothing.</summary>
    public Func<Task> Part { get; init; } = static () => Task.CompletedTask;
}
