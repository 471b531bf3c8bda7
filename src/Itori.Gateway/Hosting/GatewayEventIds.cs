namespace Itori.Gateway.Hosting;

/// <summary>Ids of the gateway's log lines, 1000 to 1999. An id is never given a second meaning.</summary>
internal static class GatewayEventIds
{
    public const int ConnectionOpened = 1000;
    public const int ConnectionClosed = 1001;
    public const int MessageRefused = 1003;
    public const int CommandFailed = 1004;
    public const int SlowConsumerClosed = 1005;
    public const int SendFailed = 1006;
    public const int PeerLost = 1007;

    public const int HubStarted = 1100;
    public const int HubStopped = 1101;
    public const int HoleRepaired = 1102;
    public const int RepairFailed = 1103;
    public const int HistoryGone = 1104;
    public const int StreamRenewed = 1106;
    public const int TopicUpkeepFailed = 1107;
    public const int HeadCheckFailed = 1108;
    public const int LeaseNotRenewed = 1109;
    public const int RepairFaulted = 1110;
    public const int HeadCheckFaulted = 1111;

    public const int ClusterConnecting = 1200;
    public const int ClusterConnected = 1201;
    public const int ClusterLost = 1202;
    public const int ClusterRetry = 1203;
    // 1204 was: connecting failed for good. It is tried again now, whatever the reason.

    public const int DrainBegan = 1300;
    public const int DrainEnded = 1301;
    public const int WebClientMissing = 1302;
    public const int RequestFailed = 1303;
    public const int NoHandles = 1304;
    public const int ConnectionFailed = 1305;
}
