using Itori.Gateway.Hosting;

namespace Itori.Gateway.Connections;

internal sealed partial class ClientConnection
{
    [LoggerMessage(GatewayEventIds.ConnectionOpened, LogLevel.Debug, "Connection {Connection} opened")]
    private partial void LogOpened(string connection);

    [LoggerMessage(GatewayEventIds.ConnectionClosed, LogLevel.Debug, "Connection {Connection} closed with {Code} ({Reason})")]
    private partial void LogClosed(string connection, int code, string reason);

    [LoggerMessage(GatewayEventIds.ConnectionFailed, LogLevel.Error, "The connection {ConnectionId} failed")]
    private partial void LogFailed(Exception exception, string connectionId);

    [LoggerMessage(GatewayEventIds.MessageRefused, LogLevel.Debug, "Connection {Connection}: refused a message, {Reason}")]
    private partial void LogRefused(string connection, string reason);

    [LoggerMessage(GatewayEventIds.CommandFailed, LogLevel.Error, "Connection {Connection}: a command failed")]
    private partial void LogCommandFailed(Exception exception, string connection);

    [LoggerMessage(GatewayEventIds.SlowConsumerClosed, LogLevel.Information, "Connection {Connection} is too slow; closing it with 1013, it may resume")]
    private partial void LogSlow(string connection);

    [LoggerMessage(GatewayEventIds.SendFailed, LogLevel.Debug, "Connection {Connection}: sending failed ({Reason})")]
    private partial void LogSendFailed(string connection, string reason);

    [LoggerMessage(GatewayEventIds.PeerLost, LogLevel.Debug, "Connection {Connection}: nothing was heard of the peer for too long; cutting it")]
    private partial void LogSilent(string connection);
}
