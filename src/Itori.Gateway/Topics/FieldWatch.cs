using Itori.Contracts;
using Itori.Gateway.Connections;
using Itori.Gateway.Hosting;
using Itori.Gateway.Protocol;

namespace Itori.Gateway.Topics;

/// <summary>Keeps a field turning while it is watched, and knows its latest frame and spectral state.</summary>
internal sealed class FieldWatch(TopicHub hub, string gateway, TopicGrains grains, GatewayOptions options, TimeProvider clock) : IAsyncDisposable
{
    private readonly SlotKey frames = new(hub.Name, MessageTypes.PhaseFrame);
    private readonly SlotKey spectra = new(hub.Name, ConceptUpdates.SpectralState);
    private Task renewing = Task.CompletedTask;
    private PhaseFrame? frame;
    private volatile byte[]? frameMessage;
    private volatile byte[]? spectralMessage;
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

    /// <summary>Shows a subscription the state as it is: the spectral state in its place among what is ordered, then the frame. Called under the hub's lock.</summary>
    public void Show(Subscription subscription)
    {
        if (spectralMessage is { } spectral && !subscription.Subscriber.Outbox.TryPut(spectral))
        {
            hub.Conflate(subscription, spectra, spectral);
        }

        if (frameMessage is { } latest)
        {
            hub.Conflate(subscription, frames, latest);
        }
    }

    /// <summary>Takes what the field's stream brought.</summary>
    public void Take(TopicEvent happened)
    {
        Interlocked.Increment(ref arrived);
        var message = JsonCodec.Event(hub.Text, happened);
        if (happened is PhaseFrame turned)
        {
            Volatile.Write(ref frame, turned);
            frameMessage = message;
            hub.Conflate(frames, message);
        }
        else if (happened is SpectralState)
        {
            spectralMessage = message;
            hub.Conflate(spectra, message);
        }
    }

    private Task<FieldState> Watch() => grains.GetGrain<IFieldGrain>(hub.Name.Id).Watch(gateway, options.FieldLease);

    private void Know(FieldState state)
    {
        Volatile.Write(ref frame, state.Frame);
        frameMessage = JsonCodec.Event(hub.Text, state.Frame);
        if (state.Spectral is { } known)
        {
            spectralMessage = JsonCodec.Event(hub.Text, known);
        }
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
