using Itori.Contracts;
using Orleans.Streams;

namespace Itori.Grains.Presence;

/// <summary>
/// Who is at a topic. Not reentrant, holds nothing durable; see <see cref="PresenceRoster"/> for what it decides. An activation that begins cannot tell a new topic from one whose presence went
/// with a silo: it asks all gateways and tells nobody anything before they had time to answer, so that nobody seems to leave and come back.
/// </summary>
[GrainType("presence")]
internal sealed class PresenceGrain(IGrainContext context, GatewayWatch watch, TimeProvider time) : Grain, IPresenceGrain, IPresenceUpkeepGrain
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(250);

    private readonly PresenceRoster roster = new();
    private IAsyncStream<TopicEvent> stream = null!;
    private string topic = null!;
    private bool asked;
    private bool knows;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        topic = context.GrainId.Key.ToString()!;
        if (!TopicName.TryParse(topic, out var name))
        {
            throw new InvalidOperationException($"'{topic}' is no topic's name.");
        }

        stream = this.GetStreamProvider(TopicStreams.Provider).GetStream<TopicEvent>(TopicStreams.Of(name));
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        foreach (var gateway in roster.Gateways)
        {
            watch.Remove(gateway, topic);
        }

        return Task.CompletedTask;
    }

    public async Task<PresenceChanged> Report(PresenceReport report)
    {
        roster.Report(report.Gateway, report.Users);
        if (roster.Has(report.Gateway))
        {
            watch.Add(report.Gateway, report.Lease, topic);
        }
        else
        {
            watch.Remove(report.Gateway, topic);
        }

        if (!asked)
        {
            await stream.OnNextAsync(new PresenceAsked { Timestamp = NowMs });
            asked = true;
            this.RegisterGrainTimer(Answered, new GrainTimerCreationOptions(AnswerTime, Timeout.InfiniteTimeSpan));
        }

        return await Tell();
    }

    public async Task GatewayGone(string gateway)
    {
        roster.Report(gateway, []);
        watch.Remove(gateway, topic);
        await Tell();
    }

    public Task Relay(CursorMoved cursor) => stream.OnNextAsync(cursor);

    private Task Answered(CancellationToken cancellationToken)
    {
        knows = true;
        return Tell();
    }

    private async Task<PresenceChanged> Tell()
    {
        if (!knows || roster.Change(NowMs) is not { } change)
        {
            return roster.Current(NowMs);
        }

        // Told once it is published: where that fails, the next report tells it.
        await stream.OnNextAsync(change);
        roster.Told(change);
        return change;
    }
}
