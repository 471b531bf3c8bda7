using Itori.Contracts;
using Itori.Gateway.Connections;
using Itori.Gateway.Hosting;
using Itori.Gateway.Protocol;

namespace Itori.Gateway.Topics;

/// <summary>Keeps a field turning while it is watched, and knows its latest frame, spectral state, forecast and alerts.</summary>
internal sealed class FieldWatch(TopicHub hub, string gateway, TopicGrains grains, GatewayOptions options, TimeProvider clock) : IAsyncDisposable
{
    private readonly SlotKey frames = new(hub.Name, MessageTypes.PhaseFrame);
    private readonly SlotKey spectra = new(hub.Name, ConceptUpdates.SpectralState);
    private readonly SlotKey forecasts = new(hub.Name, ConceptUpdates.CoherenceForecast);
    private readonly SlotKey alerts = new(hub.Name, ConceptUpdates.ClusterAlert);
    private Task renewing = Task.CompletedTask;
    private PhaseFrame? frame;
    private volatile SharedMessage? frameMessage;
    private volatile SharedMessage? spectralMessage;
    private volatile SharedMessage? forecastMessage;
    private volatile SharedMessage? alertMessage;
    private int arrived;

    /// <summary>The latest frame.</summary>
    public PhaseFrame? Frame => Volatile.Read(ref frame);

    public async Task Start(CancellationToken cancellation)
    {
        Know(await Watch());
        renewing = Renew(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await renewing;
        try
        {
            await grains.GetGrain<IFieldGrain>(hub.Name.Id).Unwatch(gateway);
        }
        catch (Exception e) when (ErrorBoundary.IsOutage(e))
        {
            // The lease ends by itself.
        }
    }

    /// <summary>Shows a subscription the state as it is: what was last said of the field in its place among what is ordered, then the frame. Called under the hub's lock.</summary>
    public void Show(Subscription subscription)
    {
        foreach (var (slot, known) in (ReadOnlySpan<(SlotKey, SharedMessage?)>)[(spectra, spectralMessage), (forecasts, forecastMessage), (alerts, alertMessage)])
        {
            if (known is not null && subscription.Group?.Filter.Wants(slot.Type) is not false && !subscription.Subscriber.Outbox.TryPut(known.In(subscription.Subscriber.Codec)))
            {
                hub.Conflate(subscription, slot, known);
            }
        }

        if (frameMessage is { } whole && Frame is { } turned && (subscription.Group is { } group ? group.Part(turned, whole) : whole) is { } latest)
        {
            hub.Conflate(subscription, frames, latest);
        }
    }

    /// <summary>Takes what the field's stream brought.</summary>
    public void Take(TopicEvent happened)
    {
        Interlocked.Increment(ref arrived);
        var message = SharedMessage.Of(hub.Text, happened);
        switch (happened)
        {
            case PhaseFrame turned:
                Volatile.Write(ref frame, turned);
                frameMessage = message;
                hub.Conflate(frames, turned, message);
                break;
            case SpectralState:
                spectralMessage = message;
                hub.Conflate(spectra, message);
                break;
            case CoherenceForecast:
                forecastMessage = message;
                hub.Conflate(forecasts, message);
                break;
            case ClusterAlerts said:
                // That all is well again is news for those who heard otherwise, not for those who come later.
                alertMessage = said.Alerts.Count > 0 ? message : null;
                hub.Conflate(alerts, message);
                break;
        }
    }

    private Task<FieldState> Watch() => grains.GetGrain<IFieldGrain>(hub.Name.Id).Watch(gateway, options.FieldLease);

    private void Know(FieldState state)
    {
        Volatile.Write(ref frame, state.Frame);
        frameMessage = SharedMessage.Of(hub.Text, state.Frame);
        if (state.Spectral is { } known)
        {
            spectralMessage = SharedMessage.Of(hub.Text, known);
        }

        forecastMessage = state.Forecast is { } forecast ? SharedMessage.Of(hub.Text, forecast) : null;
        alertMessage = state.Alerts is { } said ? SharedMessage.Of(hub.Text, said) : null;
    }

    private async Task Renew(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var before = Frame?.Frame ?? 0;
                Interlocked.Exchange(ref arrived, 0);
                await Task.Delay(options.FieldLease / 3, clock, cancellation);
                var state = await hub.Patiently(Watch, cancellation);
                if (Volatile.Read(ref arrived) == 0 && state.Frame.Frame != before)
                {
                    // It turns, but its stream brings nothing: the subscription was lost with the store that held it.
                    await hub.Patiently(
                        async () =>
                        {
                            await hub.RenewStream();
                            return true;
                        },
                        cancellation);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The hub stops.
        }
    }
}
