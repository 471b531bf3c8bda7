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
            foreach (var failure in e.Failures)
            {
                await Console.Error.WriteLineAsync($"itori: {failure}");
            }

            return 1;
        }
        catch (Exception e) when (known(e) || e is SocketException || (e is IOException && e.GetBaseException() is SocketException or Microsoft.AspNetCore.Connections.AddressInUseException))
        {
            await Console.Error.WriteLineAsync($"itori: {e.Message}");
            return 1;
        }
    }
}
