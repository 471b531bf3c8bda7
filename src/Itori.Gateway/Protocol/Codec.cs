using Itori.Gateway.Connections;

namespace Itori.Gateway.Protocol;

/// <summary>
/// The one place where server messages become bytes. The messages are written once, whatever the format: a codec is the writer that they are written with. Every method answers a whole message in memory of its
/// own, so that the same bytes can be handed to any number of connections.
/// </summary>
/// <remarks>Numbers that JSON cannot say (NaN, infinities) are written as 0 in every format: no reader is ever handed a message that it cannot parse or does not expect.</remarks>
internal sealed partial class Codec
{
    /// <summary>The protocol's version, <c>v</c>.</summary>
    public const int Version = 1;

    /// <summary>How many codecs there are.</summary>
    public const int Count = 3;

    private readonly Func<WireWriter> rent;

    private Codec(int index, string subprotocol, bool isBinary, Func<WireWriter> rent, bool deflates = false)
    {
        Index = index;
        Subprotocol = subprotocol;
        IsBinary = isBinary;
        Deflates = deflates;
        this.rent = rent;
    }

    /// <summary>JSON in text frames.</summary>
    public static Codec Json { get; } = new(0, SocketEndpoint.JsonProtocol, isBinary: false, JsonWireWriter.Rent);

    /// <summary>MessagePack in binary frames.</summary>
    public static Codec MessagePack { get; } = new(1, SocketEndpoint.PackProtocol, isBinary: true, PackWireWriter.Rent);

    /// <summary>JSON, of which a large message is compressed (permessage-deflate): once, for all who agreed to it.</summary>
    public static Codec DeflatedJson { get; } = new(2, SocketEndpoint.JsonProtocol, isBinary: false, JsonWireWriter.Rent, deflates: true);

    /// <summary>All, by <see cref="Index"/>.</summary>
    public static IReadOnlyList<Codec> All { get; } = [Json, MessagePack, DeflatedJson];

    /// <summary>A small number of its own, below <see cref="Count"/>.</summary>
    public int Index { get; }

    /// <summary>The WebSocket subprotocol that asks for it.</summary>
    public string Subprotocol { get; }

    /// <summary>Whether its messages go in binary frames.</summary>
    public bool IsBinary { get; }

    /// <summary>Whether it compresses; see <see cref="IsDeflated"/>.</summary>
    public bool Deflates { get; }

    /// <summary>Whether this message of this codec is compressed: its frame then has the bit RSV1. A JSON message begins with a brace, of which the lowest bit is set; a deflated one with a block that is not the last, of which it is not.</summary>
    public bool IsDeflated(ReadOnlySpan<byte> message) => Deflates && message[0] != (byte)'{';

    /// <summary>
    /// The codec of a handshake that names subprotocols: the first of the client's list that is spoken here, since RFC 6455 (4.1) has the client list them in its order of preference. Null: none of them.
    /// </summary>
    public static Codec? Choose(IEnumerable<string> named) =>
        named.Select(name => All.FirstOrDefault(codec => codec.Subprotocol == name && !codec.Deflates)).FirstOrDefault(codec => codec is not null);

    public override string ToString() => Subprotocol;

    /// <summary>Begins an envelope and its payload, which the caller fills; ended by <see cref="End"/>.</summary>
    private WireWriter Begin(string type, long timestamp, MessageId? correlation = null, string? topic = null, long? seq = null)
    {
        var wire = rent();
        BeginEnvelope(wire, type, timestamp, correlation, topic, seq);
        return wire;
    }

    private static void BeginEnvelope(WireWriter wire, string type, long timestamp, MessageId? correlation, string? topic, long? seq, long? previous = null)
    {
        wire.WriteStartObject();
        wire.WriteNumber("v"u8, Version);
        wire.WriteString("type"u8, type);
        wire.WriteString("kind"u8, type);
        if (topic is not null)
        {
            wire.WriteString("topic"u8, topic);
        }

        if (seq is { } number)
        {
            wire.WriteNumber("seq"u8, number);
        }

        wire.WriteIfGiven("prev"u8, previous);

        if (correlation is not null)
        {
            wire.WriteJson("correlationId"u8, correlation.Json);
        }

        wire.WriteNumber("timestamp"u8, timestamp);
        wire.WriteStartObject("payload"u8);
    }

    private static void EndEnvelope(WireWriter wire)
    {
        wire.WriteEndObject();
        wire.WriteEndObject();
    }

    private byte[] End(WireWriter wire)
    {
        EndEnvelope(wire);
        return Finish(wire);
    }

    private byte[] Finish(WireWriter wire)
    {
        var message = wire.Return();
        return Deflates ? Deflation.OfLarge(message) : message;
    }
}
