using Itori.Contracts;

namespace Itori.Gateway.Connections;

/// <summary>
/// What waits to be sent to one connection. Two parts: messages that keep their order, bounded in bytes, and slots of which the latest wins (frames, presence, cursors), one
/// message each. Any thread may put; one writer takes.
/// </summary>
/// <remarks>
/// A single message may be larger than the bound (a graph's snapshot): it is taken when nothing else waits. Space is waited for by those who can wait (catching up, replies);
/// live events cannot, and <see cref="TryPut"/> answers false when the bound is reached.
/// </remarks>
internal sealed class Outbox(int maxBytes, int maxSlots)
{
    private readonly Lock gate = new();
    private readonly Queue<ReadOnlyMemory<byte>> ordered = new();
    private readonly Dictionary<SlotKey, ReadOnlyMemory<byte>> slots = [];
    private readonly List<Waiter> waiters = [];
    private readonly Signal work = new();
    private long bytes;
    private int orderedTaken;
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

        work.Set();
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

        work.Set();
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

    /// <summary>Whether what waits is not to be sent any more.</summary>
    public bool IsDiscarded
    {
        get
        {
            lock (gate)
            {
                return discarded;
            }
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
                bytes = 0;
            }

            ReleaseWaiters();
        }

        work.Set();
    }

    /// <summary>Waits until there is something to take. False: nothing will come any more. One writer only.</summary>
    public async ValueTask<bool> WaitToTake()
    {
        while (true)
        {
            lock (gate)
            {
                if (ordered.Count > 0 || slots.Count > 0)
                {
                    return true;
                }

                if (completed)
                {
                    return false;
                }
            }

            await work.Wait();
        }
    }

    /// <summary>Takes all that waits, into <paramref name="batch"/>: ordered messages first, then the slots. Their bytes count until <see cref="Sent"/>.</summary>
    public void Take(List<ReadOnlyMemory<byte>> batch)
    {
        lock (gate)
        {
            while (ordered.TryDequeue(out var message))
            {
                batch.Add(message);
            }

            orderedTaken = batch.Count;
            batch.AddRange(slots.Values);
            slots.Clear();
        }
    }

    /// <summary>Tells that the <paramref name="index"/>th message of the batch was sent.</summary>
    public void Sent(int index, int length)
    {
        lock (gate)
        {
            if (index < orderedTaken && !discarded)
            {
                bytes -= length;
                ReleaseWaiters();
            }
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
