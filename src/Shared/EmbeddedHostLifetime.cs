namespace Itori.Hosting;

/// <summary>
/// The lifetime of a host within another one: it hears no signals (the default one would, and stop at once on SIGTERM, while the outer host still drains) and says nothing; whoever
/// started it stops it.
/// </summary>
internal sealed class EmbeddedHostLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
