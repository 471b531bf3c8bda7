using Itori.Contracts;
using Itori.Grains.Assistants.Models;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Itori.Grains.Assistants.Turns;

/// <summary>
/// Takes one turn: asks the model, shows the answer as it is made, tells the end. It always tells an end, whatever fails, unless the session itself ended the turn.
/// Knows no grain; runs on its caller's thread of control.
/// </summary>
internal sealed partial class TurnRunner(AssistantModel model, AssistantOptions options, TimeProvider time, ILogger logger)
{
    private readonly TimeSpan _betweenPieces = TimeSpan.FromSeconds(1.0 / options.DeltasPerSecond);

    /// <summary>Runs the turn to its end.</summary>
    /// <param name="turn">The turn's id.</param>
    /// <param name="prepare">Gathers what the model is asked; counts towards the time limits.</param>
    /// <param name="sink">Who is told.</param>
    /// <param name="stop">Stops the turn from outside.</param>
    public async Task RunAsync(string turn, Func<CancellationToken, Task<TurnPrompt>> prepare, ITurnSink sink, TurnStop stop)
    {
        var answer = new AnswerPieces(options.MaxAnswerCharacters);
        var show = new Showing(sink, answer, stop);
        TurnPrompt? prompt = null;
        string finish;
        string? error = null;

        using var whole = new CancellationTokenSource(options.RequestTimeout, time);
        using var first = new CancellationTokenSource(options.FirstTokenTimeout, time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, whole.Token, first.Token);
        try
        {
            await BeganAsync(turn, sink);
            prompt = await prepare(any.Token);
            finish = await AskAsync(turn, prompt, show, first, any.Token);
        }
        catch (OperationCanceledException) when (any.IsCancellationRequested)
        {
            finish = stop.Finish ?? TurnFinish.Error;
            if (stop.Finish is null)
            {
                error = whole.IsCancellationRequested
                    ? $"The model did not finish its answer within {Spoken(options.RequestTimeout)}."
                    : $"The model did not begin to answer within {Spoken(options.FirstTokenTimeout)}.";
                LogTimedOut(turn, model.Name, answer.Text.Length);
            }
        }
        catch (Exception exception) when (stop.Finish is not null)
        {
            // A connection that is cut because the turn was stopped fails in many ways.
            LogStoppedWithFault(exception, turn);
            finish = stop.Finish;
        }
        catch (Exception exception)
        {
            // This is a boundary: people wait for this turn, so a bug ends it with a sentence too, and the log has the rest.
            finish = TurnFinish.Error;
            error = ModelFailure.Explain(exception, model.Name);
            LogFailed(exception, turn, model.Name);
        }

        if (show.IsDismissed)
        {
            LogDismissed(turn);
            return;
        }

        if (finish != TurnFinish.Interrupted)
        {
            await ShowAsync(turn, show);
        }

        var text = answer.Text;
        var outcome = new TurnOutcome
        {
            Turn = turn,
            Text = text,
            Model = model.Name,
            Finish = finish,
            Concepts = prompt?.ConceptsOf(text) ?? Array.Empty<string>(),
            Error = error,
        };
        await EndedAsync(outcome, sink, stop);
    }

    private async Task BeganAsync(string turn, ITurnSink sink)
    {
        try
        {
            await sink.Began();
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException)
        {
            // "Thinking" is not durable: a session that is just moving to another silo still gets the answer.
            LogNotTold(exception, turn);
        }
    }

    private async Task<string> AskAsync(string turn, TurnPrompt prompt, Showing show, CancellationTokenSource first, CancellationToken stop)
    {
        ChatFinishReason? reason = null;
        var due = time.GetTimestamp();
        await using var updates = model.Client.GetStreamingResponseAsync(prompt.Messages, prompt.Options, stop).GetAsyncEnumerator(stop);
        while (true)
        {
            // One loop reads and shows: while a piece is on its way the model's stream is not read, so a slow session slows the model and nothing piles up.
            var next = updates.MoveNextAsync().AsTask();
            while (!next.IsCompleted && show.HasPiece)
            {
                var wait = time.GetElapsedTime(time.GetTimestamp(), due);
                if (wait > TimeSpan.Zero)
                {
                    using var cut = CancellationTokenSource.CreateLinkedTokenSource(stop);
                    await Task.WhenAny(next, Task.Delay(wait, time, cut.Token));
                    await cut.CancelAsync();
                    if (stop.IsCancellationRequested)
                    {
                        break;
                    }
                }
                else
                {
                    await ShowAsync(turn, show);
                    due = After(_betweenPieces);
                }
            }

            if (!await next)
            {
                break;
            }

            var update = updates.Current;
            reason = update.FinishReason ?? reason;
            var text = update.Text;
            if (text.Length == 0)
            {
                continue;
            }

            first.CancelAfter(Timeout.InfiniteTimeSpan);
            show.Answer.Add(text);
            if (show.Answer.IsFull)
            {
                return TurnFinish.Length;
            }

            if (show.HasPiece && time.GetElapsedTime(due) >= TimeSpan.Zero)
            {
                await ShowAsync(turn, show);
                due = After(_betweenPieces);
            }
        }

        return FinishOf(reason);
    }

    private long After(TimeSpan wait) => time.GetTimestamp() + (long)(wait.TotalSeconds * time.TimestampFrequency);

    private static string FinishOf(ChatFinishReason? reason)
    {
        if (reason == ChatFinishReason.Length)
        {
            return TurnFinish.Length;
        }

        if (reason == ChatFinishReason.ContentFilter)
        {
            throw new ModelException("The model's provider withheld the rest of the answer (content filter).");
        }

        // A stream that just stops has lost its end: what is there may be half a sentence, and must not pass for a whole answer.
        return reason is null ? throw new ModelException("The model's answer broke off before its end.") : TurnFinish.Stop;
    }

    private async Task ShowAsync(string turn, Showing show)
    {
        if (!show.HasPiece)
        {
            return;
        }

        try
        {
            if (await show.Sink.Progressed(show.Index, show.Answer.TakePiece()))
            {
                show.Index++;
            }
            else
            {
                show.IsDismissed = true;
                show.Stop.Cancel();
            }
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException)
        {
            // Whether the piece arrived is unknown: sent again it might be seen twice, left out it would be a hole. The whole answer comes at the end.
            LogNotTold(exception, turn);
            show.IsLost = true;
        }
    }

    private async Task EndedAsync(TurnOutcome outcome, ITurnSink sink, TurnStop stop)
    {
        var began = time.GetTimestamp();
        var wait = TimeSpan.FromMilliseconds(100);
        while (true)
        {
            try
            {
                await sink.Ended(outcome);
                LogEnded(outcome.Turn, outcome.Model, outcome.Finish, outcome.Text.Length);
                return;
            }
            catch (Exception exception) when (exception is OrleansException or TimeoutException)
            {
                var interrupted = stop.Finish == TurnFinish.Interrupted;
                if (time.GetElapsedTime(began) + wait > options.EndRetryTimeout || interrupted)
                {
                    // The session finds on its next activation that the turn is not running, and ends it itself.
                    LogEndLost(exception, outcome.Turn, outcome.Finish);
                    return;
                }

                LogNotTold(exception, outcome.Turn);
            }

            await Task.Delay(wait, time, CancellationToken.None);
            wait = wait < TimeSpan.FromSeconds(5) ? wait * 2 : wait;
        }
    }

    private static string Spoken(TimeSpan span) => span.TotalSeconds >= 1 ? $"{span.TotalSeconds:0.#} s" : $"{span.TotalMilliseconds:0} ms";

    /// <summary>How far the answer was shown.</summary>
    private sealed class Showing(ITurnSink sink, AnswerPieces answer, TurnStop stop)
    {
        public ITurnSink Sink => sink;

        public AnswerPieces Answer => answer;

        public TurnStop Stop => stop;

        public int Index { get; set; }

        /// <summary>The session ended the turn.</summary>
        public bool IsDismissed { get; set; }

        /// <summary>A piece may not have arrived: no more are shown.</summary>
        public bool IsLost { get; set; }

        public bool HasPiece => !IsDismissed && !IsLost && answer.HasPiece;
    }
}
