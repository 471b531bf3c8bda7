using Itori.Contracts;
using Itori.Gateway.Protocol;

namespace Itori.Gateway.Connections;

/// <summary>
/// What waits to be sent to one connection. Two parts: messages that keep their order, bounded in bytes, and slots of which the latest wins (frames, presence, cursors), one
/// message each. Any thread may put; one writer takes.
/// </summary>
/// <remarks>
/// A single message may be larger than the bound (a graph's snapshot): it is taken when nothing else waits. Space is waited for by those who can wait (catching up, replies);
/// live events cannot, and <see cref="TryPut"/> answers false when the bound is reached. The frame's header is written where the bytes are copied out, next to them: they are shared by
/// all connections, and a copy of a few hundred bytes costs nothing beside the call that sends them.
/// </remarks>
internal sealed partial class Outbox(int maxBytes, int maxSlots)
{
    /// <summary>Places of the queue at first; a power of two.</summary>
    private const int FirstPlaces = 4;

    /// <summary>Places that a connection keeps when nothing waits: what a burst took beyond is given back at once, and what is beyond the first when it is silent.</summary>
    private const int KeptPlaces = 64;

    private readonly Lock gate = new();

    /// <summary>
    /// One ring of two parts. The first <see cref="begun"/> pieces were copied out and are not known to be sent: the first of them may be half sent, and then has to be finished whatever
    /// happens. After them, ordered messages.
    /// </summary>
    private Piece[] queue = [];
    private LatestMessages slots;
    private ConnectionWriter? writer;
    private byte[]? control;
    private long bytes;
    private int first;
    private int count;
    private int begun;
    private int headSent;
    private bool completed;
    private bool discarded;

    /// <summary>Bytes of ordered messages that wait or are being sent.</summary>
    public long Bytes
    {
        get
        {
            lock (gate)
            {
                return bytes;
            }
        }
    }

    /// <summary>Puts a message that keeps its order. False: no space, nothing was put.</summary>
    public bool TryPut(byte[] message)
    {
        lock (gate)
        {
            if (completed)
            {
                return true;
            }

            if (bytes > 0 && bytes + message.Length > maxBytes)
            {
                return false;
            }

            Append(new Piece(message, PieceKind.Ordered));
            bytes += message.Length;
        }

        writer?.Wake();
        return true;
    }

    /// <summary>Puts a message of which the latest wins. True: it took the place of one that was not sent.</summary>
    public bool Conflate(SlotKey key, byte[] message)
    {
        bool replaced;
        lock (gate)
        {
            if (completed)
            {
                return false;
            }

            if (!slots.TryPut(key, message, maxSlots, out replaced))
            {
                return true;
            }
        }

        writer?.Wake();
        return replaced;
    }

    /// <summary>Drops what waits in a topic's slots: the connection does not watch it any more.</summary>
    public void Forget(TopicName topic)
    {
        lock (gate)
        {
            slots.Forget(topic);
        }
    }

    /// <summary>Nothing more is put. The writer sends what is there, unless it is to be discarded, and then ends.</summary>
    public void Complete(bool discard)
    {
        lock (gate)
        {
            completed = true;
            discarded |= discard;
            slots.Clear();
            if (discarded)
            {
                Shorten(begun);
                control = null;
                bytes = 0;
            }

            ReleaseWaiters();
        }

        writer?.Wake();
    }

    /// <summary>Who is to be told that there is something to send. Set once, before anything else happens.</summary>
    public void SendBy(ConnectionWriter sender) => writer = sender;

    /// <summary>Puts a whole control frame (ping, pong): it goes out before all messages, and the latest wins, as RFC 6455 allows for pongs.</summary>
    public void PutControl(byte[] frame)
    {
        lock (gate)
        {
            if (discarded)
            {
                return;
            }

            control = frame;
        }

        writer?.Wake();
    }

    /// <summary>
    /// Copies frames to be sent into <paramref name="target"/>, as many as there are and fit: control frames first, ordered messages, then the slots. A frame may be cut at the end, and goes on
    /// with the next call after <see cref="Advance"/>. One writer only.
    /// </summary>
    /// <param name="target">Where to.</param>
    /// <param name="codec">The format that the messages are in.</param>
    /// <param name="isLast">Whether the outbox is completed and holds nothing beyond what was copied now.</param>
    public int Fill(Span<byte> target, Codec codec, out bool isLast)
    {
        lock (gate)
        {
            if (discarded)
            {
                // Of what was begun, only a frame of which the peer has a part.
                begun = Math.Min(begun, headSent > 0 ? 1 : 0);
                Shorten(begun);
            }

            var length = 0;
            var skip = headSent;
            for (var i = 0; i < begun; i++)
            {
                length += Place(i).CopyTo(target[length..], skip, codec);
                skip = 0;
            }

            while (length < target.Length && TryBegin())
            {
                length += Place(begun - 1).CopyTo(target[length..], 0, codec);
            }

            isLast = completed && length < target.Length;
            return length;
        }
    }

    /// <summary>Tells that so many of the bytes that were copied were sent; the rest is copied again. How many messages that ended, and their bytes.</summary>
    public (int Messages, long Bytes) Advance(int sent)
    {
        lock (gate)
        {
            var (messages, ended) = (0, 0L);
            headSent += sent;
            while (begun > 0 && Place(0) is var head && headSent >= head.FrameLength)
            {
                headSent -= head.FrameLength;
                Place(0) = default;
                first = (first + 1) & (queue.Length - 1);
                count--;
                begun--;
                messages += head.Kind is PieceKind.Frame ? 0 : 1;
                ended += head.Kind is PieceKind.Frame ? 0 : head.Bytes.Length;
                bytes -= head.Kind is PieceKind.Ordered && !discarded ? head.Bytes.Length : 0;
            }

            if (count == 0 && queue.Length > KeptPlaces)
            {
                queue = [];
                first = 0;
            }

            if (ended > 0 && waiters is { Count: > 0 })
            {
                ReleaseWaiters();
            }

            return (messages, ended);
        }
    }

    /// <summary>Gives back what a burst took, if nothing waits now.</summary>
    public void Trim()
    {
        lock (gate)
        {
            if (count == 0 && queue.Length > FirstPlaces)
            {
                queue = [];
                first = 0;
            }

            slots.Trim();
        }
    }

    /// <summary>Moves the next frame that is to be sent to the end of what is begun. False: there is none.</summary>
    private bool TryBegin()
    {
        if (control is { } frame)
        {
            control = null;
            Insert(begun, new Piece(frame, PieceKind.Frame));
        }
        else if (begun == count)
        {
            if (!slots.TryTake(out var latest))
            {
                return false;
            }

            Append(new Piece(latest, PieceKind.Latest));
        }

        begun++;
        return true;
    }

    private ref Piece Place(int index) => ref queue[(first + index) & (queue.Length - 1)];

    private void Append(Piece piece)
    {
        MakeRoom();
        Place(count++) = piece;
    }

    /// <summary>Those before it (few: what a slow peer has not taken) move one place to the front.</summary>
    private void Insert(int index, Piece piece)
    {
        MakeRoom();
        first = (first - 1) & (queue.Length - 1);
        count++;
        for (var i = 0; i < index; i++)
        {
            Place(i) = Place(i + 1);
        }

        Place(index) = piece;
    }

    /// <summary>The length stays a power of two.</summary>
    private void MakeRoom()
    {
        if (count < queue.Length)
        {
            return;
        }

        var larger = new Piece[Math.Max(FirstPlaces, queue.Length * 2)];
        for (var i = 0; i < count; i++)
        {
            larger[i] = Place(i);
        }

        queue = larger;
        first = 0;
    }

    private void Shorten(int to)
    {
        while (count > to)
        {
            Place(--count) = default;
        }
    }

    private enum PieceKind : byte
    {
        /// <summary>A message that keeps its order; its bytes are counted.</summary>
        Ordered,

        /// <summary>A message of which the latest wins.</summary>
        Latest,

        /// <summary>A whole control frame.</summary>
        Frame,
    }

    /// <summary>A message, or a whole frame, on its way out.</summary>
    private readonly record struct Piece(byte[] Bytes, PieceKind Kind)
    {
        public int FrameLength => Kind is PieceKind.Frame ? Bytes.Length : Frames.HeaderLength(Bytes.Length) + Bytes.Length;

        /// <summary>Copies the frame from the byte <paramref name="skip"/> on, as much as fits.</summary>
        public int CopyTo(Span<byte> target, int skip, Codec codec)
        {
            if (Kind is PieceKind.Frame)
            {
                return Frames.CopyPart(Bytes, skip, target);
            }

            Span<byte> header = stackalloc byte[Frames.MaxHeaderLength];
            var headerLength = Frames.WriteHeader(header, Frames.Opcode(codec, Bytes), Bytes.Length);
            var copied = skip < headerLength ? Frames.CopyPart(header[..headerLength], skip, target) : 0;
            return copied + Frames.CopyPart(Bytes, Math.Max(0, skip - headerLength), target[copied..]);
        }
    }
}
