using Microsoft.Extensions.Options;

using Itori.Gateway.Hosting;

namespace Itori.Gateway.Connections;

/// <summary>
/// Smooths storms: when all clients come back at once, only so many subscriptions are opened at a time, a bounded number waits, and the rest is told when it will be its turn. Each of those
/// is given a place of its own behind those before it, at the rate at which opens end, so that they do not all come back in the same moment.
/// </summary>
internal sealed class Admission(IOptions<GatewayOptions> options, TimeProvider clock)
{
    /// <summary>How much the latest interval between two ends counts.</summary>
    private const double Weight = 0.05;

    private static readonly TimeSpan Soonest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Latest = TimeSpan.FromMinutes(1);

    private readonly GatewayOptions settings = options.Value;
    private readonly Lock gate = new();
    private readonly LinkedList<TaskCompletionSource<Ticket>> waiting = new();
    private readonly long zero = clock.GetTimestamp();
    private TimeSpan interval = TimeSpan.FromMilliseconds(5);
    private TimeSpan lastEnd;
    private TimeSpan promised;
    private int active;

    /// <summary>Whether one that came now would be refused.</summary>
    public bool IsFull
    {
        get
        {
            lock (gate)
            {
                return active >= settings.MaxOpening && waiting.Count >= settings.MaxWaitingToOpen;
            }
        }
    }

    /// <summary>Waits for its turn, which ends with the ticket's disposal. Null: too many wait, or the turn did not come within <see cref="GatewayOptions.OpeningPatience"/>.</summary>
    public async ValueTask<Ticket?> Enter(CancellationToken cancellation)
    {
        LinkedListNode<TaskCompletionSource<Ticket>> place;
        lock (gate)
        {
            if (active < settings.MaxOpening)
            {
                active++;
                return new Ticket(this);
            }

            if (waiting.Count >= settings.MaxWaitingToOpen)
            {
                return null;
            }

            place = waiting.AddLast(new TaskCompletionSource<Ticket>(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        try
        {
            return await place.Value.Task.WaitAsync(settings.OpeningPatience, clock, cancellation);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            lock (gate)
            {
                if (place.List is not null)
                {
                    waiting.Remove(place);
                }
            }

            // Its turn may have come in this moment.
            if (place.Value.Task.IsCompletedSuccessfully)
            {
                (await place.Value.Task).Dispose();
            }

            cancellation.ThrowIfCancellationRequested();
            return null;
        }
    }

    /// <summary>When one that is refused now is to come again.</summary>
    public TimeSpan RetryAfter()
    {
        lock (gate)
        {
            var now = clock.GetElapsedTime(zero);
            var behindThese = now + (interval * (waiting.Count + active));
            promised = (promised > behindThese ? promised : behindThese) + interval;
            if (promised - now > Latest)
            {
                // Nobody is sent away for longer; from here on the places are only spread.
                promised = now + Latest;
                return Latest * (0.5 + (0.5 * Random.Shared.NextDouble()));
            }

            var wait = promised - now;
            return wait > Soonest ? wait : Soonest;
        }
    }

    private void Leave()
    {
        lock (gate)
        {
            // Only under pressure does the time between two ends say how fast it goes.
            var now = clock.GetElapsedTime(zero);
            if (waiting.Count > 0 && lastEnd > TimeSpan.Zero)
            {
                interval = (interval * (1 - Weight)) + ((now - lastEnd) * Weight);
            }

            lastEnd = waiting.Count > 0 ? now : TimeSpan.Zero;
            if (waiting.First is { } next)
            {
                waiting.RemoveFirst();
                next.Value.SetResult(new Ticket(this));
                return;
            }

            active--;
        }
    }

    /// <summary>The right to open, until it is disposed.</summary>
    internal sealed class Ticket(Admission admission) : IDisposable
    {
        private int returned;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref returned, 1) == 0)
            {
                admission.Leave();
            }
        }
    }
}
