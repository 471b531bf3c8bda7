using Microsoft.Extensions.Logging;

namespace Itori.Journal.Sqlite;

internal sealed partial class SqliteWriter
{
    [LoggerMessage(JournalEventIds.CommitFailed, LogLevel.Error, "Commits to '{Path}' fail, SQLite code {Code}; callers get a typed error until they succeed again.")]
    private partial void LogCommitFailed(string path, int code, Exception exception);

    [LoggerMessage(JournalEventIds.WriterFailed, LogLevel.Critical, "The journal's writer has failed; no write succeeds until the process is restarted.")]
    private partial void LogWriterFailed(Exception exception);
}
