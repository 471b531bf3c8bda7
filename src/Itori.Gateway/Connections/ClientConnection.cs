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

    private readonly WebSocket socket;
    private readonly SocketStream? stream;
    private readonly Action abort;
    private readonly GatewayInstruments instruments;
    private readonly TimeProvider clock;
    private readonly ILogger<ClientConnection> logger;
    private readonly CancellationTokenSource closed = new();

    // Taken once: a command may outlive its connection, and a disposed source gives no token.
    private readonly CancellationToken gone;
    private readonly CommandLanes lanes;
    private readonly TokenBucket rate;
    private readonly ErrorBudget errors;
    private readonly bool isPlain;
    private readonly bool gaveToken;
    private WebSocketCloseStatus closeStatus = WebSocketCloseStatus.NormalClosure;
    private string closeReason = "bye";
    private int closing;
    private volatile bool draining;
    private CancellationTokenSource? cut;

    public ClientConnection(WebSocket socket, SocketStream? stream, Action abort, ConnectionRequest request, TopicHubs hubs, TopicGrains grains, TopicCommands commands, GatewayOptions options, GatewayInstruments instruments, TimeProvider clock, ILogger<ClientConnection> logger)
    {
        this.socket = socket;
        this.stream = stream;
        this.abort = abort;
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
        Outbox = new Outbox(options.OutboxBytes, MaxSlots);
        lanes = new CommandLanes(options.MaxCommandsInFlight);
        rate = new TokenBucket(options.MessagesPerSecond, options.MessageBurst, clock);
        errors = new ErrorBudget(options.ErrorBudget, options.ErrorWindow, clock);
        Cursors = new CursorRelay(grains, options, clock, gone);
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
        using var onAborted = aborted.Register(() => Close(WebSocketCloseStatus.EndpointUnavailable, "gone", discard: true));
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

    public void Dispose()
    {
        cut?.Dispose();
        closed.Dispose();
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
        await Task.Yield();
        try
        {
            await new ConnectionWriter(socket, stream, Outbox, Codec, instruments, Options.SendTimeout, clock).Run();
            using var limit = new CancellationTokenSource(Options.SendTimeout, clock);
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(closeStatus, closeReason, limit.Token);
            }

            // The client answers with its own close frame, which ends the read loop; one that does not is cut.
            cut = new CancellationTokenSource(Options.SendTimeout, clock);
            cut.Token.Register(Abort);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            LogSendFailed(Id, e.GetType().Name);
            Close(WebSocketCloseStatus.EndpointUnavailable, "gone", discard: true);
            Abort();
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

    /// <summary>The format of its messages.</summary>
    public required Codec Codec { get; init; }

    /// <summary>No subprotocol was named: the client is subscribed to its topics at once.</summary>
    public required bool IsPlain { get; init; }

    /// <summary>A token was given.</summary>
    public required bool GaveToken { get; init; }
}
