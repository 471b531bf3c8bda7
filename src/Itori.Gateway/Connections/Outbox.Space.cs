namespace Itori.Gateway.Connections;

/// <summary>Waiting for space, by those who can wait.</summary>
internal sealed partial class Outbox
{
    private List<Waiter>? waiters;

    /// <summary>Puts a message that keeps its order as soon as there is space.</summary>
    public async ValueTask Put(byte[] message, CancellationToken cancellation)
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
            (waiters ??= []).Add(waiter);
        }

        return waiter.Wait(this, cancellation);
    }

    private bool Fits(int length) => bytes == 0 || bytes + length <= maxBytes;

    private void ReleaseWaiters()
    {
        for (var i = (waiters?.Count ?? 0) - 1; i >= 0; i--)
        {
            if (completed || Fits(waiters![i].Length))
            {
                waiters![i].Release();
                waiters.RemoveAt(i);
            }
        }
    }

    private void Forget(Waiter waiter)
    {
        lock (gate)
        {
            waiters?.Remove(waiter);
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
