namespace Itori.Grains;

/// <summary>Log event ids of the grains: 2000 sessions and journalling, 2100 presence, 3000 concept graphs, 4000 fields, 5000 assistants. An id is never used again for something else.</summary>
internal static class ItoriEventIds
{
    public const int ActivationFailed = 2001;
    public const int WriteFailed = 2002;
    public const int WriteConflict = 2003;
    public const int UpkeepFailed = 2004;
    public const int PublishFailed = 2005;
    public const int Trimmed = 2006;
    public const int JournalAway = 2007;
    public const int JournalBack = 2008;
    public const int AbsorbFailed = 2010;
    public const int TurnNotBegun = 2011;
    public const int TurnNotStopped = 2012;
    public const int NotReminded = 2013;
    public const int GatewayGone = 2101;
    public const int GatewayNotChecked = 2102;
    public const int ClustersFailed = 3001;
    public const int ExtractionFailed = 3002;
    public const int NotArranged = 3003;
    public const int SpectrumFailed = 4001;
    public const int FieldBehind = 4002;
    public const int ReplayFailed = 4003;
    public const int MarkFailed = 4004;
}
