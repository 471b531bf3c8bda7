namespace Itori.Tests.Shared;

/// <summary>Waiting for what another process will do.</summary>
internal static class Condition
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks until the answer is yes; a limit that is far beyond what a slow machine needs turns a hang into a failure.</summary>
    public static async Task Holds(Func<Task<bool>> holds, TimeSpan limit, Func<string> otherwise)
    {
        var ct = TestContext.Current.CancellationToken;
        var end = TimeProvider.System.GetTimestamp() + (long)(limit.TotalSeconds * TimeProvider.System.TimestampFrequency);
        while (!await holds())
        {
            if (TimeProvider.System.GetTimestamp() > end)
            {
                throw new TimeoutException($"{otherwise()} (waited {limit.TotalSeconds:0} s)");
            }

            await Task.Delay(Poll, ct);
        }
    }

    public static Task Holds(Func<bool> holds, TimeSpan limit, Func<string> otherwise) => Holds(() => Task.FromResult(holds()), limit, otherwise);
}
