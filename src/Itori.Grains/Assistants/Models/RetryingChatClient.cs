using System.ClientModel;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace Itori.Grains.Assistants.Models;

/// <summary>
/// Asks again where the endpoint says that later may be better (408, 429, 5xx) or cannot be reached, after the time that it names or a growing one, within a limit, and
/// never once a piece of the answer was passed on: what a person has seen is not said again in other words.
/// </summary>
internal sealed partial class RetryingChatClient(IChatClient inner, string model, TimeSpan limit, TimeProvider time, ILogger logger) : DelegatingChatClient(inner)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(8);

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var asked = messages as IReadOnlyCollection<ChatMessage> ?? messages.ToArray();
        var began = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            var updates = base.GetStreamingResponseAsync(asked, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
            var wait = TimeSpan.Zero;
            try
            {
                bool any;
                try
                {
                    any = await updates.MoveNextAsync();
                }
                catch (ClientResultException refused) when (IsTemporary(refused.Status))
                {
                    wait = WaitAfter(refused, attempt);
                    if (time.GetElapsedTime(began) + wait >= limit)
                    {
                        throw new ModelException(GaveUp(refused.Status, attempt), refused);
                    }

                    LogRetried(model, refused.Status, attempt, wait);
                    any = false;
                }

                if (wait == TimeSpan.Zero)
                {
                    while (any)
                    {
                        yield return updates.Current;
                        any = await updates.MoveNextAsync();
                    }

                    yield break;
                }
            }
            finally
            {
                await updates.DisposeAsync();
            }

            await Task.Delay(wait, time, cancellationToken);
        }
    }

    private static bool IsTemporary(int status) => status is 0 or 408 or 429 or >= 500;

    private string GaveUp(int status, int attempts)
    {
        var what = status == 0 ? "cannot be reached" : ModelFailure.ExplainStatus(status);
        return string.Create(CultureInfo.InvariantCulture, $"The model {model} {what}; asked {attempts} {(attempts == 1 ? "time" : "times")}, it may be better to ask again later.");
    }

    private TimeSpan WaitAfter(ClientResultException refused, int attempt)
    {
        if (refused.GetRawResponse() is { } response && response.Headers.TryGetValue("Retry-After", out var header) && header is not null)
        {
            // RFC 9110, section 10.2.3: seconds or a date.
            if (double.TryParse(header, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and < 1e6)
            {
                return Least(TimeSpan.FromSeconds(seconds));
            }

            if (DateTimeOffset.TryParse(header, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
            {
                return Least(date - time.GetUtcNow());
            }
        }

        var growing = FirstWait * Math.Pow(2, Math.Min(attempt, 10) - 1);
        return growing < LongestWait ? growing : LongestWait;

        // "Now" must not become a busy loop.
        static TimeSpan Least(TimeSpan wait) => wait > TimeSpan.FromMilliseconds(100) ? wait : TimeSpan.FromMilliseconds(100);
    }

    [LoggerMessage(AssistantEventIds.ModelRetried, LogLevel.Information, "{Model} answered HTTP {Status} to attempt {Attempt}; asked again in {Wait}.")]
    private partial void LogRetried(string model, int status, int attempt, TimeSpan wait);
}
