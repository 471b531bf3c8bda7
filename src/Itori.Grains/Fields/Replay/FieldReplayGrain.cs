using Itori.Contracts;
using Itori.Grains.Journaling;
using Itori.Journal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Itori.Grains.Fields.Replay;

/// <summary>Replays one field, one look after the other, off the grain's thread: turning a large field again for some minutes takes seconds.</summary>
[GrainType("field-replay"), CollectionAgeLimit(Minutes = 2)]
internal sealed partial class FieldReplayGrain(IGrainContext context, IJournal journal, IOptions<FieldOptions> options, TimeProvider time, ILogger<FieldReplayGrain> logger) : Grain, IFieldReplayGrain
{
    private readonly CancellationTokenSource lifetime = new();
    private readonly string graphId = context.GrainId.Key.ToString()!;

    public async Task<Result<FieldMoment>> At(long timestamp)
    {
        var replay = new FieldReplay(journal, graphId, options.Value);
        var at = Math.Min(timestamp, time.GetUtcNow().ToUnixTimeMilliseconds());
        try
        {
            return await Task.Run(() => replay.At(at, lifetime.Token), lifetime.Token);
        }
        catch (JournalException e) when (e.IsTransient)
        {
            throw new TopicUnavailableException($"The journal of field:{graphId} cannot be read now.");
        }
        catch (Exception e) when (e is UnknownRecordException or JournalException)
        {
            LogReplayFailed(logger, graphId, e.Message, e);
            throw new TopicDamagedException($"What is stored of field:{graphId} cannot be read; the silo's log says what and where.");
        }
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await lifetime.CancelAsync();
        lifetime.Dispose();
    }

    [LoggerMessage(ItoriEventIds.ReplayFailed, LogLevel.Error, "Field {Graph} cannot be replayed: {Why}")]
    private static partial void LogReplayFailed(ILogger logger, string graph, string why, Exception error);
}
