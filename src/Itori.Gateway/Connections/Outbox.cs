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
internal sealed class Outbox(int maxBytes, int maxSlots)
{
    private readonly Lock gate = new();
    private readonly Queue<ReadOnlyMemory<byte>> ordered = new();
    private readonly Dictionary<SlotKey, ReadOnlyMemory<byte>> slots = [];
    private readonly List<Waiter> waiters = [];

    /// <summary>What was copied out and is not known to be sent: the first of it may be half sent, and then has to be finished whatever happens.</summary>
    private readonly Queue<Piece> sending = new();
    private Action? wake;
    private ReadOnlyMemory<byte> control;
    private long bytes;
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
    public bool TryPut(ReadOnlyMemory<byte> message)
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

            ordered.Enqueue(message);
            bytes += message.Length;
        }

        wake?.Invoke();
        return true;
    }

    /// <summary>Puts a message of which the latest wins. True: it took the place of one that was not sent.</summary>
    public bool Conflate(SlotKey key, ReadOnlyMemory<byte> message)
    {
        bool replaced;
        lock (gate)
        {
            if (completed)
            {
                return false;
            }

            replaced = slots.ContainsKey(key);
            if (!replaced && slots.Count >= maxSlots)
            {
                return true;
            }

            slots[key] = message;
        }

        wake?.Invoke();
        return replaced;
    }

    /// <summary>Drops what waits in a topic's slots: the connection does not watch it any more.</summary>
    public void Forget(TopicName topic)
    {
        lock (gate)
        {
            foreach (var key in slots.Keys.Where(key => key.Topic == topic).ToList())
            {
                slots.Remove(key);
            }
        }
    }

    /// <summary>Puts a message that keeps its order as soon as there is space.</summary>
    public async ValueTask Put(ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        while (!TryPut(message))
        {
            await WaitForSpace(message.Length, cancellation);
        }
    }

    /// <summary>Whether more may be put now without taking what live events need: at most half is full.</summary>
    public bool HasRoom
    {
        get
        {
            lock (gate)
            {
                return completed || bytes <= maxBytes / 2;
            }
        }
    }

    /// <summary>Whether a message of that length may be put now and leaves to others what they need: with it at most half is full, or it is all there is.</summary>
    public bool IsRoomFor(int length)
    {
        lock (gate)
        {
            return completed || bytes == 0 || bytes + length <= maxBytes / 2;
        }
    }

    /// <summary>Waits until <see cref="HasRoom"/>.</summary>
    public Task WaitForRoom(CancellationToken cancellation) => WaitForSpace(maxBytes / 2, cancellation);

    /// <summary>Waits until a message of that length fits, or (where it is larger than the bound) until nothing waits. Another one may take the space first.</summary>
    public Task WaitForSpace(int length, CancellationToken cancellation)
    {
        Waiter waiter;
        lock (gate)
        {
            if (completed || Fits(length))
            {
                return Task.CompletedTask;
            }

            waiter = new Waiter(length);
            waiters.Add(waiter);
        }

        return waiter.Wait(this, cancellation);
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
                ordered.Clear();
                control = default;
                bytes = 0;
            }

            ReleaseWaiters();
        }

        wake?.Invoke();
    }

    /// <summary>Who is to be told that there is something to send. Set once, before anything else happens.</summary>
    public void WakeBy(Action action) => wake = action;

    /// <summary>Puts a whole control frame (ping, pong): it goes out before all messages, and the latest wins, as RFC 6455 allows for pongs.</summary>
    public void PutControl(ReadOnlyMemory<byte> frame)
    {
        lock (gate)
        {
            if (discarded)
            {
                return;
            }

            control = frame;
        }

        wake?.Invoke();
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
                DropUnbegun();
            }

            var length = 0;
            var skip = headSent;
            foreach (var piece in sending)
            {
                length += piece.CopyTo(target[length..], skip, codec);
                skip = 0;
            }

            while (length < target.Length && TryNext(out var next))
            {
                sending.Enqueue(next);
                length += next.CopyTo(target[length..], 0, codec);
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
            while (sending.TryPeek(out var head) && headSent >= head.FrameLength)
            {
                headSent -= head.FrameLength;
                sending.Dequeue();
                messages += head.IsFrame ? 0 : 1;
                ended += head.IsFrame ? 0 : head.Bytes.Length;
                bytes -= head.IsCounted && !discarded ? head.Bytes.Length : 0;
            }

            if (ended > 0 && waiters.Count > 0)
            {
                ReleaseWaiters();
            }

            return (messages, ended);
        }
    }

    private bool TryNext(out Piece next)
    {
        if (!control.IsEmpty)
        {
            next = new Piece(control, IsFrame: true, IsCounted: false);
            control = default;
            return true;
        }

        if (ordered.TryDequeue(out var message))
        {
            next = new Piece(message, IsFrame: false, IsCounted: true);
            return true;
        }

        foreach (var (key, latest) in slots)
        {
            slots.Remove(key);
            next = new Piece(latest, IsFrame: false, IsCounted: false);
            return true;
        }

        next = default;
        return false;
    }

    private void DropUnbegun()
    {
        var isThere = sending.TryPeek(out var head);
        sending.Clear();
        if (isThere && headSent > 0)
        {
            sending.Enqueue(head);
        }
    }

    private bool Fits(int length) => bytes == 0 || bytes + length <= maxBytes;

    private void ReleaseWaiters()
    {
        for (var i = waiters.Count - 1; i >= 0; i--)
        {
            if (completed || Fits(waiters[i].Length))
            {
                waiters[i].Release();
                waiters.RemoveAt(i);
            }
        }
    }

    private void Forget(Waiter waiter)
    {
        lock (gate)
        {
            waiters.Remove(waiter);
        }
    }

    /// <summary>A message, or a whole frame, on its way out.</summary>
    private readonly record struct Piece(ReadOnlyMemory<byte> Bytes, bool IsFrame, bool IsCounted)
    {
        public int FrameLength => IsFrame ? Bytes.Length : Frames.HeaderLength(Bytes.Length) + Bytes.Length;

        /// <summary>Copies the frame from the byte <paramref name="skip"/> on, as much as fits.</summary>
        public int CopyTo(Span<byte> target, int skip, Codec codec)
        {
            if (IsFrame)
            {
                return Frames.CopyPart(Bytes.Span, skip, target);
            }

            Span<byte> header = stackalloc byte[Frames.MaxHeaderLength];
            var headerLength = Frames.WriteHeader(header, Frames.Opcode(codec, Bytes.Span), Bytes.Length);
            var copied = skip < headerLength ? Frames.CopyPart(header[..headerLength], skip, target) : 0;
            return copied + Frames.CopyPart(Bytes.Span, Math.Max(0, skip - headerLength), target[copied..]);
        }
    }

    private sealed class Waiter(int length)
    {
        private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Length => length;

        public void Release() => done.TrySetResult();

        public async Task Wait(Outbox outbox, CancellationToken cancellation)
        {
            try
            {
                await done.Task.WaitAsync(cancellation);
            }
            finally
            {
                outbox.Forget(this);
            }
        }
    }
}

/// <summary>What a slot of an <see cref="Outbox"/> is for. <paramref name="Detail"/> tells cursors of different users apart.</summary>
internal readonly record struct SlotKey(TopicName Topic, string Type, string? Detail = null);
