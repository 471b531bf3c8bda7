using System.IO.Compression;

namespace Itori.Gateway.Protocol;

/// <summary>Messages compressed as permessage-deflate wants it (RFC 7692): each by itself, so that one result serves every connection and none has to keep a window.</summary>
internal static class Deflation
{
    /// <summary>The least that is compressed, bytes: a shorter message gains less than it costs.</summary>
    public const int Least = 512;

    /// <summary>An empty block ends what is flushed; it is left off (RFC 7692, section 7.2.1).</summary>
    private const int TailLength = 4;

    /// <summary>The message compressed, where it is large enough and that makes it smaller; else as it is.</summary>
    public static byte[] OfLarge(byte[] message)
    {
        if (message.Length < Least)
        {
            return message;
        }

        using var target = new MemoryStream(message.Length / 2);
        using var deflate = new DeflateStream(target, CompressionLevel.Fastest, leaveOpen: true);
        deflate.Write(message);

        // Flushed, not ended: no block is the last one of the stream.
        deflate.Flush();
        var length = (int)target.Length - TailLength;
        return length < message.Length ? target.GetBuffer().AsSpan(0, length).ToArray() : message;
    }
}
