using Microsoft.Extensions.Logging;

namespace Itori.Journal.Postgres;

internal sealed partial class PostgresLane
{
    [LoggerMessage(JournalEventIds.CommitFailed, LogLevel.Error, "Commits to PostgreSQL fail ({State}); callers get a typed error until they succeed again.")]
    private partial void LogCommitFailed(string state, Exception exception);

    [LoggerMessage(JournalEventIds.WriterFailed, LogLevel.Critical, "The journal's writer has failed; its streams take no write until the process is restarted.")]
    private partial void LogWriterFailed(Exception exception);
}
