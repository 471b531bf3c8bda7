namespace Itori.Gateway.Connections;

/// <summary>How many bad messages a connection may send: the window begins with the first and is forgotten when it has passed. Used by one read loop.</summary>
internal sealed class ErrorBudget(int most, TimeSpan window, TimeProvider clock)
{
    private long began;
    private int count;

    /// <summary>Counts a bad message. False: too many came.</summary>
    public bool Spend()
    {
        var now = clock.GetTimestamp();
        if (count == 0 || clock.GetElapsedTime(began, now) > window)
        {
            began = now;
            count = 0;
        }

        return ++count < most;
    }
}
