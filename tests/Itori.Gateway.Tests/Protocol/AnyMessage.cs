using CsCheck;

using Itori.Contracts;
using Itori.Gateway.Protocol;

namespace Itori.Gateway.Tests.Protocol;

/// <summary>Messages of every kind that the server sends, out of any values.</summary>
internal static class AnyMessage
{
    private static readonly Gen<string> Text = Gen.String.Where(text => !text.Any(char.IsSurrogate));

    private static readonly Gen<string?> MaybeText = Gen.OneOf(Gen.Const((string?)null), Text.Select(text => (string?)text));

    private static readonly Gen<double> Number = Gen.OneOf(Gen.Double, Gen.Double[-10, 10], Gen.Const(double.NaN), Gen.Const(double.NegativeInfinity), Gen.Int[-3, 3].Select(whole => (double)whole));

    private static readonly Gen<double?> MaybeNumber = Gen.OneOf(Gen.Const((double?)null), Number.Select(number => (double?)number));

    private static readonly Gen<long> Whole = Gen.OneOf(Gen.Long[0, 300], Gen.Long[0, long.MaxValue], Gen.Const(65_536L));

    private static readonly Gen<long?> MaybeWhole = Gen.OneOf(Gen.Const((long?)null), Whole.Select(whole => (long?)whole));

    private static readonly Gen<float> Angle = Gen.OneOf(Gen.Float[0, (float)Math.Tau], Gen.Const(float.NaN), Gen.Const(0f));

    private static readonly Gen<UserRef> User = Gen.Select(Text, Text, Gen.Bool, (id, name, anonymous) => new UserRef { Id = id, Name = name, Anonymous = anonymous });

    private static readonly Gen<string?> MaybeJson = Gen.OneOf<string?>((string?)null, "{}", """{"a":[1,-2.5,1e300,null,true,{"b":"é\n"}],"":"","ü":12345678901234567890}""", """[[[]],"x"]""", "7", "\"s\"");

    private static readonly Gen<ConceptSource> Source = Gen.Select(MaybeText, MaybeWhole, Gen.Int[0, 90_000], Gen.Int[0, 99], (session, seq, start, length) => new ConceptSource { Session = session, Seq = seq, Source = session is null ? "x" : null, Start = start, Length = length });

    private static readonly Gen<ConceptState> Concept = Gen.Select(Text, Gen.Int[0, 70_000], Number, Gen.Double[0, Math.Tau], MaybeNumber, Gen.Bool, Whole, Source.List[0, 4], (id, slot, weight, phase, x, pinned, when, sources) => new ConceptState
    {
        ConceptId = id,
        Label = id,
        Key = id,
        Slot = slot,
        Weight = weight,
        Phase = phase,
        X = x,
        Y = x,
        Pinned = pinned,
        Arranged = !pinned,
        Mentions = when,
        CreatedAt = when,
        LastSeen = when,
        Sources = sources,
    });

    private static readonly Gen<ConceptChange> Change = Gen.Select(Text, MaybeText, MaybeNumber, MaybeWhole, Gen.Bool, Source.List[0, 2], (id, label, weight, seen, pinned, sources) => new ConceptChange
    {
        ConceptId = id,
        Label = label,
        Weight = weight,
        X = weight,
        LastSeen = seen,
        Pinned = label is null ? null : pinned,
        Arranged = label is null ? pinned : null,
        Sources = label is null ? sources : null,
    });

    private static readonly Gen<RelationState> Relation = Gen.Select(Text, Text, Number, Gen.OneOf<string>(RelationKinds.CoOccurs, "causes"), Source.List[0, 2], (source, target, weight, kind, sources) => new RelationState
    {
        RelationId = source + ">" + target,
        Source = source,
        Target = target,
        Weight = weight,
        Kind = kind,
        Sources = sources,
    });

    private static readonly Gen<PhaseFrame> Frame = Gen.Select(Whole, Number, Angle.Array[0, 40], (frame, number, phases) => new PhaseFrame { Timestamp = 5, Graph = "g", Epoch = 2, Frame = frame, T = number, OrderParameter = number, MeanPhase = number, Phases = phases });

    private static readonly Gen<GraphSnapshot> Graph = Gen.Select(Concept.List[0, 20], Relation.List[0, 20], (concepts, relations) => new GraphSnapshot { Graph = "g", Epoch = 2, Seq = 3, Concepts = concepts, Relations = relations });

    private static readonly Gen<DurableEvent> Durable = Gen.OneOf(
        Gen.Select(Whole, Text, User, MaybeText, MaybeJson, Gen.Bool, (seq, text, user, turn, json, deleted) => (DurableEvent)new MessagePosted { Timestamp = seq, Seq = seq, User = user, Text = text, Turn = turn, Graph = text, MetadataJson = json, Deleted = deleted }),
        Gen.Select(Whole, User, (seq, user) => (DurableEvent)new MessageDeleted { Timestamp = 5, Seq = seq, User = user, MessageSeq = 1, MessageTimestamp = 4, Graph = "g" }),
        Gen.Select(Whole, Text, Text.List[0, 20], MaybeText, (seq, text, concepts, error) => (DurableEvent)new AnswerGiven { Timestamp = 5, Seq = seq, Turn = text, InReplyTo = seq, Text = text, Concepts = concepts, Model = text, Finish = TurnFinish.Stop, Error = error }),
        Gen.Select(Concept.List[0, 3], Change.List[0, 20], Text.List[0, 20], Relation.List[0, 3], User, MaybeNumber, MaybeWhole, (added, changed, removed, relations, user, progress, cause) => (DurableEvent)new GraphDelta
        {
            Timestamp = 5,
            Seq = 6,
            Epoch = 7,
            Added = added,
            Changed = changed,
            Removed = removed,
            RelationsAdded = relations,
            RelationsChanged = relations,
            RelationsRemoved = removed,
            Cause = new GraphCause { Kind = "message", User = user, Session = cause is null ? null : "s", MessageSeq = cause, Progress = progress },
        }));

    private static readonly Gen<TopicEvent> Derived = Gen.OneOf(
        Frame.Select(frame => (TopicEvent)frame),
        Gen.Select(Number, Text.List[0, 20], Number.List[0, 20], (number, ids, numbers) => (TopicEvent)new SpectralState
        {
            Timestamp = 5,
            Coherence = number,
            OrderParameter = number,
            MeanPhase = number,
            DriftDetected = ids.Count > 0,
            DriftingConcepts = ids,
            Eigenvalues = numbers,
            Connectivity = new FieldConnectivity { Algebraic = number, ComponentCount = ids.Count, Components = [.. numbers.Select(value => new FieldComponent { Size = 2, Algebraic = value, Concepts = ids })] },
            UniversalOrder = number,
            LockingMargin = number,
            Clusters = [.. numbers.Select(value => new FieldCluster { ClusterId = 1, Size = 2, Coherence = value, Variance = value, LockingMargin = value, Conductance = value, InnerGap = value })],
        }),
        Gen.Select(Gen.Double[0, 1].List[0, 20], MaybeWhole, Text, (shares, steps, text) => (TopicEvent)new CoherenceForecast
        {
            Timestamp = 5,
            StepSeconds = 2.5,
            Metrics = [.. Enumerable.Range(0, shares.Count).Select(i => new ForecastMetric { Name = "m" + i, Current = 0.5, Forecast = shares, Lower = shares, Upper = shares, Lower80 = shares, Upper80 = shares, Trend = "falling" })],
            Status = FieldStatus.Warning,
            Message = text,
            TimeToWarning = (int?)(steps % 100),
        }),
        Gen.Select(Number, Text, Text.List[0, 3], (number, text, ids) => (TopicEvent)new ClusterAlerts { Timestamp = 5, Alerts = [new ClusterAlert { ClusterId = 3, EtaSeconds = number, StabilityNow = number, StabilityForecast = 0, Concepts = ids, RootCause = text }] }),
        Gen.Select(Text, Gen.Int[0, 9], (text, index) => (TopicEvent)new AnswerProgressed { Timestamp = 5, Turn = text, Index = index, Text = text }),
        Text.Select(text => (TopicEvent)new ThinkingStarted { Timestamp = 5, Turn = text }),
        Text.Select(text => (TopicEvent)new ThinkingEnded { Timestamp = 5, Turn = text }),
        Gen.Select(Text, MaybeText, (text, details) => (TopicEvent)new TopicTrouble { Timestamp = 5, Reason = "extraction_failed", Message = text, Details = details }),
        Gen.Select(Text.List[0, 20], Text.List[0, 2], (names, left) => (TopicEvent)new PresenceChanged { Timestamp = 5, Users = [.. names.Select(name => new PresentUser { UserId = name, Name = name, Since = 4 })], Joined = names, Left = left, Count = left.Count > 0 ? names.Count + left.Count : null }),
        Gen.Select(User, MaybeText, MaybeNumber, MaybeJson, (user, concept, x, json) => (TopicEvent)new CursorMoved { Timestamp = 5, User = user, ConnectionId = "c", Concept = concept, X = x, Y = x, SelectionJson = json }));

    /// <summary>A message, by what it is encoded with.</summary>
    public static Gen<Func<Codec, byte[]>> Any { get; } = Gen.OneOf(
        Gen.OneOf(Durable.Select(happened => (TopicEvent)happened), Derived).Select(happened => (Func<Codec, byte[]>)(codec => codec.Event("graph:g", happened))),
        Gen.Select(Graph, Frame, Whole, Gen.Bool, (graph, frame, seq, recovered) => (Func<Codec, byte[]>)(codec => codec.Subscribed("graph:g", seq, recovered, filtered: !recovered, recovered ? null : graph, frame, 5, null))),
        Gen.Select(Frame, Gen.Int[0, 60].Array[0, 20], (frame, slots) => (Func<Codec, byte[]>)(codec => codec.Part("field:g", frame, slots))),
        Gen.Select(Durable, Whole, (happened, told) => (Func<Codec, byte[]>)(codec => codec.Event("graph:g", happened, told))),
        Gen.Select(Graph, Frame, (graph, frame) => (Func<Codec, byte[]>)(codec => codec.SnapshotUpdate(graph, frame, 5))),
        Gen.Select(Graph, Frame, Gen.Bool, (graph, frame, turning) => (Func<Codec, byte[]>)(codec => codec.Moment("field:g", new FieldMoment { Timestamp = 4, Graph = graph, Frame = frame, Turning = turning }, 5, null))),
        Durable.List[0, 20].Select(events => (Func<Codec, byte[]>)(codec => codec.History("graph:g", new EventPage { Events = events, Head = 1, First = 1, More = false }, keepOldest: false, 4000, 5, null))),
        Gen.Select(Whole, MaybeWhole, (seq, count) => (Func<Codec, byte[]>)(codec => codec.Ack(new Receipt { Topic = TopicName.Graph("g"), Seq = seq, Concepts = (int?)(count % 9), Relations = null }, 5, null))),
        Gen.Select(Text, MaybeText, (text, details) => (Func<Codec, byte[]>)(codec => codec.Error(Refusal.Of(ItoriError.Overloaded, text, details) with { RetryAfterMs = 1000 }, 5, null))),
        Gen.Select(User, Text, (user, text) => (Func<Codec, byte[]>)(codec => codec.Welcome(new WelcomeFacts { ConnectionId = text, SessionId = "s", GraphId = "g", User = user, Heartbeat = TimeSpan.FromSeconds(15), MaxMessageBytes = 2097152, ServerVersion = "0.1.0" }, 5))));
}
