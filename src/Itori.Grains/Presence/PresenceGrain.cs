using Itori.Contracts;
using Orleans.Streams;

namespace Itori.Grains.Presence;

/// <summary>Who is at a topic. Not reentrant, holds nothing durable; see <see cref="PresenceRoster"/> for what it decides.</summary>
[GrainType("presence")]
internal sealed class PresenceGrain(IGrainContext context, TimeProvider time) : Grain, IPresenceGrain
{
    private static readonly TimeSpan ExpiryCheck = TimeSpan.FromSeconds(1);

    private readonly PresenceRoster roster = new();
    private IAsyncStream<TopicEvent> stream = null!;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!TopicName.TryParse(context.GrainId.Key.ToString(), out var topic))
        {
            throw new InvalidOperationException($"'{context.GrainId.Key}' is no topic's name.");
        }

        stream = this.GetStreamProvider(TopicStreams.Provider).GetStream<TopicEvent>(TopicStreams.Of(topic));
        this.RegisterGrainTimer(Expire, new GrainTimerCreationOptions(ExpiryCheck, ExpiryCheck));
        return Task.CompletedTask;
    }

    public async Task<PresenceChanged> Report(PresenceReport report)
    {
        roster.Report(report, NowMs);
        return await PublishChange() ?? roster.Current(NowMs);
    }

    public Task Relay(CursorMoved cursor) => stream.OnNextAsync(cursor);

    private async Task Expire(CancellationToken cancellationToken)
    {
        roster.Expire(NowMs);
        await PublishChange();
    }

    private async Task<PresenceChanged?> PublishChange()
    {
        var change = roster.TakeChange(NowMs);
        if (change is not null)
        {
            await stream.OnNextAsync(change);
        }

        return change;
    }
}
