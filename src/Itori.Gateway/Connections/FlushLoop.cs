namespace Itori.Gateway.Connections;

/// <summary>
/// Sends for a share of the connections, one after the other on one thread of the pool: an event for a thousand of them is one wake-up, not a thousand. Which connections have something to
/// send is a stack linked through their writers: putting one on it takes one exchange, no lock and no memory, and each is on it once at most.
/// </summary>
internal sealed class FlushLoop : IThreadPoolWorkItem
{
    /// <summary>Connections that are served before other work of the pool gets its turn: about half a millisecond.</summary>
    private const int Turn = 128;

    private readonly byte[] scratch;
    private ConnectionWriter? incoming;
    private ConnectionWriter? inTurn;
    private int scheduled;

    public FlushLoop(int scratchBytes) => scratch = GC.AllocateUninitializedArray<byte>(scratchBytes, pinned: true);

    /// <summary>Adds a connection that has something to send. It is not on the loop now.</summary>
    public void Add(ConnectionWriter writer)
    {
        var top = Volatile.Read(ref incoming);
        while (true)
        {
            writer.Next = top;
            var seen = Interlocked.CompareExchange(ref incoming, writer, top);
            if (seen == top)
            {
                break;
            }

            top = seen;
        }

        if (Interlocked.Exchange(ref scheduled, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        for (var left = Turn; left > 0; left--)
        {
            inTurn ??= InOrder(Interlocked.Exchange(ref incoming, null));
            if (inTurn is not { } writer)
            {
                break;
            }

            inTurn = writer.Next;
            writer.Next = null;
            writer.Flush(scratch);
        }

        if (inTurn is null && Volatile.Read(ref incoming) is null)
        {
            // Given up first, looked again then: who added one meanwhile either sees that or is seen.
            Interlocked.Exchange(ref scheduled, 0);
            if (Volatile.Read(ref incoming) is null || Interlocked.Exchange(ref scheduled, 1) == 1)
            {
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>The stack turned round: who came first is served first.</summary>
    private static ConnectionWriter? InOrder(ConnectionWriter? newest)
    {
        ConnectionWriter? first = null;
        while (newest is not null)
        {
            var older = newest.Next;
            newest.Next = first;
            first = newest;
            newest = older;
        }

        return first;
    }
}
