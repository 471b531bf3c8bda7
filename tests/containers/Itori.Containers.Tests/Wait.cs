using System.Diagnostics;

namespace Itori.Containers.Tests;

/// <summary>Waiting for what another process will do: looks again until it has, and says what it saw last when it has not.</summary>
internal static class Wait
{
    public static async Task<T> UntilAsync<T>(string expected, TimeSpan limit, Func<CancellationToken, Task<T>> look, Func<T, bool> isIt)
    {
        var watch = Stopwatch.StartNew();
        var cancellation = TestContext.Current.CancellationToken;
        object? seen = null;
        while (watch.Elapsed < limit)
        {
            try
            {
                var value = await look(cancellation);
                if (isIt(value))
                {
                    return value;
                }

                seen = value;
            }
            catch (Exception failure) when (failure is HttpRequestException or TimeoutException or IOException || failure is OperationCanceledException && !cancellation.IsCancellationRequested)
            {
                seen = failure.Message;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellation);
        }

        throw new TimeoutException($"expected within {limit.TotalSeconds:0} s: {expected}; last seen: {seen}");
    }
}
