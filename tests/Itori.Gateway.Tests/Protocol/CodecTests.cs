using System.Text;

using CsCheck;

using Itori.Contracts;
using Itori.Gateway.Protocol;

namespace Itori.Gateway.Tests.Protocol;

/// <summary>What is on the wire, byte for byte: a change here is a change for every client.</summary>
public sealed class CodecTests
{
    private static readonly UserRef Ada = new() { Id = "u1", Name = "Ada" };

    private static readonly ConceptState Concept = new()
    {
        ConceptId = "c1",
        Label = "phase",
        Key = "phase",
        Slot = 1,
        Weight = 0.5,
        Phase = 1.25,
        X = 1,
        Y = -2.5,
        Pinned = true,
        Mentions = 3,
        CreatedAt = 1,
        LastSeen = 2,
        Sources = [new ConceptSource { Session = "s1", Seq = 7, Start = 0, Length = 5 }, new ConceptSource { Source = "paper", Start = 1, Length = 2 }],
    };

    private static readonly RelationState Relation = new() { RelationId = "r1", Source = "c1", Target = "c2", Weight = 0.5, Kind = RelationKinds.CoOccurs };

    private static readonly PhaseFrame Frame = new() { Timestamp = 5, Graph = "g", Epoch = 2, Frame = 9, T = 0.9, OrderParameter = double.NaN, MeanPhase = 0, Phases = [float.NaN, 2.123456f] };

    private static readonly GraphSnapshot Graph = new() { Graph = "g", Epoch = 2, Seq = 3, Concepts = [Concept], Relations = [Relation] };

    private static readonly Dictionary<string, Func<Codec, byte[]>> Messages = new(StringComparer.Ordinal)
    {
        ["welcome"] = codec => codec.Welcome(new WelcomeFacts { ConnectionId = "c", SessionId = "s", GraphId = "g", User = Ada, Heartbeat = TimeSpan.FromSeconds(15), MaxMessageBytes = 2097152, ServerVersion = "0.1.0" }, 5, Id("\"x\"")),
        ["ping_response"] = codec => codec.PingResponse("1.50"u8.ToArray(), 4, 5, Id("12")),
        ["auth_success"] = codec => codec.AuthSuccess(Ada, 5, null),
        ["auth_failure"] = codec => codec.AuthFailure(ItoriError.NotImplemented, "No tokens.", 5, null),
        ["ack"] = codec => codec.Ack(new Receipt { Topic = TopicName.Graph("g"), Seq = 3, Concepts = 2, Relations = 0 }, 5, Id("\"a\\\"b\"")),
        ["error"] = codec => codec.Error(Refusal.Of(ItoriError.Overloaded, "Wait.", "ops[1]") with { RetryAfterMs = 1000 }, 5, null),
        ["user_msg"] = codec => codec.Event("session:s", new MessagePosted { Timestamp = 5, Seq = 1, User = Ada, Text = "ἁρμονία <b> \"x\" \u0001 🦦", Turn = "t", Graph = "g", MetadataJson = "{\"a\":[1]}" }),
        ["user_msg.deleted"] = codec => codec.Event("session:s", new MessagePosted { Timestamp = 5, Seq = 1, User = Ada, Text = "", Graph = "g", Deleted = true }),
        ["msg_deleted"] = codec => codec.Event("session:s", new MessageDeleted { Timestamp = 5, Seq = 2, User = Ada, MessageSeq = 1, MessageTimestamp = 4, Graph = "g" }),
        ["error.topic"] = codec => codec.Event("graph:g", new TopicTrouble { Timestamp = 5, Reason = "extraction_failed", Message = "The model took too long.", Details = "session:s 1" }),
        ["concept_update.arrangement"] = codec => codec.Event("graph:g", new GraphDelta
        {
            Timestamp = 5,
            Seq = 6,
            Epoch = 2,
            Added = [Concept with { Pinned = false, Arranged = true, Sources = [] }],
            Changed = [new ConceptChange { ConceptId = "c2", X = 1.25, Y = -3, Arranged = true }, new ConceptChange { ConceptId = "c3", X = 0, Y = 1, Arranged = false }],
            Cause = new GraphCause { Kind = GraphCause.Arrangement, User = Ada },
        }),
        ["concept_update.deletion"] = codec => codec.Event("graph:g", new GraphDelta
        {
            Timestamp = 5,
            Seq = 5,
            Epoch = 2,
            RelationsAdded = [Relation with { Kind = "causes", Sources = [new ConceptSource { Session = "s1", Seq = 7, Start = 0, Length = 21 }] }],
            Cause = new GraphCause { Kind = "deletion", User = Ada, Session = "s", MessageSeq = 2 },
        }),
        ["assistant_msg"] = codec => codec.Event("session:s", new AnswerGiven { Timestamp = 5, Seq = 2, Turn = "t", InReplyTo = 1, Text = "yes", Concepts = ["c1"], Model = "m", Finish = TurnFinish.Error, Error = "cut" }),
        ["assistant_delta"] = codec => codec.Event("session:s", new AnswerProgressed { Timestamp = 5, Turn = "t", Index = 0, Text = "y" }),
        ["thinking_start"] = codec => codec.Event("session:s", new ThinkingStarted { Timestamp = 5, Turn = "t" }),
        ["thinking_end"] = codec => codec.Event("session:s", new ThinkingEnded { Timestamp = 5, Turn = "t" }),
        ["subscribed"] = codec => codec.Subscribed("graph:g", 3, recovered: false, filtered: false, Graph, Frame, 5, Id("1")),
        ["subscribed.filtered"] = codec => codec.Subscribed("session:s", 3, recovered: true, filtered: true, snapshot: null, phases: null, 5, Id("1")),
        ["progress"] = codec => codec.Progress("graph:g", 7, 5),
        ["phase_frame.part"] = codec => codec.Part("field:g", Frame, [1, 300]),
        ["concept_update.part"] = codec => codec.Event("graph:g", new GraphDelta { Timestamp = 5, Seq = 9, Epoch = 2, Removed = ["c3"], Cause = new GraphCause { Kind = "concept_op", User = Ada } }, 4),
        ["unsubscribed"] = codec => codec.Unsubscribed("graph:g", 5, null),
        ["history"] = codec => codec.History("session:s", new EventPage { Events = [new MessagePosted { Timestamp = 5, Seq = 1, User = Ada, Text = "hi", Graph = "g" }], Head = 1, First = 1, More = false }, keepOldest: false, 1000, 5, null),
        ["history.field"] = codec => codec.Moment("field:g", new FieldMoment { Timestamp = 4, Graph = Graph, Frame = Frame, Turning = true }, 5, Id("1")),
        ["presence"] = codec => codec.Event("graph:g", new PresenceChanged { Timestamp = 5, Users = [new PresentUser { UserId = "u1", Name = "Ada", Since = 4 }], Joined = ["u1"], Left = ["u2"] }),
        ["presence.crowd"] = codec => codec.Event("graph:g", new PresenceChanged { Timestamp = 5, Users = [new PresentUser { UserId = "u1", Name = "Ada", Since = 4 }], Count = 300 }),
        ["cursor"] = codec => codec.Event("graph:g", new CursorMoved { Timestamp = 5, User = Ada, ConnectionId = "c", Concept = "c1", X = 1.5, SelectionJson = "[\"c1\"]" }),
        ["reconnect"] = codec => codec.Reconnect("shutdown", TimeSpan.FromMilliseconds(1234.5), 5),
        ["phase_frame"] = codec => codec.Event("field:g", Frame),
        ["concept_update.snapshot"] = codec => codec.SnapshotUpdate(Graph, Frame with { Epoch = 1 }, 5),
        ["concept_update.delta"] = codec => codec.Event("graph:g", new GraphDelta
        {
            Timestamp = 5,
            Seq = 4,
            Epoch = 2,
            Added = [Concept],
            Changed = [new ConceptChange { ConceptId = "c2", Label = "b", Slot = 1, Weight = 0.25, X = 0, Y = 0, Pinned = false, Cluster = 2, Mentions = 4, LastSeen = 6, Sources = [] }],
            Removed = ["c3"],
            RelationsAdded = [Relation],
            RelationsRemoved = ["r2"],
            Cause = new GraphCause { Kind = "ingest", User = Ada, Session = "s", MessageSeq = 1, Source = "paper", Progress = 0.5 },
        }),
        ["concept_update.spectral_state"] = codec => codec.Event("field:g", new SpectralState
        {
            Timestamp = 5,
            Coherence = 0.5,
            OrderParameter = 1,
            MeanPhase = 0,
            DriftDetected = true,
            DriftingConcepts = ["c1"],
            Eigenvalues = [0, double.PositiveInfinity],
            Connectivity = new FieldConnectivity { Algebraic = 0, ComponentCount = 1, Components = [new FieldComponent { Size = 2, Algebraic = 1.5, Concepts = ["c1", "c2"] }] },
            UniversalOrder = -0.25,
            LockingMargin = double.NegativeInfinity,
            Clusters = [new FieldCluster { ClusterId = 3, Size = 2, Coherence = 1, Variance = 0.5, LockingMargin = 0.75, Conductance = 0.1, InnerGap = 2 }],
        }),
        ["concept_update.coherence_forecast"] = codec => codec.Event("field:g", new CoherenceForecast
        {
            Timestamp = 5,
            StepSeconds = 2.5,
            Metrics = [new ForecastMetric { Name = "coherence", Current = 0.5, Forecast = [0.4], Lower = [0.1], Upper = [1], Lower80 = [0.2], Upper80 = [0.123456789], Trend = "falling" }],
            Status = FieldStatus.Warning,
            Message = "Soon.",
            TimeToWarning = 1,
        }),
        ["concept_update.cluster_alert"] = codec => codec.Event("field:g", new ClusterAlerts
        {
            Timestamp = 5,
            Alerts = [new ClusterAlert { ClusterId = 3, EtaSeconds = 7.5, StabilityNow = 0.5, StabilityForecast = 0.25, Concepts = ["c1"], RootCause = "strain" }],
        }),
        ["concept_update.forecast_refresh_ack"] = codec => codec.ForecastRefreshAck("field:g", 5, Id("\"x\"")),
    };

    public static TheoryData<string> Names => [.. Messages.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_message_is_as_its_golden_file_says(string name)
    {
        var json = Encoding.UTF8.GetString(Messages[name](Codec.Json));
        Schemas.CheckServer(json);
        var golden = Path.Combine(AppContext.BaseDirectory, "Golden", name + ".json");
        Assert.True(File.Exists(golden), $"Golden/{name}.json is missing; it should be: {json}");
        Assert.Equal((await File.ReadAllTextAsync(golden, TestContext.Current.CancellationToken)).TrimEnd(), json);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_packed_message_is_as_its_golden_file_says(string name)
    {
        var packed = Messages[name](Codec.MessagePack);
        var golden = Path.Combine(AppContext.BaseDirectory, "Golden", name + ".msgpack");
        Assert.True(File.Exists(golden), $"Golden/{name}.msgpack is missing; it should be (base 64): {Convert.ToBase64String(packed)}");
        Assert.Equal(Convert.ToHexString(await File.ReadAllBytesAsync(golden, TestContext.Current.CancellationToken)), Convert.ToHexString(packed));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Both_formats_say_the_same(string name) => Packed.AssertSame(Messages[name](Codec.Json), Messages[name](Codec.MessagePack));

    [Fact]
    public void Any_text_comes_back_as_it_was() =>
        Gen.String.Where(text => !text.Any(char.IsSurrogate)).Sample(text =>
        {
            using var message = System.Text.Json.JsonDocument.Parse(Codec.Json.Event("session:s", new AnswerProgressed { Timestamp = 0, Turn = "t", Index = 0, Text = text }));
            return message.RootElement.GetProperty("payload").GetProperty("text").GetString() == text;
        });

    private static MessageId Id(string json)
    {
        Assert.Null(ClientMessage.TryRead(Encoding.UTF8.GetBytes($$"""{"type":"ping","id":{{json}}}"""), out _, out var id));
        return id!;
    }
}
