using Microsoft.Extensions.Options;

using Itori.Gateway.Connections;

namespace Itori.Gateway.Hosting;

/// <summary>
/// Shutdown, before the server stops to listen: from here on <c>/ws</c> and <c>/health/ready</c> answer 503, every connection is told to come back elsewhere, what is under way ends,
/// sockets close with 1001.
/// </summary>
internal sealed class GatewayDrain(ConnectionRegistry registry, IOptions<GatewayOptions> options, TimeProvider clock, ILogger<GatewayDrain> logger) : IHostedLifecycleService
{
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var settings = options.Value;
        var open = registry.BeginDrain();
        GatewayLog.DrainBegan(logger, open.Count);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = new CancellationTokenSource(settings.DrainTimeout, clock);
        using var link = timer.Token.Register(limit.Cancel);
        await Task.WhenAll(open.Select(connection => connection.Drain(settings.ReconnectSpread * Random.Shared.NextDouble(), limit.Token)));
        try
        {
            await registry.WhenEmpty().WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // What is left is cut.
            foreach (var connection in registry.Open)
            {
                connection.Cut();
            }
        }

        GatewayLog.DrainEnded(logger, registry.Count);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
