namespace Itori.Gateway.Hosting;

internal sealed partial class ClusterConnection
{
    [LoggerMessage(GatewayEventIds.ClusterConnecting, LogLevel.Information, "Connecting to the cluster")]
    private partial void LogConnecting();

    [LoggerMessage(GatewayEventIds.ClusterConnected, LogLevel.Information, "Connected to the cluster")]
    private partial void LogConnected();

    [LoggerMessage(GatewayEventIds.ClusterLost, LogLevel.Warning, "No silo is connected; commands are refused until one is")]
    private partial void LogLost();

    [LoggerMessage(GatewayEventIds.ClusterRetry, LogLevel.Information, "No silo could be reached ({Reason}); trying again")]
    private partial void LogRetry(string reason);

    [LoggerMessage(GatewayEventIds.ClusterFailed, LogLevel.Error, "Connecting to the cluster failed for good; check the settings under Itori:Cluster")]
    private partial void LogFailed(Exception exception);
}
