using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Itori.Client;

/// <summary>
/// A client of Itori: one connection that comes back by itself, commands that are carried out once whatever happens to it, and subscriptions that go on where they were. Safe for several threads.
/// </summary>
/// <remarks>It begins to connect when it is made. See docs/protocol.md for the messages.</remarks>
public sealed partial class ItoriClient : IAsyncDisposable
{
    private readonly ItoriClientOptions options;
    private readonly PendingMessages pending;
    private readonly string idPrefix = Guid.NewGuid().ToString("N");
    private readonly CancellationTokenSource stop = new();
    private readonly CancellationToken stopped;
    private readonly SemaphoreSlim sending = new(1, 1);
    private readonly Lock gate = new();
    private readonly Dictionary<string, TopicReader> readers = new(StringComparer.Ordinal);
    private readonly Task running;
    private TaskCompletionSource<ItoriWelcome> open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Link? link;
    private string? session;
    private string? graph;
    private long ids;

    /// <summary>Makes a client, which begins to connect.</summary>
    /// <param name="options">How; the defaults where null.</param>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">An option is out of its range.</exception>
    public ItoriClient(ItoriClientOptions? options = null)
    {
        this.options = options ?? new ItoriClientOptions();
        this.options.Validate();
        pending = new PendingMessages(this.options.MaxPending);
        (session, graph) = (this.options.Session, this.options.Graph);
        stopped = stop.Token;
        running = Run();
    }

    /// <summary>Told of every change of <see cref="Status"/>, on the thread that makes it: return soon.</summary>
    public event EventHandler<ItoriConnection>? StatusChanged;

    /// <summary>Where the connection stands.</summary>
    public ItoriConnection Status { get; private set; }

    /// <summary>Why the last try failed or the last connection ended; null where the server or this client ended it.</summary>
    public Exception? LastFailure { get; private set; }

    /// <summary>Holes in a topic's <c>seq</c> that were seen and mended. The server promises that there are none.</summary>
    public long HolesMended => Interlocked.Read(ref holes);

    private long holes;

    /// <summary>Who and where it is, as soon as it is connected.</summary>
    /// <exception cref="ItoriRefusedException">The server refuses this client for good.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public Task<ItoriWelcome> WhenOpenAsync(CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            return open.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Says something in a session. Returns when it is stored.</summary>
    /// <param name="text">What is said; not blank.</param>
    /// <param name="assistant">Whether the assistant is to answer.</param>
    /// <param name="topic"><c>session:ID</c>; null for the connection's own.</param>
    /// <param name="cancellationToken">Ends the wait; whether it was stored is then not known.</param>
    /// <exception cref="ItoriRefusedException">The server refused it.</exception>
    /// <exception cref="ItoriClientBusyException">Too many messages wait.</exception>
    public async Task<ItoriAck> SayAsync(string text, bool assistant = true, string? topic = null, CancellationToken cancellationToken = default) =>
        Ack(await AskAsync("user_msg", new JsonObject { ["text"] = text, ["assistant"] = assistant }, topic, cancellationToken: cancellationToken));

    /// <summary>Gives a document to a graph. Returns when all of it is in.</summary>
    /// <param name="text">The document.</param>
    /// <param name="source">Its name.</param>
    /// <param name="topic"><c>graph:ID</c>; null for the connection's own.</param>
    /// <param name="cancellationToken">Ends the wait; whether it was stored is then not known.</param>
    /// <exception cref="ItoriRefusedException">The server refused it.</exception>
    /// <exception cref="ItoriClientBusyException">Too many messages wait.</exception>
    public async Task<ItoriAck> IngestAsync(string text, string? source = null, string? topic = null, CancellationToken cancellationToken = default) =>
        Ack(await AskAsync("ingest", new JsonObject { ["text"] = text, ["source"] = source }, topic, cancellationToken: cancellationToken));

    /// <summary>
    /// Sends any message and returns its reply. It carries an id; where the connection is lost before the reply, it is sent again with the same id over the next one, and the server carries a command out once for each id.
    /// Where the server says that it cannot now (429, 503), it is sent again after the time that it names.
    /// </summary>
    /// <param name="type">The message's type, such as <c>concept_op</c> or <c>history</c>.</param>
    /// <param name="payload">Its fields.</param>
    /// <param name="topic">The topic that it is for; null for the connection's own.</param>
    /// <param name="id">An id that is unique everywhere; null for a new one. Give one to send a command again that an earlier run of the program may have sent.</param>
    /// <param name="cancellationToken">Ends the wait; whether it was carried out is then not known.</param>
    /// <exception cref="ItoriRefusedException">The server refused it.</exception>
    /// <exception cref="ItoriClientBusyException">Too many messages wait.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public async Task<ItoriMessage> AskAsync(string type, JsonObject? payload = null, string? topic = null, string? id = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        var message = new JsonObject { ["v"] = 1, ["type"] = type };
        if (topic is not null)
        {
            message["topic"] = topic;
        }

        message["payload"] = payload?.DeepClone() ?? new JsonObject();
        var asked = pending.Add(message, id ?? NextId());
        try
        {
            await SendPending(cancellationToken);
            return await asked.Reply.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            pending.Remove(asked);
        }
    }

    /// <summary>
    /// The events of a topic: first <c>subscribed</c> (of a graph with its snapshot), then what happens, durable events in order and each once, over lost connections. <c>subscribed</c> comes again
    /// where the place was lost (its <c>recovered</c> is false): what follows begins anew from it.
    /// </summary>
    /// <param name="topic"><c>session:ID</c>, <c>graph:ID</c> or <c>field:ID</c>.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidOperationException">The topic is being read by this client already.</exception>
    /// <exception cref="ItoriRefusedException">The server refused it.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed of.</exception>
    public async IAsyncEnumerable<ItoriMessage> Subscribe(
        string topic, ItoriSubscribeOptions? from = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(topic);
        var reader = new TopicReader(topic, from ?? new ItoriSubscribeOptions(), options.MaxBuffered);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(Status == ItoriConnection.Closed, this);
            if (!readers.TryAdd(topic, reader))
            {
                throw new InvalidOperationException($"{topic} is being read already.");
            }
        }

        try
        {
            await Tell(reader, ReaderWish.Resume, cancellationToken);
            while (true)
            {
                var (message, resume) = await reader.Next(cancellationToken);
                if (resume)
                {
                    await Tell(reader, ReaderWish.Resume, cancellationToken);
                }

                yield return message;
            }
        }
        finally
        {
            lock (gate)
            {
                readers.Remove(topic);
            }

            await Tell(reader, ReaderWish.Pause, CancellationToken.None);
        }
    }

    /// <summary>Closes the connection. What waits for a reply ends with an <see cref="ObjectDisposedException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        if (stop.IsCancellationRequested)
        {
            return;
        }

        await stop.CancelAsync();
        await running;
        stop.Dispose();
    }

    private string NextId() => $"{idPrefix}-{Interlocked.Increment(ref ids)}";

    private static ItoriAck Ack(ItoriMessage reply) => new(
        reply.Payload.TryGetProperty("topic", out var topic) ? topic.GetString() : null,
        reply.Payload.TryGetProperty("seq", out var seq) ? seq.GetInt64() : null);
}
