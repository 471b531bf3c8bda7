using Itori.Numerics.Forecasting;
using Itori.Numerics.Oscillators;

namespace Itori.Numerics.Communities;

/// <summary>
/// Tells when a cluster comes apart. Three signs are looked at: its locking margin runs out, its inside is easier to cut through than to cut out, its coherence falls. Each has hysteresis; an alarm begins when
/// enough signs agree for several observations in a row and ends when none has been there for as many.
/// </summary>
/// <remarks>Deterministic. Memory: one small record for each cluster of the last observation. Not thread-safe.</remarks>
public sealed class ClusterWatch
{
    private static readonly TrendSmoothing Smoothing = new(0.5, 0.3, 0.9);

    private readonly ClusterWatchOptions _options;
    private Dictionary<int, State> _states = [];

    /// <summary>A watch that has seen nothing.</summary>
    /// <param name="options">When a sign counts and how long it has to.</param>
    public ClusterWatch(ClusterWatchOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    /// <summary>Takes the clusters as they are now. One that is not named any more is forgotten.</summary>
    /// <param name="observations">Each cluster once.</param>
    /// <returns>The alarms that are on, by ascending cluster.</returns>
    /// <exception cref="ArgumentException">A cluster is named twice.</exception>
    public IReadOnlyList<ClusterAlarm> Observe(IReadOnlyList<ClusterObservation> observations)
    {
        ArgumentNullException.ThrowIfNull(observations);
        var next = new Dictionary<int, State>(observations.Count);
        var alarms = new List<ClusterAlarm>();
        foreach (var seen in observations)
        {
            var state = Next(_states.GetValueOrDefault(seen.Cluster), seen);
            if (!next.TryAdd(seen.Cluster, state))
            {
                throw new ArgumentException($"Cluster {seen.Cluster} is named twice.", nameof(observations));
            }

            if (state.On)
            {
                alarms.Add(Alarm(seen, state));
            }
        }

        _states = next;
        alarms.Sort((a, b) => a.Cluster.CompareTo(b.Cluster));
        return alarms;
    }

    private State Next(State before, ClusterObservation seen)
    {
        var coherence = Math.Clamp(seen.Coherence, 0, 1);
        var fast = before.Fast.With(coherence, _options.FastKeep);
        var slow = before.Slow.With(coherence, _options.SlowKeep);
        var signs = Sign(before.Signs, ClusterSigns.MarginGone, seen.Knit.Margin < _options.MarginFloor, seen.Knit.Margin < _options.MarginFloor + _options.MarginHysteresis)
            | Sign(before.Signs, ClusterSigns.WeakInside, IsWeak(seen.Knit, 1), IsWeak(seen.Knit, 1.5))
            | Sign(before.Signs, ClusterSigns.Falling, IsFalling(fast, slow, 1), IsFalling(fast, slow, 0.5));

        // What has begun ends only when nothing speaks for it any more: a torn cluster's halves meet now and then, and its longer mean gets used to it.
        var agree = before.On ? signs != ClusterSigns.None : int.PopCount((int)signs) >= _options.Agreement;
        var run = agree != before.On ? before.Run + 1 : 0;
        var turned = run >= _options.Persistence;
        return new State(
            signs,
            turned ? agree : before.On,
            turned ? 0 : run,
            fast,
            slow,
            before.Trend.With(Logit(coherence), Smoothing));
    }

    private static ClusterSigns Sign(ClusterSigns before, ClusterSigns sign, bool begins, bool stays) =>
        begins || (stays && before.HasFlag(sign)) ? sign : ClusterSigns.None;

    // By Cheeger's inequality a cut through the inside of conductance √(2 λ2) at most exists.
    private bool IsWeak(CommunityKnit knit, double slack) => knit.Conductance > 0 && Math.Sqrt(2 * knit.InnerGap) * _options.WeakRatio < knit.Conductance * slack;

    private bool IsFalling(RunningMoments fast, RunningMoments slow, double part) =>
        fast.Mean < slow.Mean - part * _options.Drop || fast.Mean < _options.CriticalCoherence + (1 - part) * _options.Drop;

    private ClusterAlarm Alarm(ClusterObservation seen, State state)
    {
        var steps = 0;
        while (steps < _options.Horizon && Share(state.Trend.Forecast(steps, Smoothing.Damping)) >= _options.CriticalCoherence)
        {
            steps++;
        }

        return new ClusterAlarm(seen.Cluster, state.Signs, Math.Clamp(seen.Coherence, 0, 1), Share(state.Trend.Forecast(_options.Horizon, Smoothing.Damping)), steps);
    }

    private static double Logit(double share)
    {
        var inside = Math.Clamp(share, 0.001, 0.999);
        return Math.Log(inside / (1 - inside));
    }

    private static double Share(double logit) => 1 / (1 + Exponential.Of(-Math.Clamp(logit, -700, 700)));

    private readonly record struct State(ClusterSigns Signs, bool On, int Run, RunningMoments Fast, RunningMoments Slow, DampedTrend Trend);
}
