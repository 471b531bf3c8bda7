using Itori.Gateway.Hosting;

namespace Itori.Gateway.Topics;

internal sealed partial class TopicHub
{
    [LoggerMessage(GatewayEventIds.HubStarted, LogLevel.Debug, "Watching {Topic}")]
    private partial void LogStarted(string topic);

    [LoggerMessage(GatewayEventIds.HubStopped, LogLevel.Debug, "No longer watching {Topic}")]
    private partial void LogStopped(string topic);

    [LoggerMessage(GatewayEventIds.HoleRepaired, LogLevel.Debug, "{Topic}: read events {First} to {Last}, which the stream did not bring in time")]
    private partial void LogHoleRepaired(string topic, long first, long last);

    [LoggerMessage(GatewayEventIds.RepairFailed, LogLevel.Warning, "{Topic}: the cluster did not answer ({Reason}); trying again")]
    private partial void LogRepairFailed(string topic, string reason);

    [LoggerMessage(GatewayEventIds.HistoryGone, LogLevel.Warning, "{Topic}: events after {Seq} are not kept any more; subscribers begin at the present")]
    private partial void LogHistoryGone(string topic, long seq);

    [LoggerMessage(GatewayEventIds.StreamRenewed, LogLevel.Warning, "{Topic}: the stream has been silent while events were stored; subscribing anew")]
    private partial void LogStreamRenewed(string topic);

    [LoggerMessage(GatewayEventIds.TopicUpkeepFailed, LogLevel.Debug, "{Topic}: a lease or subscription could not be given back ({Reason}); it ends by itself")]
    private partial void LogUpkeepFailed(string topic, string reason);

    [LoggerMessage(GatewayEventIds.HeadCheckFailed, LogLevel.Debug, "{Topic}: its last event could not be checked ({Reason})")]
    private partial void LogHeadCheckFailed(string topic, string reason);

    [LoggerMessage(GatewayEventIds.RepairFaulted, LogLevel.Error, "{Topic}: reading it failed; trying again")]
    private partial void LogRepairFaulted(Exception exception, string topic);

    [LoggerMessage(GatewayEventIds.HeadCheckFaulted, LogLevel.Error, "{Topic}: checking its last event failed")]
    private partial void LogHeadCheckFaulted(Exception exception, string topic);
}
