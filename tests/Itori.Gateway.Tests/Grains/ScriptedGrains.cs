using System.Collections.Concurrent;

using Itori.Contracts;

namespace Itori.Gateway.Tests.Grains;

/// <summary>Lets a test make a topic's grain publish.</summary>
[Alias("itori.tests.ITopicDriver")]
internal interface ITopicDriver : IGrainWithStringKey
{
    /// <summary>Publishes what nobody stores.</summary>
    [Alias("Emit")]
    Task Emit(TopicEvent happened);

    /// <summary>Stores and publishes <paramref name="count"/> events, one after the other, and answers the last <c>seq</c>.</summary>
    [Alias("Append")]
    Task<long> Append(int count, int textLength);
}

/// <summary>Lets a test change a graph.</summary>
[Alias("itori.tests.IGraphDriver")]
internal interface IGraphDriver : IGrainWithStringKey
{
    /// <summary>Stores and publishes a change and answers its <c>seq</c>.</summary>
    [Alias("Change")]
    Task<long> Change(GraphDelta change);
}

internal abstract class ScriptedGrain : Grain
{
    protected abstract TopicName Topic { get; }

    protected TopicScript Script => TopicScript.Of(Topic);

    protected static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    public Task Emit(TopicEvent happened) => this.GetStreamProvider(TopicStreams.Provider).GetStream<TopicEvent>(TopicStreams.Of(Topic)).OnNextAsync(happened);

    public ValueTask<long> GetHead()
    {
        Check();
        return ValueTask.FromResult(Script.Seen);
    }

    public ValueTask<long> ConfirmHead()
    {
        Check();
        Script.MakesWay();
        return ValueTask.FromResult(Script.Head);
    }

    public ValueTask<EventPage> ReadAfter(long seq, int limit)
    {
        Check();
        return ValueTask.FromResult(Script.ReadAfter(seq, limit));
    }

    public ValueTask<EventPage> ReadBefore(long? before, int limit)
    {
        Check();
        return ValueTask.FromResult(Script.ReadBefore(before, limit));
    }

    protected async Task<T> Store<T>(Func<long, T> make)
        where T : DurableEvent
    {
        var happened = Script.Append(make);
        if (!Script.Loses(happened))
        {
            await Emit(happened);
        }

        return happened;
    }

    protected void Check()
    {
        if (Script.Fails() is { } failure)
        {
            throw failure;
        }
    }
}

internal sealed class ScriptedSession : ScriptedGrain, ISessionGrain, ITopicDriver
{
    public static readonly UserRef Speaker = new() { Id = "u1", Name = "Ada" };

    protected override TopicName Topic => TopicName.Session(this.GetPrimaryKeyString());

    public async Task<Result<Receipt>> PostMessage(PostMessage command)
    {
        Check();
        await Script.Held;
        if (Script.Refuses() is { } refusal)
        {
            return refusal;
        }

        if (Script.TryDone(command.CommandId, out var known))
        {
            return known!;
        }

        if (command.Text.Length > 100_000)
        {
            return Refusal.Of(ItoriError.TooLarge, "The text is too long.", "text");
        }

        var turn = command.Assistant ? "turn-" + Script.Head : null;
        var posted = await Store(seq => new MessagePosted
        {
            Timestamp = Now,
            Seq = seq,
            CommandId = command.CommandId,
            User = command.User,
            Text = command.Text,
            Graph = command.Graph,
            Turn = turn,
            MetadataJson = command.MetadataJson,
        });
        await GrainFactory.GetGrain<IConceptGraphGrain>(command.Graph).Absorb(new SessionText { Session = Topic.Id, Seq = posted.Seq, User = command.User, Text = command.Text });
        if (turn is not null)
        {
            await Emit(new ThinkingStarted { Timestamp = Now, Turn = turn });
            await Emit(new AnswerProgressed { Timestamp = Now, Turn = turn, Index = 0, Text = "You said: " });
            await Emit(new AnswerProgressed { Timestamp = Now, Turn = turn, Index = 1, Text = command.Text });
            await Store(seq => new AnswerGiven
            {
                Timestamp = Now,
                Seq = seq,
                Turn = turn,
                InReplyTo = posted.Seq,
                Text = "You said: " + command.Text,
                Concepts = ["c1"],
                Model = "echo",
                Finish = TurnFinish.Stop,
            });
            await Emit(new ThinkingEnded { Timestamp = Now, Turn = turn });
        }

        return Script.Done(command.CommandId, new Receipt { Topic = Topic, Seq = posted.Seq });
    }

    public async Task<Result<Receipt>[]> PostMessages(PostMessage[] commands)
    {
        Script.Together.Enqueue(commands.Length);
        if (Script.FailsTogether is { } failure)
        {
            throw failure;
        }

        var answers = new List<Result<Receipt>>();
        foreach (var command in commands)
        {
            answers.Add(await PostMessage(command));
        }

        return [.. answers];
    }

    public Task<Result<Receipt>> CancelTurn(CancelTurn command)
    {
        Check();
        return Task.FromResult<Result<Receipt>>(Refusal.Of(ItoriError.NoSuchTurn, "No turn is running."));
    }

    public async Task<Result<Receipt>> DeleteMessage(DeleteMessage command)
    {
        Check();
        var deleted = await Store(seq => new MessageDeleted
        {
            Timestamp = Now,
            Seq = seq,
            CommandId = command.CommandId,
            User = command.User,
            MessageSeq = command.MessageSeq,
            MessageTimestamp = Now,
            Graph = "g",
        });
        return Script.Done(command.CommandId, new Receipt { Topic = Topic, Seq = deleted.Seq });
    }

    public Task TurnBegan(string turn, string model) => Task.CompletedTask;

    public Task<bool> TurnProgressed(string turn, int index, string text) => Task.FromResult(false);

    public Task TurnEnded(TurnOutcome outcome) => Task.CompletedTask;

    public async Task<long> Append(int count, int textLength)
    {
        var last = 0L;
        for (var i = 0; i < count; i++)
        {
            last = (await Store(seq => new MessagePosted { Timestamp = Now, Seq = seq, User = Speaker, Graph = "main", Text = new string('x', textLength) + seq })).Seq;
        }

        return last;
    }
}

internal sealed class ScriptedGraph : ScriptedGrain, IConceptGraphGrain, ITopicDriver, IGraphDriver
{
    private long epoch = 1;

    protected override TopicName Topic => TopicName.Graph(this.GetPrimaryKeyString());

    public static ConceptState Concept(string label, int slot, long now) => new()
    {
        ConceptId = "c" + slot,
        Label = label,
        Key = label,
        Slot = slot,
        Weight = 0.5,
        Phase = 1.25,
        Mentions = 1,
        CreatedAt = now,
        LastSeen = now,
        Sources = [new ConceptSource { Session = "s", Seq = 1, Start = 0, Length = label.Length }],
    };

    public ValueTask<GraphSnapshot> GetSnapshot()
    {
        Check();
        var deltas = Script.Events().Cast<GraphDelta>().ToList();
        var concepts = new Dictionary<string, ConceptState>(StringComparer.Ordinal);
        var relations = new Dictionary<string, RelationState>(StringComparer.Ordinal);
        foreach (var delta in deltas)
        {
            foreach (var id in delta.Removed)
            {
                concepts.Remove(id);
            }

            foreach (var id in delta.RelationsRemoved)
            {
                relations.Remove(id);
            }

            foreach (var concept in delta.Added)
            {
                concepts[concept.ConceptId] = concept;
            }

            foreach (var change in delta.Changed.Where(change => concepts.ContainsKey(change.ConceptId)))
            {
                concepts[change.ConceptId] = concepts[change.ConceptId] with { Weight = change.Weight ?? concepts[change.ConceptId].Weight };
            }

            foreach (var relation in delta.RelationsAdded.Concat(delta.RelationsChanged))
            {
                relations[relation.RelationId] = relation;
            }
        }

        return ValueTask.FromResult(new GraphSnapshot
        {
            Graph = Topic.Id,
            Epoch = epoch,
            Seq = Script.Head,
            Concepts = [.. concepts.Values],
            Relations = [.. relations.Values],
        });
    }

    public async Task<Result<Receipt>> Apply(ApplyOperations command)
    {
        Check();
        await Script.Held;
        if (Script.TryDone(command.CommandId, out var known))
        {
            return known!;
        }

        for (var i = 0; i < command.Operations.Count; i++)
        {
            if (command.Operations[i] is RemoveConcept remove)
            {
                return Refusal.Of(ItoriError.NoSuchConcept, $"There is no concept {remove.ConceptId}.", $"ops[{i}].id");
            }
        }

        var labels = command.Operations.OfType<UpsertConcept>().Select(op => op.Label ?? "?");
        var delta = await Grow(labels, new GraphCause { Kind = "concept_op", User = command.User });
        return Script.Done(command.CommandId, new Receipt { Topic = Topic, Seq = delta.Seq });
    }

    public async Task<Result<Receipt>> Ingest(IngestDocument command)
    {
        Check();
        await Script.Held;
        await Grow(["first half"], new GraphCause { Kind = "ingest", User = command.User, Source = command.Source ?? "a text", Progress = 0.5 });
        var last = await Grow(["second half"], new GraphCause { Kind = "ingest", User = command.User, Source = command.Source ?? "a text", Progress = 1, Concepts = 2, Relations = 0 });
        return new Receipt { Topic = Topic, Seq = last.Seq, Concepts = 2, Relations = 0 };
    }

    public async Task<Result<Receipt>> Import(ImportGraph command)
    {
        Check();
        await Script.Held;
        if (Script.TryDone(command.CommandId, out var known))
        {
            return known!;
        }

        var delta = await Grow(command.Concepts.Select(concept => concept.Label), new GraphCause { Kind = "import", User = command.User, Source = command.Source });
        return Script.Done(command.CommandId, new Receipt { Topic = Topic, Seq = delta.Seq, Concepts = command.Concepts.Count, Relations = command.Relations.Count });
    }

    public async Task Absorb(params SessionText[] texts)
    {
        foreach (var text in texts)
        {
            await Grow([text.Text], new GraphCause { Kind = "message", User = text.User, Session = text.Session, MessageSeq = text.Seq });
        }
    }

    public Task Withdraw(SessionDeletion deletion) => Task.CompletedTask;

    public ValueTask<long> AbsorbedThrough(string session) => ValueTask.FromResult(0L);

    public async Task<long> Change(GraphDelta change) => (await Store(seq => change with { Timestamp = Now, Seq = seq })).Seq;

    public async Task<long> Append(int count, int textLength)
    {
        var last = 0L;
        for (var i = 0; i < count; i++)
        {
            last = (await Grow([new string('y', textLength)], new GraphCause { Kind = "concept_op", User = ScriptedSession.Speaker })).Seq;
        }

        return last;
    }

    private Task<GraphDelta> Grow(IEnumerable<string> labels, GraphCause cause) => Store(seq =>
    {
        var slot = Script.Events().Cast<GraphDelta>().Sum(delta => delta.Added.Count);
        List<ConceptState> added = [.. labels.Select((label, i) => Concept(label, slot + i, Now))];
        return new GraphDelta { Timestamp = Now, Seq = seq, Epoch = epoch, Added = added, Cause = cause };
    });
}

internal sealed class ScriptedField : Grain, IFieldGrain, ITopicDriver
{
    private static readonly ConcurrentDictionary<string, int> Watched = new(StringComparer.Ordinal);

    private readonly HashSet<string> watchers = new(StringComparer.Ordinal);
    private IGrainTimer? timer;
    private long frame;

    private TopicName Topic => TopicName.Field(this.GetPrimaryKeyString());

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>How many gateways watch a field.</summary>
    public static int WatchersOf(string graph) => Watched.GetValueOrDefault(graph);

    public Task<FieldState> Watch(string gateway, TimeSpan lease)
    {
        watchers.Add(gateway);
        Watched[Topic.Id] = watchers.Count;
        timer ??= this.RegisterGrainTimer(Turn, new GrainTimerCreationOptions(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(50)) { KeepAlive = true });
        return GetState();
    }

    public Task Unwatch(string gateway)
    {
        watchers.Remove(gateway);
        Watched[Topic.Id] = watchers.Count;
        if (watchers.Count == 0)
        {
            timer?.Dispose();
            timer = null;
        }

        return Task.CompletedTask;
    }

    public Task<CoherenceForecast> Forecast() => Task.FromResult(new CoherenceForecast
    {
        Timestamp = Now,
        StepSeconds = 5,
        Metrics = [new ForecastMetric { Name = "coherence", Current = 0.5, Forecast = [0.5], Lower = [0.25], Upper = [0.75], Lower80 = [0.4], Upper80 = [0.6], Trend = "steady" }],
        Status = FieldStatus.Warning,
        Message = "Coherence is 0.50.",
        TimeToWarning = 0,
    });

    public Task<FieldState> GetState() => Task.FromResult(new FieldState
    {
        Frame = Frame(),
        Spectral = new SpectralState
        {
            Timestamp = Now,
            Coherence = 0.5,
            OrderParameter = double.NaN,
            MeanPhase = 1,
            DriftDetected = false,
            DriftingConcepts = [],
            Eigenvalues = [0, 1.5],
            Connectivity = new FieldConnectivity { Algebraic = 1.5, ComponentCount = 1, Components = [new FieldComponent { Size = 2, Algebraic = 1.5, Concepts = ["c0", "c1"] }] },
        },
    });

    public Task Emit(TopicEvent happened) => this.GetStreamProvider(TopicStreams.Provider).GetStream<TopicEvent>(TopicStreams.Of(Topic)).OnNextAsync(happened);

    public Task<long> Append(int count, int textLength) => throw new NotSupportedException();

    private PhaseFrame Frame() => new()
    {
        Timestamp = Now,
        Graph = Topic.Id,
        Epoch = 1,
        Frame = frame,
        T = frame * 0.05,
        OrderParameter = 0.75,
        MeanPhase = 0.5,
        Phases = [0.5f, float.NaN, 2.5f],
    };

    private Task Turn(CancellationToken cancellation)
    {
        // A field whose id begins so is moved by its test.
        if (Topic.Id.StartsWith("still", StringComparison.Ordinal))
        {
            return Task.CompletedTask;
        }

        frame++;
        return Emit(Frame());
    }
}

internal sealed class ScriptedPresence : Grain, IPresenceGrain
{
    private static readonly ConcurrentDictionary<string, int> Reports = new(StringComparer.Ordinal);

    private readonly Dictionary<string, IReadOnlyList<PresentUser>> gateways = new(StringComparer.Ordinal);

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>How often a topic was reported.</summary>
    public static int ReportsOf(TopicName topic) => Reports.GetValueOrDefault(topic.ToString());

    public async Task<PresenceChanged> Report(PresenceReport report)
    {
        Reports.AddOrUpdate(this.GetPrimaryKeyString(), 1, (_, count) => count + 1);
        var before = All();
        if (report.Users.Count == 0)
        {
            gateways.Remove(report.Gateway);
        }
        else
        {
            gateways[report.Gateway] = report.Users;
        }

        var after = All();
        var changed = new PresenceChanged
        {
            Timestamp = Now,
            Users = after,
            Joined = [.. after.Select(user => user.UserId).Except(before.Select(user => user.UserId))],
            Left = [.. before.Select(user => user.UserId).Except(after.Select(user => user.UserId))],
        };
        if (changed.Joined.Count + changed.Left.Count > 0)
        {
            await Publish(changed);
        }

        return changed;
    }

    public Task Relay(CursorMoved cursor) => Publish(cursor);

    private List<PresentUser> All() => [.. gateways.Values.SelectMany(users => users).OrderBy(user => user.Since)];

    private Task Publish(TopicEvent happened)
    {
        _ = TopicName.TryParse(this.GetPrimaryKeyString(), out var topic);
        return this.GetStreamProvider(TopicStreams.Provider).GetStream<TopicEvent>(TopicStreams.Of(topic)).OnNextAsync(happened);
    }
}

internal sealed class ScriptedLease : Grain, IGatewayLeaseGrain
{
    private static readonly ConcurrentDictionary<string, int> Renewals = new(StringComparer.Ordinal);

    private bool renewed;

    /// <summary>How often a gateway renewed its lease; -1: it said goodbye.</summary>
    public static int RenewalsOf(string gateway) => Renewals.GetValueOrDefault(gateway);

    public Task<bool> Renew(TimeSpan lease)
    {
        Renewals.AddOrUpdate(this.GetPrimaryKeyString(), 1, (_, count) => count + 1);
        var before = renewed;
        renewed = true;
        return Task.FromResult(before);
    }

    public Task Release()
    {
        Renewals[this.GetPrimaryKeyString()] = -1;
        renewed = false;
        return Task.CompletedTask;
    }

    public Task<bool> IsHeld(TimeSpan lease) => Task.FromResult(renewed);
}

/// <summary>A past in which a graph had as many concepts as the time has milliseconds; before 10 nothing is kept.</summary>
internal sealed class ScriptedFieldReplay : Grain, IFieldReplayGrain
{
    public Task<Result<FieldMoment>> At(long timestamp)
    {
        if (timestamp < 10)
        {
            return Task.FromResult<Result<FieldMoment>>(Refusal.Of(ItoriError.HistoryGone, "Gone.", "at"));
        }

        var graph = this.GetPrimaryKeyString();
        var count = (int)Math.Min(timestamp, 20);
        return Task.FromResult<Result<FieldMoment>>(new FieldMoment
        {
            Timestamp = timestamp,
            Turning = true,
            Graph = new GraphSnapshot { Graph = graph, Epoch = 1, Seq = count, Concepts = [.. Enumerable.Range(0, count).Select(i => ScriptedGraph.Concept($"C{i}", i, timestamp))], Relations = Array.Empty<RelationState>() },
            Frame = new PhaseFrame { Timestamp = timestamp, Graph = graph, Epoch = 1, Frame = 0, T = 1.5, OrderParameter = 0.5, MeanPhase = 1, Phases = [.. Enumerable.Range(0, count).Select(i => i / 10f)] },
        });
    }
}
