namespace Itori.Gateway.Hosting;

/// <summary>Log lines of the host's parts.</summary>
internal static partial class GatewayLog
{
    [LoggerMessage(GatewayEventIds.DrainBegan, LogLevel.Information, "Shutting down: {Connections} connections are sent elsewhere")]
    public static partial void DrainBegan(ILogger logger, int connections);

    [LoggerMessage(GatewayEventIds.DrainEnded, LogLevel.Information, "Shutting down: {Connections} connections are left to be cut")]
    public static partial void DrainEnded(ILogger logger, int connections);

    [LoggerMessage(GatewayEventIds.WebClientMissing, LogLevel.Warning, "The web client was not built; the server runs and its page says so. Build it in src/Itori.Web with: npm ci && npm run build")]
    public static partial void WebClientMissing(ILogger logger);

    [LoggerMessage(GatewayEventIds.RequestFailed, LogLevel.Error, "The request {Path} failed")]
    public static partial void RequestFailed(ILogger logger, Exception exception, string path);
}
