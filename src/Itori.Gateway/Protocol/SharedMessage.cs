using Itori.Contracts;

namespace Itori.Gateway.Protocol;

/// <summary>One message for many connections: made at the first use in each format, and then shared. In a format that nobody speaks it is never made.</summary>
internal sealed class SharedMessage(Func<Codec, byte[]> make)
{
    private readonly byte[]?[] made = new byte[]?[Codec.Count];

    /// <summary>Bytes of what was made so far.</summary>
    public long Bytes
    {
        get
        {
            var bytes = 0L;
            foreach (var message in made)
            {
                bytes += message?.Length ?? 0;
            }

            return bytes;
        }
    }

    /// <summary>An event of a topic.</summary>
    public static SharedMessage Of(string topic, TopicEvent happened) => new(codec => codec.Event(topic, happened));

    /// <summary>The message in a format.</summary>
    public byte[] In(Codec codec)
    {
        ref var place = ref made[codec.Index];
        return Volatile.Read(ref place) ?? Make(codec, ref place);
    }

    private byte[] Make(Codec codec, ref byte[]? place)
    {
        var message = make(codec);
        return Interlocked.CompareExchange(ref place, message, null) ?? message;
    }
}
