using Microsoft.Extensions.Logging;

namespace Itori.Grains.Journaling;

internal abstract partial class JournalledTopicGrain
{
    [LoggerMessage(ItoriEventIds.ActivationFailed, LogLevel.Error, "Cannot open {Stream}: {Reason}")]
    private static partial void LogActivationFailed(ILogger logger, string stream, string reason, Exception error);

    [LoggerMessage(ItoriEventIds.WriteFailed, LogLevel.Error, "Cannot write to {Stream}: {Reason} Nothing of it was acknowledged; the activation is dropped.")]
    private static partial void LogWriteFailed(ILogger logger, string stream, string reason, Exception error);

    [LoggerMessage(ItoriEventIds.WriteConflict, LogLevel.Warning, "{Stream} was written by another activation after {Seq}; this one is dropped.")]
    private static partial void LogConflict(ILogger logger, string stream, long seq);

    [LoggerMessage(ItoriEventIds.UpkeepFailed, LogLevel.Warning, "Cannot write a snapshot of {Stream} or remove old events: {Reason} Its next activation replays more events.")]
    private static partial void LogUpkeepFailed(ILogger logger, string stream, string reason);

    [LoggerMessage(ItoriEventIds.Trimmed, LogLevel.Information, "{Stream}: events up to {Seq} are older than what is to be kept and were removed.")]
    private static partial void LogTrimmed(ILogger logger, string stream, long seq);

    [LoggerMessage(ItoriEventIds.PublishFailed, LogLevel.Warning, "An event of {Stream} was not published; gateways repair it from the journal.")]
    private static partial void LogPublishFailed(ILogger logger, string stream, Exception error);
}
