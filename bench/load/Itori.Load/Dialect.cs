using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Itori.Load;

/// <summary>How to speak with one kind of server: where to connect, how to join the room, how to publish and to ask for an echo.</summary>
internal abstract class Dialect
{
    public virtual string? Subprotocol => null;

    /// <summary>Whether events carry a dense <c>seq</c>.</summary>
    public virtual bool HasSeq => false;

    /// <summary>Bytes that a text is padded to, so that servers deliver about the same.</summary>
    public virtual int TextBytes => 250;

    public abstract string Path(Peer? peer, Role role, int index);

    /// <summary>The socket is open (nothing came yet) or a message came that is no event; sets <see cref="Peer.IsReady"/>.</summary>
    public abstract void Open(Peer peer, Role role, ReadOnlySpan<byte> message);

    public abstract void Publish(Peer peer, string text);

    public abstract void Echo(Peer peer, string text);

    /// <summary>The text that says who sent it, when, and as which: it is found in any encoding.</summary>
    public string Mark(long number, long timestamp) => string.Create(CultureInfo.InvariantCulture, $"@{number}:{timestamp};").PadRight(TextBytes, '.');
}

/// <summary>What a client is for.</summary>
internal enum Role
{
    Subscriber,
    Publisher,
    Echo,
}

/// <summary>Plain frames: bare Kestrel, ws.</summary>
internal sealed class RawDialect : Dialect
{
    public override string Path(Peer? peer, Role role, int index) => role switch { Role.Subscriber => "/room", Role.Publisher => "/publish", _ => "/echo" };

    public override void Open(Peer peer, Role role, ReadOnlySpan<byte> message) => peer.IsReady = true;

    public override void Publish(Peer peer, string text) => peer.SendText(text);

    public override void Echo(Peer peer, string text) => peer.SendText(text);
}

/// <summary>ASP.NET Core SignalR, without negotiation.</summary>
internal sealed class SignalRDialect(bool pack) : Dialect
{
    public override string Path(Peer? peer, Role role, int index) => "/hub";

    public override void Open(Peer peer, Role role, ReadOnlySpan<byte> message)
    {
        if (message.IsEmpty)
        {
            peer.SendText(pack ? "{\"protocol\":\"messagepack\",\"version\":1}\u001e" : "{\"protocol\":\"json\",\"version\":1}\u001e");
        }
        else if (message.StartsWith("{}"u8))
        {
            if (role is Role.Subscriber)
            {
                Invoke(peer, "Join", null);
            }

            peer.IsReady = true;
        }
    }

    public override void Publish(Peer peer, string text) => Invoke(peer, "Publish", text);

    public override void Echo(Peer peer, string text) => Invoke(peer, "Echo", text);

    private void Invoke(Peer peer, string method, string? argument)
    {
        if (!pack)
        {
            peer.SendText(argument is null ? $"{{\"type\":1,\"target\":\"{method}\",\"arguments\":[]}}\u001e" : $"{{\"type\":1,\"target\":\"{method}\",\"arguments\":[\"{argument}\"]}}\u001e");
            return;
        }

        // [1, {}, nil, target, [arguments], []]
        var body = new List<byte> { 0x96, 1, 0x80, 0xC0, (byte)(0xA0 | method.Length) };
        body.AddRange(Encoding.ASCII.GetBytes(method));
        if (argument is null)
        {
            body.Add(0x90);
        }
        else
        {
            body.AddRange([0x91, 0xDA, (byte)(argument.Length >> 8), (byte)argument.Length]);
            body.AddRange(Encoding.ASCII.GetBytes(argument));
        }

        body.Add(0x90);
        var frame = new List<byte>();
        for (var length = body.Count; ; length >>= 7)
        {
            frame.Add((byte)((length & 0x7F) | (length > 0x7F ? 0x80 : 0)));
            if (length <= 0x7F)
            {
                break;
            }
        }

        frame.AddRange(body);
        peer.Send(2, frame.ToArray());
    }
}

/// <summary>Socket.IO 4 over WebSocket only.</summary>
internal sealed class SocketIoDialect : Dialect
{
    public override string Path(Peer? peer, Role role, int index) => "/socket.io/?EIO=4&transport=websocket";

    public override void Open(Peer peer, Role role, ReadOnlySpan<byte> message)
    {
        if (message.StartsWith("0"u8))
        {
            peer.SendText("40");
        }
        else if (message.StartsWith("2"u8))
        {
            peer.SendText("3");
        }
        else if (message.StartsWith("40"u8))
        {
            if (role is Role.Subscriber)
            {
                peer.SendText("42[\"join\"]");
            }

            peer.IsReady = true;
        }
    }

    public override void Publish(Peer peer, string text) => peer.SendText($"42[\"publish\",\"{text}\"]");

    public override void Echo(Peer peer, string text) => peer.SendText($"42[\"echo\",\"{text}\"]");
}

/// <summary>Itori. Subscribers watch one session's messages; or, as a browser does, a session of their own, the graph and its field.</summary>
internal sealed class ItoriDialect(string subprotocol, IReadOnlyList<string> topics, bool acknowledge) : Dialect
{
    public const string Session = "load";

    private long echoes;

    public override string? Subprotocol => subprotocol;

    public override bool HasSeq => true;

    public override int TextBytes => 40;

    public override string Path(Peer? peer, Role role, int index) => $"/ws?session={(topics.Contains("own") ? $"own-{index}" : Session)}&graph=load";

    public override void Open(Peer peer, Role role, ReadOnlySpan<byte> message)
    {
        if (message.IsEmpty)
        {
            return;
        }

        if (message.IndexOf("\"welcome\""u8) >= 0)
        {
            if (role is not Role.Subscriber)
            {
                peer.IsReady = true;
                return;
            }

            peer.Role = topics.Count;
            foreach (var topic in topics)
            {
                var name = topic is "own" ? $"session:own-{peer.Index}" : topic;
                Subscribe(peer, name);
            }
        }
        else if (message.IndexOf("\"subscribed\""u8) >= 0)
        {
            peer.IsReady |= --peer.Role == 0;
        }
        else if (message.IndexOf("\"error\""u8) >= 0)
        {
            Errors.Add(Encoding.UTF8.GetString(message));
            if (JsonDocument.Parse(message.ToArray()).RootElement is var error && error.TryGetProperty("correlationId", out var id) && id.GetString() is ['s', '-', ..] asked
                && error.GetProperty("payload").TryGetProperty("retryAfterMs", out var wait))
            {
                Refused.Enqueue((peer, asked[2..]), Environment.TickCount64 + wait.GetInt32());
            }
        }
    }

    /// <summary>What the server refused.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>Subscriptions that were refused for now, by when they may be asked for again.</summary>
    public PriorityQueue<(Peer Peer, string Topic), long> Refused { get; } = new();

    /// <summary>Asks again for what may be asked for.</summary>
    public void AskAgain()
    {
        while (Refused.TryPeek(out var refused, out var due) && due <= Environment.TickCount64)
        {
            Refused.Dequeue();
            if (!refused.Peer.IsClosed)
            {
                Subscribe(refused.Peer, refused.Topic);
            }
        }
    }

    private static void Subscribe(Peer peer, string topic) => peer.SendText($"{{\"v\":1,\"type\":\"subscribe\",\"id\":\"s-{topic}\",\"topic\":\"{topic}\"}}");

    public override void Publish(Peer peer, string text) =>
        peer.SendText($"{{\"v\":1,\"type\":\"user_msg\",\"payload\":{{\"text\":\"{text}\",\"assistant\":false}}}}");

    public override void Echo(Peer peer, string text)
    {
        if (acknowledge)
        {
            peer.SendText($"{{\"v\":1,\"type\":\"user_msg\",\"id\":{JsonSerializer.Serialize(text.TrimEnd('.') + ++echoes)},\"payload\":{{\"text\":\"hello\",\"assistant\":false}}}}");
        }
        else
        {
            peer.SendText($"{{\"v\":1,\"type\":\"ping\",\"id\":{JsonSerializer.Serialize(text.TrimEnd('.'))}}}");
        }
    }
}

/// <summary>Watches a field's frames and nothing else, in either format.</summary>
internal sealed class FieldDialect(string subprotocol) : Dialect
{
    public override string? Subprotocol => subprotocol;

    public override string Path(Peer? peer, Role role, int index) => "/ws?graph=load&session=load";

    public override void Open(Peer peer, Role role, ReadOnlySpan<byte> message)
    {
        if (message.IndexOf("welcome"u8) >= 0)
        {
            if (subprotocol.EndsWith("json", StringComparison.Ordinal))
            {
                peer.SendText("{\"v\":1,\"type\":\"subscribe\",\"topic\":\"field:load\",\"types\":[\"phase_frame\"]}");
            }
            else
            {
                // {"v":1,"type":"subscribe","topic":"field:load","types":["phase_frame"]}
                peer.Send(2, [0x84, 0xA1, (byte)'v', 1, 0xA4, .. "type"u8, 0xA9, .. "subscribe"u8, 0xA5, .. "topic"u8, 0xAA, .. "field:load"u8, 0xA5, .. "types"u8, 0x91, 0xAB, .. "phase_frame"u8]);
            }
        }
        else if (message.IndexOf("subscribed"u8) >= 0)
        {
            peer.IsReady = true;
        }
    }

    public override void Publish(Peer peer, string text) => throw new NotSupportedException();

    public override void Echo(Peer peer, string text) => throw new NotSupportedException();
}
