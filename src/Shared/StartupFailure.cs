using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Itori.Hosting;

/// <summary>A start that fails for a reason that the person at the keyboard can mend ends with one line and exit code 1, not with a stack trace.</summary>
internal static class StartupFailure
{
    /// <summary>Runs the application; true for exceptions in <paramref name="known"/> besides wrong options and an address in use.</summary>
    public static async Task<int> OneLineAsync(Func<Task> run, Func<Exception, bool> known)
    {
        try
        {
            await run();
            return 0;
        }
        catch (OptionsValidationException e)
        {
            foreach (var line in Lines(e))
            {
                await Console.Error.WriteLineAsync($"itori: {line}");
            }

            return 1;
        }
        catch (InvalidOperationException e) when (e.Source == "Microsoft.Extensions.Configuration.Binder")
        {
            // A value that is not even of its type; the message names the key and the value.
            await Console.Error.WriteLineAsync($"itori: {e.Message}");
            return 1;
        }
        catch (Exception e) when (known(e) || e is SocketException || (e is IOException && e.GetBaseException() is SocketException or Microsoft.AspNetCore.Connections.AddressInUseException))
        {
            await Console.Error.WriteLineAsync($"itori: {e.Message}");
            return 1;
        }
    }

    /// <summary>
    /// Leaves it to <see cref="OneLineAsync"/> to say why a start failed: the host logs the same exception with its stack. From the moment the application has
    /// started, what the host logs is shown as ever.
    /// </summary>
    public static IHostApplicationBuilder LeaveStartFailuresToOneLine(this IHostApplicationBuilder builder)
    {
        var start = new Start();
        builder.Services.AddHostedService(_ => start);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => start.Succeeded && level >= LogLevel.Information);
        return builder;
    }

    /// <summary>
    /// One line for each wrong key. Two validators may find fault with the same value, and annotations know the property but not the section, which options keep in a
    /// constant of that name.
    /// </summary>
    private static IEnumerable<string> Lines(OptionsValidationException e)
    {
        var section = e.OptionsType.GetField("Section")?.GetRawConstantValue() as string;
        return e.Failures
            .Select(failure => section is null || failure.StartsWith(section, StringComparison.Ordinal) ? failure : $"{section}:{failure}")
            .DistinctBy(failure => failure.Split(' ', 2)[0].TrimEnd(':'));
    }

    private sealed class Start : IHostedLifecycleService
    {
        private volatile bool succeeded;

        public bool Succeeded => succeeded;

        public Task StartedAsync(CancellationToken cancellationToken)
        {
            succeeded = true;
            return Task.CompletedTask;
        }

        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
