using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Itori.Client;

/// <summary>
/// One topic's events between the connection and their reader. Durable ones keep their order and their number is bounded: where the reader does not keep up the topic is left, and resumed after the last that was
/// taken in. Of those that only show a state the latest is kept.
/// </summary>
internal sealed class TopicReader(string topic, ItoriSubscribeOptions from, int capacity)
{
    private readonly Lock gate = new();
    private readonly Queue<ItoriMessage> ordered = new();
    private readonly OrderedDictionary<string, ItoriMessage> latest = new(StringComparer.Ordinal);
    private readonly Channel<bool> arrived = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private long? position = from.Since;
    private State state;
    private bool isTold;
    private Exception? failure;

    private enum State
    {
        /// <summary>The server does not know of it.</summary>
        Away,

        /// <summary>It was asked for.</summary>
        Asked,

        /// <summary>Events come.</summary>
        Live,

        /// <summary>It was left because the reader is behind.</summary>
        Full,
    }

    public string Topic => topic;

    /// <summary>The id of the message that it was last asked for with.</summary>
    public string? AskedBy { get; private set; }

    /// <summary>Whether it has to be asked for.</summary>
    public bool IsAway
    {
        get
        {
            lock (gate)
            {
                return state == State.Away;
            }
        }
    }

    /// <summary>What is to be sent so that events come: on a new connection, or where the reader has caught up.</summary>
    public byte[] Subscribe(string id)
    {
        lock (gate)
        {
            state = State.Asked;
            AskedBy = id;
            var message = new JsonObject { ["type"] = "subscribe", ["id"] = id, ["topic"] = topic };
            from.WriteTo(message);
            if (position is { } since)
            {
                message["since"] = since;
                if (from.CatchUpBySmallest)
                {
                    message["catchUp"] = "smallest";
                }
            }

            return JsonSerializer.SerializeToUtf8Bytes(message);
        }
    }

    /// <summary>The connection is lost, or the topic was refused for now.</summary>
    public void Leave()
    {
        lock (gate)
        {
            // One that is behind comes back when its reader has caught up, on whatever connection there is then.
            state = state == State.Full ? State.Full : State.Away;
        }
    }

    /// <summary>Takes a message of the topic in; answers what the server is to be told.</summary>
    public ReaderWish Take(ItoriMessage message)
    {
        ReaderWish wish;
        lock (gate)
        {
            wish = Put(message);
        }

        Wake();
        return wish;
    }

    /// <summary>Nothing more will come.</summary>
    public void Fail(Exception reason)
    {
        lock (gate)
        {
            failure ??= reason;
        }

        Wake();
    }

    /// <summary>The next message, and whether the topic is to be asked for again because there is room now.</summary>
    public async ValueTask<(ItoriMessage Message, bool Resume)> Next(CancellationToken cancellation)
    {
        while (true)
        {
            lock (gate)
            {
                if (ordered.TryDequeue(out var message))
                {
                    var resume = state == State.Full && ordered.Count <= capacity / 2;
                    if (resume)
                    {
                        state = State.Away;
                    }

                    return (message, resume);
                }

                if (latest.Count > 0)
                {
                    var (_, newest) = latest.GetAt(0);
                    latest.RemoveAt(0);
                    return (newest, false);
                }

                if (failure is not null)
                {
                    throw failure;
                }
            }

            await arrived.Reader.ReadAsync(cancellation);
        }
    }

    private ReaderWish Put(ItoriMessage message)
    {
        if (message.Type == "subscribed")
        {
            var recovered = message.Payload.TryGetProperty("recovered", out var kept) && kept.GetBoolean();
            state = State.Live;
            if (!recovered)
            {
                position = message.Payload.GetProperty("seq").GetInt64();
            }

            // What it had is continued: nothing that a reader needs to hear of twice.
            if (!recovered || !isTold)
            {
                isTold = true;
                ordered.Enqueue(message);
            }

            return ReaderWish.None;
        }

        if (state != State.Live)
        {
            // On its way while the topic was left.
            return ReaderWish.None;
        }

        if (message.Type == "progress")
        {
            // Of a part of a topic: up to here there was nothing else.
            position = Math.Max(position ?? 0, message.Payload.GetProperty("seq").GetInt64());
            return ReaderWish.None;
        }

        if (message.Seq is { } seq)
        {
            if (seq <= position)
            {
                return ReaderWish.None;
            }

            if ((message.Prev ?? seq - 1) > position)
            {
                state = State.Away;
                return ReaderWish.Resume;
            }

            if (ordered.Count >= capacity)
            {
                state = State.Full;
                return ReaderWish.Pause;
            }

            position = seq;
            ordered.Enqueue(message);
        }
        else if (SlotOf(message) is { } slot)
        {
            latest[slot] = message;
        }
        else if (ordered.Count < capacity)
        {
            // A piece of an answer: the whole of it is durable.
            ordered.Enqueue(message);
        }

        return ReaderWish.None;
    }

    private void Wake() => arrived.Writer.TryWrite(true);

    private static string? SlotOf(ItoriMessage message) => message.Type switch
    {
        "phase_frame" or "presence" => message.Type,
        "cursor" => $"cursor {(message.Payload.TryGetProperty("connectionId", out var id) ? id.GetString() : "")}",
        "concept_update" when message.Variant is "spectral_state" or "coherence_forecast" or "cluster_alert" => message.Variant,
        _ => null,
    };
}

/// <summary>What a reader wants of the server after a message.</summary>
internal enum ReaderWish
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>To be left alone: it is behind.</summary>
    Pause,

    /// <summary>To go on after its place: something is missing.</summary>
    Resume,
}
