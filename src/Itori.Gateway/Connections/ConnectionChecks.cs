using Microsoft.Extensions.Options;

using Itori.Gateway.Hosting;

namespace Itori.Gateway.Connections;

/// <summary>Looks at every connection now and then: heartbeats, sends that hang, closing handshakes that do not end. One timer for all, since one each costs more than what it watches.</summary>
internal sealed partial class ConnectionChecks(ConnectionRegistry registry, AddressLimits addresses, IOptions<GatewayOptions> options, TimeProvider clock, ILogger<ConnectionChecks> logger) : BackgroundService
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var settings = options.Value;
        var least = new[] { settings.HeartbeatInterval, settings.HeartbeatTimeout, settings.SendTimeout }.Min() / 10;
        var period = least < Longest ? least : Longest;
        using var timer = new PeriodicTimer(period, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var now = clock.GetTimestamp();
                foreach (var connection in registry.Open)
                {
                    Check(connection, now, period);
                }

                addresses.Forget();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private void Check(ClientConnection connection, long now, TimeSpan period)
    {
        try
        {
            connection.Check(now, period);
        }
        catch (Exception e)
        {
            // A fault of this one must not end the watch over all others.
            LogFailed(e, connection.ConnectionId);
        }
    }

    [LoggerMessage(GatewayEventIds.ConnectionFailed, LogLevel.Error, "Connection {ConnectionId} could not be looked after")]
    private partial void LogFailed(Exception exception, string connectionId);
}
