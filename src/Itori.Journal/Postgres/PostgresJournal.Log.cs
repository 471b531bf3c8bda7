using Microsoft.Extensions.Logging;

namespace Itori.Journal;

public sealed partial class PostgresJournal
{
    [LoggerMessage(JournalEventIds.Opened, LogLevel.Information, "Journal opened in PostgreSQL, schema version {Version}, in {Milliseconds:F0} ms.")]
    private partial void LogOpened(int version, double milliseconds);

    [LoggerMessage(JournalEventIds.Closed, LogLevel.Information, "Journal in PostgreSQL closed.")]
    private partial void LogClosed();
}
