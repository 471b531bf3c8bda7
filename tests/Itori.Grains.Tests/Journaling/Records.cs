using Itori.Contracts;
using Itori.Grains.ConceptGraphs;
using Itori.Grains.Journaling;
using Itori.Grains.Sessions;
using Itori.Grains.Tests.Support;

namespace Itori.Grains.Tests.Journaling;

/// <summary>One of everything that a journal holds, with every field set.</summary>
internal static class Records
{
    public static readonly MessagePosted Message = new()
    {
        Seq = 4,
        Timestamp = 1_764_000_000_000,
        CommandId = "c-1",
        CommandPrint = -3_482_011_935_117_560_441,
        User = People.Ben,
        Text = "What do “fireflies” & tides share? \U0001F30A",
        Turn = "t4",
        Graph = "main",
        MetadataJson = """{"mood":"curious"}""",
    };

    public static readonly MessageDeleted Deletion = new()
    {
        Seq = 6,
        Timestamp = 1_764_000_000_600,
        CommandId = "c-4",
        CommandPrint = 19,
        User = People.Ben,
        MessageSeq = 4,
        MessageTimestamp = 1_764_000_000_000,
        Graph = "main",
    };

    public static readonly AnswerGiven Answer = new()
    {
        Seq = 5,
        Timestamp = 1_764_000_000_500,
        CommandId = "c-2",
        CommandPrint = 17,
        FurtherCommandIds = ["c-2b"],
        Turn = "t4",
        InReplyTo = 4,
        Text = "Both keep time.",
        Concepts = ["firefly", "tide"],
        Model = "embedded",
        Finish = TurnFinish.Error,
        Error = "The model's answer broke off before its end.",
    };

    private static readonly ConceptState Concept = new()
    {
        ConceptId = "firefly",
        Label = "Fireflies",
        Key = "firefly",
        Aliases = ["lampyridae"],
        Slot = 2,
        Weight = 0.1535182751,
        Phase = 1.0471975511965976,
        X = -1.5,
        Y = 2e-7,
        Pinned = true,
        Cluster = 3,
        Mentions = 2,
        CreatedAt = 1_764_000_000_000,
        LastSeen = 1_764_000_000_400,
        Sources = [new ConceptSource { Session = "s1", Seq = 4, Start = 9, Length = 9 }, new ConceptSource { Source = "Tides, a primer", Start = 100_000, Length = 4 }],
        Evidence = 0.5,
    };

    private static readonly RelationState Relation = new()
    {
        RelationId = "firefly~co_occurs~tide",
        Source = "firefly",
        Target = "tide",
        Weight = 0.25,
        Kind = RelationKinds.CoOccurs,
        Evidence = 0.8630462173553427,
    };

    public static readonly GraphDelta Delta = new()
    {
        Seq = 9,
        Timestamp = 1_764_000_000_700,
        CommandId = "c-3",
        CommandPrint = 18,
        Epoch = 2,
        Added = [Concept with { Windows = 1.5, Merged = true, Arranged = true }],
        Changed =
        [
            new ConceptChange
            {
                ConceptId = "tide",
                Label = "Tides",
                Aliases = ["tidal wave"],
                Slot = 0,
                Weight = 0.5,
                X = 1,
                Y = 2,
                Pinned = false,
                Cluster = 1,
                Mentions = 7,
                LastSeen = 1_764_000_000_700,
                Sources = [],
                Evidence = 2.0794415416798357,
                Windows = 6.5,
                Merged = true,
                Arranged = true,
            },
            new ConceptChange { ConceptId = "moon", Slot = 1 },
        ],
        Removed = ["old"],
        RelationsAdded = [Relation],
        RelationsChanged = [Relation with { RelationId = "moon>causes>tide", Source = "moon", Kind = "causes", Weight = 1, Windows = 2.25, LastSeen = 1_764_000_000_700, Sources = [new ConceptSource { Session = "s1", Seq = 4, Start = 2, Length = 21 }] }],
        RelationsRemoved = ["old~related~tide"],
        Cause = new GraphCause { Kind = "ingest", User = People.Ada, Session = "s1", MessageSeq = 4, Source = "Tides, a primer", Progress = 0.5, Concepts = 12, Relations = 3 },
        Unlinked = [new ConceptPair { A = "moon", B = "tide" }],
        Support = new TextSupport
        {
            Windows = 3,
            Concepts = [new ConceptSupport { Key = "moon", Mentions = 2, Windows = 1, Evidence = 0.5 }],
            Relations = [new RelationSupport { Source = "moon", Target = "tide", Kind = "causes", Windows = 1, Evidence = 0.75 }],
        },
        Windows = 12.5,
    };

    public static readonly SessionSnapshotBody Session = new()
    {
        OpenTurns = [Message],
        Untold = [Message, Message with { Seq = 7, Timestamp = 1_764_000_000_900, CommandId = "0f8fad5b-d9cb-469f-a165-70867728950e", User = People.Ada, Text = "The moon does.", Turn = null, Graph = "other", MetadataJson = null }],
        UntoldDeletions = [Deletion],
        Deleted = [2, 4],
        Commands =
        [
            new CommandReply("c-1", 4, Print: 16, At: 1_764_000_000_000),
            new CommandReply("c-2", 5),
            new CommandReply("0f8fad5b-d9cb-469f-a165-70867728950e", 7, Concepts: 2, Relations: 1, Print: -3_482_011_935_117_560_441, At: 1_764_000_000_900),
            new CommandReply("0F8FAD5B-D9CB-469F-A165-70867728950E", 8, Print: 20, At: 1_764_000_001_000),
        ],
    };

    public static readonly GraphSnapshotBody Graph = new()
    {
        Seq = 9,
        Epoch = 2,
        NextSlot = 3,
        Concepts = [Concept with { Windows = 1.5, Merged = true, Arranged = true }],
        Relations = [Relation with { Windows = 2.25, LastSeen = 1_764_000_000_700, Sources = [new ConceptSource { Session = "s1", Seq = 4, Start = 2, Length = 21 }, new ConceptSource { Source = "Tides, a primer", Start = 7, Length = 30 }] }],
        Windows = 12.5,
        WindowsAt = 1_764_000_000_700,
        Unlinked = [new ConceptPair { A = "moon", B = "tide" }],
        Absorbed = new Dictionary<string, long> { ["s1"] = 4 },
        AbsorbedAt = new Dictionary<string, long> { ["s1"] = 1_764_000_000_300 },
        ForgottenThrough = 1_763_000_000_000,
        Commands = [new CommandReply("c-3", 9, 12, 3, 18, 1_764_000_000_700)],
    };
}
