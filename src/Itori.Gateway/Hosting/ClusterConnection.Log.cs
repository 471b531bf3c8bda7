namespace Itori.Gateway.Hosting;

internal sealed partial class ClusterConnection
{
    [LoggerMessage(GatewayEventIds.ClusterConnecting, LogLevel.Information, "Connecting to the cluster")]
    private partial void LogConnecting();

    [LoggerMessage(GatewayEventIds.ClusterConnected, LogLevel.Information, "Connected to the cluster")]
    private partial void LogConnected();

    [LoggerMessage(GatewayEventIds.ClusterLost, LogLevel.Warning, "No silo is connected; commands are refused until one is")]
    private partial void LogLost();

    [LoggerMessage(GatewayEventIds.ClusterRetry, LogLevel.Warning, "No silo can be reached yet ({Reason}); trying again until one is")]
    private partial void LogRetry(string reason);
}
