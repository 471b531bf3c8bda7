namespace Itori.Hosting;

/// <summary>
/// The health command of the container images: <c>dotnet Itori.X.dll --health http://127.0.0.1:8080/health/ready</c> asks a running
/// process how it is and ends with 0 (healthy), 1 (unhealthy, unreachable or slower than the limit) or 2 (bad arguments). It is
/// in the applications because the runtime images have no HTTP client of their own.
/// </summary>
internal static class HealthProbe
{
    private const string Option = "--health";

    /// <summary>Below the time-out of the images' health checks, so that a hanging process is reported by us and in words.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    /// <summary>
    /// Runs the probe if <paramref name="args"/> ask for it: <c>if (await HealthProbe.RunAsync(args) is { } code) return code;</c>
    /// as the first line of an application.
    /// </summary>
    /// <returns>The exit status, or null when this is an ordinary start.</returns>
    public static async Task<int?> RunAsync(string[] args, CancellationToken cancellationToken = default)
    {
        if (args is not [Option, .. var rest])
        {
            return null;
        }

        if (rest is not [var text]
            || !Uri.TryCreate(text, UriKind.Absolute, out var address)
            || address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)
        {
            await Console.Error.WriteLineAsync($"usage: {Option} http://HOST:PORT/health/ready").ConfigureAwait(false);
            return 2;
        }

        // A proxy from the environment must not stand between a container and itself.
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = Limit };
        try
        {
            using var answer = await client.GetAsync(address, cancellationToken).ConfigureAwait(false);
            Console.WriteLine($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false)}");
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (HttpRequestException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message).ConfigureAwait(false);
            return 1;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"no answer within {Limit.TotalSeconds:0} s").ConfigureAwait(false);
            return 1;
        }
    }
}
