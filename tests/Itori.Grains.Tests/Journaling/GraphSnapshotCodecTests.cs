using System.Text;
using System.Text.Json;
using CsCheck;
using Itori.Contracts;
using Itori.Grains.ConceptGraphs;
using Itori.Grains.Journaling;
using Itori.Grains.Tests.Support;
using Itori.Journal;

namespace Itori.Grains.Tests.Journaling;

public sealed class GraphSnapshotCodecTests
{
    [Fact]
    public void A_graphs_snapshot_is_written_and_read_as_it_always_was()
    {
        var snapshot = GraphSnapshotCodec.Encode(9, Records.Graph);
        Assert.Equal((9, "graph", 2), (snapshot.Seq, snapshot.Type, snapshot.Version));
        Assert.Equal(File.ReadAllBytes(Golden("graph.v2.bin")), snapshot.Body.ToArray());
        Assert.Equal(Text(Records.Graph), Text(GraphSnapshotCodec.Decode("graph:g", snapshot)));
    }

    [Theory]
    [InlineData("graph.json")]
    [InlineData("first/graph.json")]
    public void One_of_version_1_is_read_and_says_the_same_in_version_2(string file)
    {
        var json = File.ReadAllText(Golden(file)).TrimEnd('\n');
        var old = GraphSnapshotCodec.Decode("graph:g", new JournalSnapshot(9, "graph", 1, Encoding.UTF8.GetBytes(json)));
        Assert.Equal(json, Text(old));
        Assert.Equal(json, Text(GraphSnapshotCodec.Decode("graph:g", GraphSnapshotCodec.Encode(9, old))));
    }

    [Fact]
    public void The_ids_of_its_commands_stay_letters_which_versions_before_can_read()
    {
        const string id = "0f8fad5b-d9cb-469f-a165-70867728950e";
        var body = GraphSnapshotCodec.Encode(9, Records.Graph with { Commands = [new CommandReply(id, 9)] }).Body;
        Assert.NotEqual(-1, body.Span.IndexOf(Encoding.UTF8.GetBytes(id)));
    }

    [Fact]
    public void Everything_that_a_graph_can_hold_is_read_as_it_was_written() => Bodies.Sample(body =>
        Assert.Equal(Text(body), Text(GraphSnapshotCodec.Decode("graph:g", GraphSnapshotCodec.Encode(body.Seq, body)))));

    [Fact]
    public void A_snapshot_that_ends_early_or_goes_on_is_refused_with_its_place()
    {
        var whole = GraphSnapshotCodec.Encode(9, Records.Graph);
        for (var length = 0; length < whole.Body.Length; length++)
        {
            Refused(whole.Body[..length].ToArray());
        }

        Refused([.. whole.Body.ToArray(), 0]);
    }

    [Fact]
    public void Every_random_byte_string_is_read_or_refused() => Gen.Byte.Array[0, 400].Sample(body =>
    {
        try
        {
            GraphSnapshotCodec.Decode("graph:g", new JournalSnapshot(9, "graph", 2, body));
        }
        catch (UnknownRecordException)
        {
        }
    });

    [Fact]
    public void Every_field_of_a_graph_is_in_the_example_and_in_what_is_read()
    {
        Example.SaysAll(Records.Graph, "graph");
        Example.SaysAll(GraphSnapshotCodec.Decode("graph:g", GraphSnapshotCodec.Encode(9, Records.Graph)), "graph as read");
    }

    [Theory]
    [InlineData("graph", 3)]
    [InlineData("graph", 0)]
    [InlineData("session", 2)]
    public void One_of_another_type_or_of_the_future_is_refused(string type, int version) =>
        Assert.Throws<UnknownRecordException>(() => GraphSnapshotCodec.Decode("graph:g", GraphSnapshotCodec.Encode(9, Records.Graph) with { Type = type, Version = version }));

    private static void Refused(byte[] body)
    {
        var error = Assert.Throws<UnknownRecordException>(() => GraphSnapshotCodec.Decode("graph:g", new JournalSnapshot(9, "graph", 2, body)));
        Assert.Contains("'graph:g' at 9", error.Message, StringComparison.Ordinal);
    }

    private static string Text(GraphSnapshotBody body) => JsonSerializer.Serialize(body, JournalJson.Default.GraphSnapshotBody);

    private static string Golden(string file) => Path.Combine(AppContext.BaseDirectory, "Golden", file);

    private static readonly Gen<string> Names = Gen.OneOf(Gen.Int[0, 2].Select(i => "abc"[i].ToString()), Gen.String[Gen.Char.AlphaNumeric, 0, 8], Gen.Const("Gezeiten \U0001F30A"));
    private static readonly Gen<double> Numbers = Gen.Double.Where(double.IsFinite);

    private static readonly Gen<ConceptSource> Sources = Gen.Select(Names.Null(), Gen.Long.Nullable(), Names.Null(), Gen.Int, Gen.Int, (session, seq, source, start, length) =>
        new ConceptSource { Session = session, Seq = seq, Source = source, Start = start, Length = length });

    private static readonly Gen<ConceptState> Concepts = Gen.Select(
        Gen.Select(Names, Names, Names, Names.Array[0, 3], Sources.Array[0, 3]),
        Gen.Select(Numbers, Numbers, Numbers.Nullable(), Numbers.Nullable(), Numbers),
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int, Gen.Long, Gen.Long, Gen.Long, Gen.Bool, Gen.Bool),
        (texts, numbers, counts) => new ConceptState
        {
            ConceptId = texts.Item1,
            Label = texts.Item2,
            Key = texts.Item3,
            Aliases = texts.Item4,
            Sources = texts.Item5,
            Weight = numbers.Item1,
            Phase = numbers.Item2,
            X = numbers.Item3,
            Y = numbers.Item4,
            Evidence = numbers.Item5,
            Slot = counts.Item1,
            Cluster = counts.Item2,
            Mentions = counts.Item3,
            CreatedAt = counts.Item4,
            LastSeen = counts.Item5,
            Pinned = counts.Item6,
            Arranged = counts.Item7,
        });

    private static readonly Gen<RelationState> RelationStates = Gen.Select(Names, Names, Gen.OneOf(Gen.Const(RelationKinds.CoOccurs), Names), Names, Numbers, Numbers, (source, target, kind, other, weight, evidence) =>
        (weight < 0 ? Relations.New(source, target, kind) : new RelationState { RelationId = other, Source = source, Target = target, Kind = kind, Weight = 0 }) with { Weight = weight, Evidence = evidence });

    private static readonly Gen<CommandReply> Commands = Gen.Select(
        Gen.String, Gen.Long[1, long.MaxValue], Gen.Int[0, int.MaxValue].Nullable(), Gen.Int[0, int.MaxValue].Nullable(), Gen.Long.Nullable(), Gen.Long.Nullable(),
        (id, seq, concepts, relations, print, at) => new CommandReply(id, seq, concepts, relations, print, at));

    private static readonly Gen<GraphSnapshotBody> Bodies = Gen.Select(
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.Long[0, long.MaxValue], Gen.Int[0, int.MaxValue]),
        Concepts.Array[0, 6],
        RelationStates.Array[0, 6],
        Gen.Select(Names, Names, (a, b) => new ConceptPair { A = a, B = b }).Array[0, 3],
        Gen.Select(Gen.Select(Names, Gen.Long[0, long.MaxValue], Gen.Long).Array[0, 3], Gen.Bool, Gen.Long.Nullable()),
        Commands.Array[0, 6],
        (place, concepts, relations, unlinked, absorbed, commands) => new GraphSnapshotBody
        {
            Seq = place.Item1,
            Epoch = place.Item2,
            NextSlot = place.Item3,
            Concepts = concepts,
            Relations = relations,
            Unlinked = unlinked,
            Absorbed = absorbed.Item1.DistinctBy(entry => entry.Item1).ToDictionary(entry => entry.Item1, entry => entry.Item2),
            AbsorbedAt = absorbed.Item2 ? absorbed.Item1.DistinctBy(entry => entry.Item1).ToDictionary(entry => entry.Item1, entry => entry.Item3) : null,
            ForgottenThrough = absorbed.Item3,
            Commands = commands,
        });
}
