using Microsoft.Extensions.Logging;

namespace Itori.Journal;

public sealed partial class PostgresJournal
{
    [LoggerMessage(JournalEventIds.Opened, LogLevel.Information, "Journal opened in PostgreSQL, schema version {Version}, in {Milliseconds:F0} ms.")]
    private partial void LogOpened(int version, double milliseconds);

    [LoggerMessage(JournalEventIds.NotDurable, LogLevel.Warning,
        "The PostgreSQL server runs with {Settings}: a crash of its machine can lose or damage what was acknowledged (the journal turns synchronous_commit on for its own sessions only).")]
    private partial void LogNotDurable(string settings);

    [LoggerMessage(JournalEventIds.Closed, LogLevel.Information, "Journal in PostgreSQL closed.")]
    private partial void LogClosed();
}
