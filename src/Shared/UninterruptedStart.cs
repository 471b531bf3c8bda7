using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Options;

namespace Itori.Hosting;

/// <summary>
/// Lets a start come to its end before a signal stops the program. The host would cancel the start instead, and a silo cancelled half-way can neither go on nor leave its cluster: the program
/// aborted, and the other silos had to find out that one of them does not answer. A start takes a few seconds; one that hangs, because it waits for a database, is ended after
/// <see cref="Limit"/>.
/// </summary>
internal sealed class UninterruptedStart(IHostApplicationLifetime application) : IHostApplicationLifetime
{
    /// <summary>Many times what a start takes, and below what Kubernetes waits (30 s) before it kills.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>What a shell shows for a program that SIGTERM (15) ended.</summary>
    private const int Terminated = 128 + 15;

    private int asked;

    public CancellationToken ApplicationStarted => application.ApplicationStarted;

    public CancellationToken ApplicationStopping => application.ApplicationStopping;

    public CancellationToken ApplicationStopped => application.ApplicationStopped;

    /// <summary>Makes signals wait for the end of the start.</summary>
    public static void AddTo(IServiceCollection services) => services.AddSingleton<IHostLifetime>(provider => new ConsoleLifetime(
        provider.GetRequiredService<IOptions<ConsoleLifetimeOptions>>(),
        provider.GetRequiredService<IHostEnvironment>(),
        new UninterruptedStart(provider.GetRequiredService<IHostApplicationLifetime>()),
        provider.GetRequiredService<IOptions<HostOptions>>(),
        provider.GetRequiredService<ILoggerFactory>()));

    public void StopApplication()
    {
        if (ApplicationStarted.IsCancellationRequested)
        {
            application.StopApplication();
            return;
        }

        // Asked once more: whoever asks is in a hurry, and nothing was promised yet.
        if (Interlocked.Exchange(ref asked, 1) != 0)
        {
            Exit();
            return;
        }

        Console.Error.WriteLine("itori: told to end during the start; ends as soon as it is through (told once more: at once).");
        ApplicationStarted.Register(application.StopApplication);
        new Thread(ExitAtLimit) { IsBackground = true }.Start();
    }

    private void ExitAtLimit()
    {
        Thread.Sleep(Limit);
        if (!ApplicationStarted.IsCancellationRequested)
        {
            Exit();
        }
    }

    private static void Exit()
    {
        Console.Error.WriteLine("itori: ends in the middle of its start.");
        ProcessEnd.Now(Terminated);
    }
}
