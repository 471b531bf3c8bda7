using Itori.Contracts;
using Itori.Grains.Fields.Replay;
using Itori.Journal;
using Itori.Numerics.Communities;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Streams;

namespace Itori.Grains.Fields;

/// <summary>
/// Turns a field while somebody watches it. Not reentrant: a tick, a lease and a look follow each other. The spectral state alone is computed beside it, on the thread pool; its result
/// comes back as a turn of its own.
/// </summary>
[GrainType("field")]
internal sealed partial class FieldGrain : Grain, IFieldGrain
{
    private const int PageSize = 256;

    // A field that fell further behind than this (a debugger, a frozen machine) goes on from now instead of racing after.
    private static readonly TimeSpan MaxCatchUp = TimeSpan.FromSeconds(1);

    // How often a field without concepts looks at its graph. Most sessions have a field of their own, and most of those are empty for as long as nobody speaks.
    private static readonly TimeSpan EmptyPeriod = TimeSpan.FromSeconds(0.8);

    private readonly FieldOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<FieldGrain> logger;
    private FieldSimulation simulation;
    private readonly ClusterWatch watch;
    private readonly string graphId;
    private readonly Dictionary<string, long> leases = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource lifetime = new();
    private IAsyncStream<TopicEvent> stream = null!;
    private IGrainTimer? timer;
    private Task spectralWork = Task.CompletedTask;
    private SpectralState? spectral;
    private CoherenceForecast? forecast;
    private ClusterAlerts? alerts;
    private long frame;
    private long forecastCount;
    private long lastSpectral;
    private long unwatchedSince;
    private bool behind;
    private bool saidEmpty;
    private bool spectralIsEmpty;

    public FieldGrain(IGrainContext context, IJournal journal, IOptions<FieldOptions> options, TimeProvider time, ILogger<FieldGrain> logger)
    {
        graphId = context.GrainId.Key.ToString()!;
        this.options = options.Value;
        this.time = time;
        this.logger = logger;
        simulation = new FieldSimulation(this.options);
        log = new FieldLog(journal, graphId);
        watch = new ClusterWatch(this.options.ClusterWatch());
    }

    private IConceptGraphGrain Graph => GrainFactory.Grain<IConceptGraphGrain>(graphId);

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        stream = this.GetStreamProvider(TopicStreams.Provider).GetStream<TopicEvent>(TopicStreams.Of(TopicName.Field(graphId)));
        await TakeUp(cancellationToken);
        unwatchedSince = time.GetTimestamp();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (!resting)
        {
            Mark(turning: false);
        }

        await marking.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await lifetime.CancelAsync();
        await spectralWork.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        lifetime.Dispose();
    }

    public async Task<FieldState> Watch(string gateway, TimeSpan lease)
    {
        if (leases.Count < Leases.MaxHolders || leases.ContainsKey(gateway))
        {
            leases[gateway] = time.GetTimestamp() + (long)(Leases.Held(lease).TotalSeconds * time.TimestampFrequency);
        }

        await Follow();
        if (timer is null)
        {
            saidEmpty = false;
            lastSpectral = time.GetTimestamp();
            simulation.BeginAt(NowMs - SettleMs);
            timer = this.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(FramePeriod, FramePeriod) { KeepAlive = true });
            Mark(turning: true);
            StartSpectral();
        }

        return State();
    }

    public Task Unwatch(string gateway)
    {
        leases.Remove(gateway);
        return Task.CompletedTask;
    }

    public async Task<FieldState> GetState()
    {
        await Follow();
        return State();
    }

    public async Task<CoherenceForecast> Forecast()
    {
        await Follow();
        forecast = FieldWords.Forecast(simulation.ForecastNow(), options, NowMs);
        return forecast;
    }

    private TimeSpan FramePeriod => TimeSpan.FromSeconds(1 / options.FramesPerSecond);

    private long SettleMs => (long)options.Settle.TotalMilliseconds;

    private FieldState State() => new()
    {
        Frame = simulation.Frame(graphId, frame, NowMs),
        Spectral = spectral,
        Forecast = forecast,
        Alerts = alerts is { Alerts.Count: > 0 } ? alerts : null,
    };

    private async Task Tick(CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        foreach (var (gateway, end) in leases)
        {
            if (end < now)
            {
                leases.Remove(gateway);
            }
        }

        if (leases.Count == 0)
        {
            Rest(now);
            return;
        }

        unwatchedSince = now;
        irregular |= resting;
        var until = simulation.StepAt(NowMs - SettleMs);
        if ((until - simulation.Steps) * options.StepSeconds > MaxCatchUp.TotalSeconds)
        {
            simulation.BeginAt(NowMs - SettleMs - (long)MaxCatchUp.TotalMilliseconds);
            until = simulation.StepAt(NowMs - SettleMs);
            irregular = true;
        }

        if (irregular)
        {
            Mark(turning: true);
            irregular = false;
        }

        try
        {
            await Follow(until);
            behind = false;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The graph is away for a moment (its silo, or its store); the field turns on with what it has. Said once, not with every frame.
            if (!behind)
            {
                LogFieldBehind(logger, graphId, e);
            }

            behind = true;
        }

        simulation.AdvanceTo(until);
        if (irregular || MarkIsDue())
        {
            Mark(turning: true);
        }

        // Without concepts there is nothing to show: it is said once.
        if (simulation.Count > 0 || !saidEmpty)
        {
            await Show();
        }

        if (time.GetElapsedTime(lastSpectral, now) >= options.SpectralPeriod && (simulation.Count > 0 || !spectralIsEmpty || alerts is { Alerts.Count: > 0 }))
        {
            lastSpectral = now;
            StartSpectral();
        }
    }

    private async Task Show()
    {
        var wasEmpty = saidEmpty;
        saidEmpty = simulation.Count == 0;
        if (saidEmpty != wasEmpty)
        {
            var period = saidEmpty && EmptyPeriod > FramePeriod ? EmptyPeriod : FramePeriod;
            timer?.Change(period, period);
        }

        frame++;
        await stream.OnNextAsync(simulation.Frame(graphId, frame, NowMs));
        if (simulation.Meter.ForecastCount != forecastCount)
        {
            forecastCount = simulation.Meter.ForecastCount;
            forecast = FieldWords.Forecast(simulation.Meter.Forecasts, options, NowMs);
            await stream.OnNextAsync(forecast);
        }
    }

    /// <summary>Nobody watches: stop turning, and leave after a while. A field costs nothing then.</summary>
    private void Rest(long now)
    {
        if (time.GetElapsedTime(unwatchedSince, now) >= options.UnwatchedFor)
        {
            timer?.Dispose();
            timer = null;
            DeactivateOnIdle();
        }

        // Time stands still meanwhile.
        simulation.BeginAt(NowMs - SettleMs);
        if (!resting)
        {
            Mark(turning: false);
        }
    }

    /// <summary>Applies what the graph stored since: at once where the field stands still, else each delta at the step that its timestamp belongs to, up to step <paramref name="until"/>.</summary>
    private async Task Follow(long? until = null)
    {
        if (timer is not null)
        {
            until ??= simulation.Steps;
        }

        while (true)
        {
            var page = await Graph.ReadAfter(simulation.Seq, PageSize);
            if (page.First > simulation.Seq + 1 && page.Head > simulation.Seq)
            {
                simulation.Load(await Graph.GetSnapshot());
                irregular = true;
                return;
            }

            foreach (var delta in page.Events)
            {
                if (until is { } last)
                {
                    // A graph whose clock runs ahead of this one's is not waited for.
                    if (simulation.StepAt(delta.Timestamp) is var due && due > last && delta.Timestamp <= NowMs + SettleMs)
                    {
                        return;
                    }

                    // Otherwise than its timestamp says: a replay could not know.
                    irregular |= due < simulation.Steps || due > last;
                    simulation.AdvanceTo(Math.Min(due, last));
                }

                simulation.Apply((GraphDelta)delta);
            }

            if (!page.More)
            {
                return;
            }
        }
    }

    private void StartSpectral()
    {
        if (spectralWork.IsCompleted)
        {
            spectralIsEmpty = simulation.Count == 0;
            spectralWork = ComputeSpectral(simulation.BeginSpectral());
        }
    }

    private async Task ComputeSpectral(SpectralInput input)
    {
        try
        {
            var timestamp = NowMs;
            var (state, observations) = await Task.Run(() => input.Compute(options, timestamp, lifetime.Token), lifetime.Token);
            spectral = state;
            await stream.OnNextAsync(state);

            // One spectral state follows the other, so the watch sees them in order. Said as long as there is something, and once when there is nothing more.
            var (before, now) = (alerts, FieldWords.Alerts(watch.Observe(observations), input, options, timestamp));
            alerts = now;
            if (now.Alerts.Count > 0 || before is { Alerts.Count: > 0 })
            {
                await stream.OnNextAsync(now);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogSpectrumFailed(logger, graphId, e);
        }
    }

    [LoggerMessage(ItoriEventIds.FieldBehind, LogLevel.Warning, "Field {Graph}: the graph does not answer; the field turns on with what it has.")]
    private static partial void LogFieldBehind(ILogger logger, string graph, Exception error);

    [LoggerMessage(ItoriEventIds.SpectrumFailed, LogLevel.Error, "Field {Graph}: no spectral state could be computed.")]
    private static partial void LogSpectrumFailed(ILogger logger, string graph, Exception error);
}
