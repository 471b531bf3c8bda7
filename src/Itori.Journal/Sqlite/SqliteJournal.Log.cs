using Microsoft.Extensions.Logging;

namespace Itori.Journal;

public sealed partial class SqliteJournal
{
    [LoggerMessage(JournalEventIds.Opened, LogLevel.Information, "Journal opened in '{Path}', schema version {Version}, in {Milliseconds:F0} ms.")]
    private partial void LogOpened(string path, int version, double milliseconds);

    [LoggerMessage(JournalEventIds.Closed, LogLevel.Information, "Journal in '{Path}' closed.")]
    private partial void LogClosed(string path);
}
