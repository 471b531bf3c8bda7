using System.Buffers.Binary;

using Itori.Gateway.Protocol;

namespace Itori.Gateway.Connections;

/// <summary>WebSocket frames as a server sends them (RFC 6455, section 5.2): one frame for each message, never masked.</summary>
internal static class Frames
{
    public const int MaxHeaderLength = 10;

    public const byte Text = 0x1;
    public const byte Binary = 0x2;
    public const byte Close = 0x8;
    public const byte Ping = 0x9;
    public const byte Pong = 0xA;

    private const byte Final = 0x80;
    private const byte Compressed = 0x40;

    /// <summary>A ping without a payload.</summary>
    public static byte[] EmptyPing { get; } = [Final | Ping, 0];

    /// <summary>The opcode of a message in that format, with RSV1 where it is compressed (RFC 7692, section 6).</summary>
    public static byte Opcode(Codec codec, ReadOnlySpan<byte> message) => (byte)((codec.IsBinary ? Binary : Text) | (codec.IsDeflated(message) ? Compressed : 0));

    /// <summary>Bytes before a payload of that length.</summary>
    public static int HeaderLength(int payload) => payload < 126 ? 2 : payload <= ushort.MaxValue ? 4 : 10;

    /// <summary>Writes the bytes before a payload; how many they are.</summary>
    public static int WriteHeader(Span<byte> target, byte opcode, int payload)
    {
        target[0] = (byte)(Final | opcode);
        switch (HeaderLength(payload))
        {
            case 2:
                target[1] = (byte)payload;
                return 2;
            case 4:
                target[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(target[2..], (ushort)payload);
                return 4;
            default:
                target[1] = 127;
                BinaryPrimitives.WriteUInt64BigEndian(target[2..], (ulong)payload);
                return 10;
        }
    }

    /// <summary>Copies what follows after <paramref name="skip"/>, as much as fits; how much it was.</summary>
    public static int CopyPart(ReadOnlySpan<byte> source, int skip, Span<byte> target)
    {
        var part = source[Math.Min(skip, source.Length)..];
        part = part[..Math.Min(part.Length, target.Length)];
        part.CopyTo(target);
        return part.Length;
    }
}
