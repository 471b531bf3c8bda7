namespace Itori.Gateway.Hosting;

/// <summary>Settings of a gateway, section <c>Itori:Gateway</c>. Each is checked when the process starts.</summary>
public sealed class GatewayOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Itori:Gateway";

    /// <summary>Whether one may use the server without signing in. False: everything but <c>ping</c> and <c>auth</c> is refused with 401. Default true.</summary>
    public bool AllowAnonymous { get; set; } = true;

    /// <summary>
    /// Origins (<c>https://example.org</c>; <c>*</c> for any) whose pages may open a socket besides the server's own. Default none: a page of another site is refused with 403.
    /// </summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>The most sockets at a time; beyond it the handshake gets 503. 1 to 1,000,000, default 20,000.</summary>
    public int MaxConnections { get; set; } = 20_000;

    /// <summary>The largest message of a client, bytes; a larger one closes its connection with 1009. 1 KiB to 64 MiB, default 2 MiB.</summary>
    public int MaxMessageBytes { get; set; } = 2 * 1024 * 1024;

    /// <summary>Messages a second that one connection may send for long; beyond it they are refused with 429. 1 to 100,000, default 100.</summary>
    public double MessagesPerSecond { get; set; } = 100;

    /// <summary>Messages that one connection may send at once. 1 to 100,000, default 200.</summary>
    public int MessageBurst { get; set; } = 200;

    /// <summary>Bytes a second that one connection may send for long; beyond it messages are refused with 429. 1 KiB to 1 GiB, default 1 MiB.</summary>
    public int BytesPerSecond { get; set; } = 1024 * 1024;

    /// <summary>Bytes that one connection may send at once; not less than <see cref="MaxMessageBytes"/>. 1 KiB to 1 GiB, default 8 MiB.</summary>
    public int BytesBurst { get; set; } = 8 * 1024 * 1024;

    /// <summary>
    /// Proxies (addresses, or networks as <c>10.0.0.0/8</c>) whose <c>X-Forwarded-For</c> is believed. Default none: the address of a client is that of its connection, and everyone behind
    /// a proxy counts as one.
    /// </summary>
    public IList<string> TrustedProxies { get; } = [];

    /// <summary>Sockets of one address at a time; beyond it the handshake gets 503. 1 to 1,000,000, default 5,000.</summary>
    public int MaxConnectionsPerAddress { get; set; } = 5_000;

    /// <summary>Messages a second that all connections of one address may send for long, twice as many at once; beyond it 429. 1 to 10,000,000, default 5,000.</summary>
    public int MessagesPerSecondPerAddress { get; set; } = 5_000;

    /// <summary>Bytes a second that all connections of one address may send for long, twice as many at once; beyond it 429. 1 KiB to 1 GiB, default 32 MiB.</summary>
    public int BytesPerSecondPerAddress { get; set; } = 32 * 1024 * 1024;

    /// <summary>Topics that all connections of one address may watch by <c>subscribe</c>. 3 to 10,000,000, default 50,000.</summary>
    public int MaxSubscriptionsPerAddress { get; set; } = 50_000;

    /// <summary>Subscriptions that are opened at a time, in this gateway; more wait. 1 to 10,000, default 64.</summary>
    public int MaxOpening { get; set; } = 64;

    /// <summary>Subscriptions that may wait to be opened; beyond it handshakes and <c>subscribe</c> get 503, with a <c>retryAfterMs</c> of their own. 0 to 1,000,000, default 1,000.</summary>
    public int MaxWaitingToOpen { get; set; } = 1_000;

    /// <summary>How long a subscription waits to be opened before it gets 503. 100 ms to 10 min, default 5 s.</summary>
    public TimeSpan OpeningPatience { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Bad messages within <see cref="ErrorWindow"/> that end a connection with 1008. 1 to 100,000, default 100.</summary>
    public int ErrorBudget { get; set; } = 100;

    /// <summary>The time over which bad messages are counted. 1 s to 10 min, default 10 s.</summary>
    public TimeSpan ErrorWindow { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Commands of one connection that may wait or run at a time; beyond it they are refused with 503. 1 to 10,000, default 64.</summary>
    public int MaxCommandsInFlight { get; set; } = 64;

    /// <summary>How long a command with an id is tried again by itself while the cluster heals, before its client is refused with 503. 0 to 1 min, default 5 s.</summary>
    public TimeSpan CommandPatience { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Topics that one connection may watch. 3 to 10,000, default 64.</summary>
    public int MaxSubscriptions { get; set; } = 64;

    /// <summary>
    /// Whether clients that offer permessage-deflate get large JSON messages compressed, and may compress theirs. Default false: it saves bytes for processor time, and behind TLS the length of a message
    /// that mixes secrets with what an attacker chose can tell of the secrets.
    /// </summary>
    public bool Compression { get; set; }

    /// <summary>Concepts that one subscription may list. 1 to 100,000, default 1,000.</summary>
    public int MaxFilterConcepts { get; set; } = 1000;

    /// <summary>Relations that a neighbourhood may reach from its concept. 0 to 10, default 3: beyond it most graphs are within reach, and each change makes the gateway look at all of it.</summary>
    public int MaxFilterDepth { get; set; } = 3;

    /// <summary>
    /// Bytes of ordered messages that may wait for one connection; at the bound it is closed with 1013 and resumes. 64 KiB to 256 MiB, default 1 MiB: seconds of a busy graph, while
    /// a thousand stuck clients hold no more than 1 GiB even if no message is shared.
    /// </summary>
    public int OutboxBytes { get; set; } = 1024 * 1024;

    /// <summary>How long one message may take to be handed to the network, and how long a closing handshake may take, before the connection is cut. 100 ms to 10 min, default 15 s.</summary>
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Loops that send, each for a share of the connections. 0 to 256; 0, the default: as many as there are processors.</summary>
    public int FlushLoops { get; set; }

    /// <summary>How long a connection may be silent before it is pinged (WebSocket ping); also <c>welcome.heartbeatMs</c>. 1 s to 10 min, default 15 s.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a ping may go without an answer before the connection is cut. 1 s to 10 min, default 15 s: a dead peer is noticed within two intervals.</summary>
    public TimeSpan HeartbeatTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a topic that nobody watches any more is kept subscribed. 0 to 10 min, default 10 s.</summary>
    public TimeSpan HubLinger { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the last <c>seq</c> of every watched topic is checked, which finds events lost in silence. 100 ms to 10 min, default 3 s.</summary>
    public TimeSpan HeadCheckInterval { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a missing event is waited for before it is fetched. 0 to 10 s, default 30 ms.</summary>
    public TimeSpan RepairDelay { get; set; } = TimeSpan.FromMilliseconds(30);

    /// <summary>Bytes of a topic's latest events that are kept for those who come back. 0 to 256 MiB, default 1 MiB.</summary>
    public int RecentEventBytes { get; set; } = 1024 * 1024;

    /// <summary>Events that one read of a topic's past asks for. 1 to 1,000, default 200.</summary>
    public int PageSize { get; set; } = 200;

    /// <summary>How long a field turns on without this gateway's renewal, which comes three times as often. 1 s to 5 min, default 15 s.</summary>
    public TimeSpan FieldLease { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long this gateway's users are shown after it was last heard of; it is heard of three times as often, in one call for all topics. 1 s to 5 min, default 5 s: shorter, and a
    /// pause of the process makes its users seem to leave and come back.
    /// </summary>
    public TimeSpan PresenceLease { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Within how long every topic's users are reported again though nothing changed, which mends what no other check noticed. 5 s to 10 min, default 60 s.</summary>
    public TimeSpan PresenceRefresh { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long comings and goings are gathered before they are reported. 0 to 10 s, default 25 ms.</summary>
    public TimeSpan PresenceDelay { get; set; } = TimeSpan.FromMilliseconds(25);

    /// <summary>
    /// Users that a <c>presence</c> names, those who are here longest; how many more there are is its <c>count</c>. 1 to 10,000, default 200: everyone hears of everyone, so that without a bound each
    /// change in a crowd of 10,000 would send 100 million names.
    /// </summary>
    public int PresenceNamed { get; set; } = 200;

    /// <summary>The least time between two relayed cursors of one connection. 0 to 10 s, default 40 ms.</summary>
    public TimeSpan CursorInterval { get; set; } = TimeSpan.FromMilliseconds(40);

    /// <summary>
    /// Cursors a second that one topic may deliver, those who move times those who see it; beyond it the interval grows for each, up to 10 s. 100 to 100,000,000, default 50,000: forty people who
    /// move at once, or three whom six hundred watch, are at the least interval.
    /// </summary>
    public int CursorDeliveries { get; set; } = 50_000;

    /// <summary>Over how long a time the clients of a gateway that shuts down are spread when they come back. 0 to 10 min, default 5 s.</summary>
    public TimeSpan ReconnectSpread { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long commands and messages under way may take at shutdown. 0 to 10 min, default 10 s; keep it below the host's shutdown timeout (30 s).</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>What <c>retryAfterMs</c> says when there is nothing better to say. 1 ms to 10 min, default 1 s.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The folder of the built web client. Default: <c>web</c> beside the program, else <c>src/Itori.Web/dist</c> above the content root.</summary>
    public string? WebRoot { get; set; }
}
