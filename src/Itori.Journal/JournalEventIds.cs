namespace Itori.Journal;

/// <summary>Log event ids of this assembly: 6000 to 6099. An id is never used again for something else.</summary>
internal static class JournalEventIds
{
    public const int Opened = 6000;
    public const int OpenRetried = 6001;
    public const int Closed = 6002;
    public const int NotDurable = 6003;
    public const int CommitFailed = 6010;
    public const int WriterFailed = 6011;
}
