namespace Itori.Journal;

/// <summary>Log event ids of this assembly: 5000 to 5099. An id is never used again for something else.</summary>
internal static class JournalEventIds
{
    public const int Opened = 5000;
    public const int OpenRetried = 5001;
    public const int Closed = 5002;
    public const int CommitFailed = 5010;
    public const int WriterFailed = 5011;
}
