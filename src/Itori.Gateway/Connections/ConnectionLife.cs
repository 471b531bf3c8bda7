namespace Itori.Gateway.Connections;

/// <summary>
/// Tells what a connection does that it is gone. The source of that is there only while something is done: it keeps a record for each of those who ever waited at the same time, which in thousands of
/// connections that once waited for their turn is more than the rest of what they need for it.
/// </summary>
internal sealed class ConnectionLife
{
    private CancellationTokenSource? source;
    private int works;
    private bool isOver;

    /// <summary>Something begins that has to stop when the connection is gone; <see cref="Leave"/> follows.</summary>
    public CancellationToken Enter()
    {
        lock (this)
        {
            works++;
            return isOver ? new CancellationToken(canceled: true) : (source ??= new CancellationTokenSource()).Token;
        }
    }

    /// <summary>It has ended.</summary>
    public void Leave()
    {
        lock (this)
        {
            if (--works == 0 && !isOver)
            {
                source?.Dispose();
                source = null;
            }
        }
    }

    /// <summary>The connection is gone: what is done stops, and what begins later does so stopped.</summary>
    public async Task End()
    {
        CancellationTokenSource? stopping;
        lock (this)
        {
            isOver = true;
            stopping = source;
        }

        if (stopping is not null)
        {
            // Not disposed: whoever works still asks it, and it holds nothing once cancelled.
            await stopping.CancelAsync();
        }
    }
}
