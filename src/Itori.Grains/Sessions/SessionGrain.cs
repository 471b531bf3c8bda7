using Itori.Contracts;
using Itori.Grains.Assistants;
using Itori.Grains.Journaling;
using Itori.Journal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace Itori.Grains.Sessions;

/// <summary>
/// One conversation. Reentrant: every decision is made and applied in one synchronous stretch (see <see cref="JournalledTopicGrain.Commit"/>), and what runs
/// across awaits, telling the graphs and running turns, is one loop each, which reads the state anew after every await.
/// </summary>
[Reentrant]
[GrainType("session")]
internal sealed partial class SessionGrain : JournalledTopicGrain, ISessionGrain, IRemindable
{
    private const string WorkReminder = "work";
    private const int MaxRememberedCancels = 64;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly SessionOptions options;
    private readonly TextCourier courier;
    private readonly ILogger<SessionGrain> logger;
    private readonly SessionState state;
    private readonly TopicName topic;
    private Task telling = Task.CompletedTask;
    private Handover? underway;
    private string? begun;
    private bool beginning;
    private bool askedGraphs;
    private RunningTurn? running;
    private bool isReminded;
    private bool reminding;
    private readonly Dictionary<string, List<CancelTurn>> cancelling = new(StringComparer.Ordinal);

    public SessionGrain(
        IGrainContext context,
        IJournal journal,
        JournalGate gate,
        TextCourier courier,
        IOptions<JournallingOptions> journalling,
        IOptions<SessionOptions> options,
        TimeProvider time,
        ILogger<SessionGrain> logger)
        : base(journal, gate, journalling.Value, time, logger)
    {
        topic = TopicName.Session(context.GrainId.Key.ToString()!);
        this.options = options.Value;
        this.courier = courier;
        this.logger = logger;
        state = new SessionState(topic, Commands);
    }

    protected override TopicName Topic => topic;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);

        // What a lost process left undone: messages that a graph has not got, turns that nobody works at. Both loops find out by asking.
        this.RegisterGrainTimer(ContinueWork, new GrainTimerCreationOptions(TimeSpan.Zero, TimeSpan.FromSeconds(5)) { Interleave = true });
    }

    public Task<Result<Receipt>> PostMessage(PostMessage command)
    {
        HearOfArrival();
        return state.Post(command, NextSeq, Now, options) switch
        {
            { Refusal: { } refusal } => Task.FromResult<Result<Receipt>>(refusal),
            { Before: { } before } => AnswerAgain(before),
            { Event: var posted } => CommitAndAnswer(posted!, new Receipt { Topic = topic, Seq = posted!.Seq }),
        };
    }

    public async Task<Result<Receipt>[]> PostMessages(PostMessage[] commands)
    {
        HearOfArrival();
        var answers = new Result<Receipt>[commands.Length];
        for (var i = 0; i < answers.Length; i++)
        {
            answers[i] = state.Post(commands[i], NextSeq, Now, options) switch
            {
                { Refusal: { } refusal } => refusal,
                { Before: { } before } => before,
                { Event: var posted } => Raise(posted!, new Receipt { Topic = topic, Seq = posted!.Seq }),
            };
        }

        BeginWriting();
        await WhenAnswerable(answers);
        return answers;
    }

    public Task<Result<Receipt>> CancelTurn(CancelTurn command) => Guard(async () =>
    {
        if (await Before(command.CommandId, CommandPrint.Of(command)) is { } before)
        {
            return before;
        }

        var turn = command.Turn ?? state.CurrentTurn?.Turn;
        if (turn is null || !IsOpen(turn))
        {
            return Refusal.Of(ItoriError.NoSuchTurn, command.Turn is null ? "No turn is running." : "That turn is not running.", command.Turn);
        }

        RememberCancel(turn, command);

        var stopped = running?.Turn == turn ? running : null;
        if (stopped is not null)
        {
            await AskToStop(stopped);
        }

        // The assistant has said what it had; or it could not (it never began, or its silo is gone), and what was seen of the turn becomes its message.
        var answer = stopped is { Ended.Task.IsCompletedSuccessfully: true }
            ? await stopped.Ended.Task
            : await End(new TurnOutcome
            {
                Turn = turn,
                Text = stopped?.Text.ToString() ?? "",
                Model = stopped?.Model ?? "",
                Finish = TurnFinish.Cancelled,
                Concepts = [],
            });
        if (answer is null)
        {
            return Refusal.Of(ItoriError.NoSuchTurn, "That turn is not running.", turn);
        }

        await WhenStored(answer.Seq);
        return new Receipt { Topic = topic, Seq = answer.Seq };
    });

    public async Task TurnBegan(string turn, string model)
    {
        if (IsOpen(turn))
        {
            // Begun anew after its silo was lost, it says everything anew; who waits for its end waits on.
            running = new RunningTurn(turn, model, running?.Turn == turn ? running.Ended : new(TaskCreationOptions.RunContinuationsAsynchronously));
            await Publish(new ThinkingStarted { Timestamp = Now, Turn = turn });
        }
    }

    public async Task<bool> TurnProgressed(string turn, int index, string text)
    {
        if (!IsOpen(turn) || running?.Turn != turn)
        {
            return false;
        }

        running.Text.Append(text);
        await Publish(new AnswerProgressed { Timestamp = Now, Turn = turn, Index = index, Text = text });
        return true;
    }

    public Task TurnEnded(TurnOutcome outcome) => End(outcome);

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        isReminded = true;
        ContinueWork();
        if (!HasWork && await this.GetReminder(reminderName) is { } reminder)
        {
            isReminded = false;
            await this.UnregisterReminder(reminder);
        }
    }

    protected override void ApplyEvent(DurableEvent e) => state.Apply(e);

    protected override void OnStored() => ContinueWork();

    protected override void Restore(JournalSnapshot snapshot) => state.Restore(SessionSnapshotCodec.Decode(JournalStream, snapshot));

    protected override Func<JournalSnapshot> TakeSnapshot(long seq)
    {
        state.ForgetBefore(FirstKept);
        var body = state.ToSnapshot();
        return () => SessionSnapshotCodec.Encode(seq, body);
    }

    private Task<Result<Receipt>> AnswerAgain(Receipt before) => Guard(async () =>
    {
        await WhenStored(before.Seq);
        return before;
    });

    /// <summary>The turn's end carries the ids of those who asked for it, so that whoever asks again gets the same reply.</summary>
    private void RememberCancel(string turn, CancelTurn command)
    {
        if (command.CommandId is null)
        {
            return;
        }

        if (!cancelling.TryGetValue(turn, out var commands))
        {
            cancelling[turn] = commands = [];
        }

        if (commands.Count < MaxRememberedCancels && commands.All(known => known.CommandId != command.CommandId))
        {
            commands.Add(command);
        }
    }

    /// <summary>Null where the turn has ended before.</summary>
    private async Task<AnswerGiven?> End(TurnOutcome outcome)
    {
        if (state.End(outcome, cancelling.GetValueOrDefault(outcome.Turn) ?? [], NextSeq, Now) is not { } answer)
        {
            return null;
        }

        var stored = Commit(answer);
        cancelling.Remove(outcome.Turn);
        if (begun == outcome.Turn)
        {
            begun = null;
        }

        if (running?.Turn == outcome.Turn)
        {
            running.Ended.TrySetResult(answer);
            running = null;
        }

        await stored;
        await Publish(new ThinkingEnded { Timestamp = Now, Turn = outcome.Turn });
        ContinueWork();
        return answer;
    }

    /// <summary>Gives the assistant a moment to end the turn itself, for it knows which concepts the answer speaks of.</summary>
    private async Task AskToStop(RunningTurn turn)
    {
        try
        {
            await GrainFactory.Grain<IAssistantGrain>(topic.Id).Cancel(turn.Turn);
            await turn.Ended.Task.WaitAsync(TimeSpan.FromSeconds(1), Time);
        }
        catch (Exception e) when (e is TimeoutException or OrleansException)
        {
            LogTurnNotStopped(logger, topic.Id, turn.Turn, e);
        }
    }

    /// <summary>Whether something acknowledged has not had all its effects: a message is not in its graph, or not answered.</summary>
    private bool HasWork => state.NextUntold is not null || state.CurrentTurn is not null;

    private bool IsOpen(string turn) => state.OpenTurns.Any(open => open.Turn == turn);

    private Task ContinueWork(CancellationToken cancellationToken)
    {
        ContinueWork();
        return Task.CompletedTask;
    }

    /// <summary>What its graph has does not count among what waits.</summary>
    private void HearOfArrival()
    {
        if (underway is { Delivered.IsCompleted: true })
        {
            ContinueWork();
        }
    }

    private void ContinueWork()
    {
        if (telling.IsCompleted && state.NextUntold is not null && (underway is not { Delivered.IsCompleted: false } || state.UntoldCount > underway.Texts))
        {
            telling = TellGraphs();
        }

        if (HasWork && !isReminded && !reminding)
        {
            _ = Remind();
        }

        if (!beginning && state.CurrentTurn is not null)
        {
            _ = BeginTurn();
        }
    }

    /// <summary>
    /// Has the cluster wake this session where its silo is lost with work left and nobody asks for it any more. Kept while there is work at each of its ticks, so a lively session costs a write or two a
    /// minute; beside the acknowledgement, which need not wait: whoever opens the session, or watches it, wakes it as well.
    /// </summary>
    private async Task Remind()
    {
        reminding = true;
        try
        {
            await this.RegisterOrUpdateReminder(WorkReminder, options.WorkReminder, options.WorkReminder);
            isReminded = true;
        }
        catch (Exception e)
        {
            LogNotReminded(logger, topic.Id, e);
        }
        finally
        {
            reminding = false;
        }
    }

    /// <summary>
    /// Tells the messages to their graphs, in order, as many at a time as wait. The graph ignores what it has, so nothing is lost or counted twice whatever fails: on an error the loop ends and the
    /// timer begins it again. Where nothing else waits it ends as well, and whoever has something to tell next, or the timer, finds out how the last of it went: to be woken only for that costs a session as much as a
    /// message.
    /// </summary>
    private async Task TellGraphs()
    {
        if (underway is { } last)
        {
            await Arrival(last);
        }

        try
        {
            if (!askedGraphs)
            {
                foreach (var graph in state.UntoldGraphs())
                {
                    state.Told(graph, await GrainFactory.Grain<IConceptGraphGrain>(graph).AbsorbedThrough(topic.Id));
                }

                askedGraphs = true;
            }

            while (state.NextUntold is { } message)
            {
                await WhenStored(message.Seq);
                if (message is MessageDeleted deleted)
                {
                    await GrainFactory.Grain<IConceptGraphGrain>(deleted.Graph).Withdraw(DeletionOf(deleted));
                    state.Told(deleted.Graph, deleted.Seq);
                    continue;
                }

                var texts = state.NextUntoldTexts(StoredSeq, TextCourier.MaxTexts, TextCourier.MaxCharacters);
                var graph = ((MessagePosted)message).Graph;
                underway = new Handover(courier.Absorb(graph, texts), graph, texts[^1].Seq, texts.Length);
                if (state.UntoldCount == texts.Length)
                {
                    return;
                }

                if (!await Arrival(underway))
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogAbsorbFailed(logger, topic.Id, e);
        }
    }

    /// <returns>Whether the graph has the texts.</returns>
    private async ValueTask<bool> Arrival(Handover handover)
    {
        try
        {
            await handover.Delivered;
            state.Told(handover.Graph, handover.Through);
            return true;
        }
        catch (Exception e)
        {
            LogAbsorbFailed(logger, topic.Id, e);
            return false;
        }
        finally
        {
            underway = null;
        }
    }

    /// <summary>
    /// Has the assistant work at the oldest open turn. It may be at work at it already (this activation is new and the assistant survived), which it says; or it may just be
    /// telling the end of the turn before, which is a matter of milliseconds.
    /// </summary>
    private async Task BeginTurn()
    {
        var assistant = GrainFactory.Grain<IAssistantGrain>(topic.Id);
        beginning = true;
        try
        {
            var pause = FirstPause;
            while (state.CurrentTurn is { } due)
            {
                if (begun == due.Turn && await assistant.IsRunning(due.Turn!))
                {
                    return;
                }

                await WhenStored(due.Seq);
                if (!ReferenceEquals(state.CurrentTurn, due))
                {
                    continue; // It ended meanwhile.
                }

                if (await assistant.Begin(new TurnRequest
                {
                    Session = topic.Id,
                    Turn = due.Turn!,
                    Graph = due.Graph,
                    InReplyTo = due.Seq,
                    Text = due.Text,
                    User = due.User,
                }))
                {
                    begun = due.Turn;
                    if (ReferenceEquals(state.CurrentTurn, due))
                    {
                        return;
                    }

                    continue; // A person stopped it while it was being begun; the assistant finds out, and the next one is due.
                }

                await Task.Delay(pause, Time, Lifetime);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogTurnNotBegun(logger, topic.Id, e);
        }
        finally
        {
            beginning = false;
        }
    }

    /// <summary>Texts on their way to their graph: the oldest that it may not have.</summary>
    private sealed record Handover(Task Delivered, string Graph, long Through, int Texts);

    private sealed record RunningTurn(string Turn, string Model, TaskCompletionSource<AnswerGiven> Ended)
    {
        public System.Text.StringBuilder Text { get; } = new();
    }
}
