using System.Text;
using System.Text.Json;

using Itori.Contracts;
using Itori.Gateway.Protocol;

using MessagePack;

namespace Itori.Gateway.Benchmarks;

/// <summary>What a message costs in each format: made for the wire, and read from a client.</summary>
internal static class Formats
{
    public static void Print()
    {
        var random = new Random(1);
        Console.WriteLine();
        Console.WriteLine("| made once | bytes: JSON | MessagePack | ratio | JSON compressed | µs: serialised by System.Text.Json | JSON | MessagePack | ratio to JSON | JSON, compressed |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|");
        Made("frame of 500 concepts", "field:main", Frame(random, 500), 2_000);
        Made("frame of 10,000 concepts", "field:main", Frame(random, 10_000), 200);
        Made("delta of 5 concepts, 10 relations", "graph:main", Delta(random), 5_000);
        Made("message of 200 characters", "session:s", Message(), 20_000);

        Console.WriteLine();
        Console.WriteLine("| read from a client | bytes: JSON | MessagePack | µs: JSON envelope | MessagePack and envelope | detour |");
        Console.WriteLine("|---|---|---|---|---|---|");
        Read("ping", """{"type":"ping","id":"3f6c","timestamp":1764000000000}""", 50_000);
        Read("message of 200 characters", $$"""{"type":"user_msg","id":"3f6c1a6e-8a4e-4c7b-9b1e-2f0d6c1b7a55","payload":{"text":"{{new string('x', 200)}}","metadata":{"colour":"red"} } }""", 20_000);
        var operations = string.Join(',', Enumerable.Range(0, 1000).Select(i => $$"""{"op":"move","id":"concept-{{i}}","x":{{i * 1.37}},"y":{{i * -0.21}}}"""));
        Read("1,000 operations", $$"""{"type":"concept_op","id":"o1","ops":[{{operations}}]}""", 100);
    }

    private static void Made(string name, string topic, TopicEvent happened, int repeats)
    {
        var (json, packed) = (Codec.Json.Event(topic, happened).Length, Codec.MessagePack.Event(topic, happened).Length);
        var cost = Stopwatches.Measure(
            repeats,
            () => JsonSerializer.SerializeToUtf8Bytes(happened, happened.GetType()),
            () => Codec.Json.Event(topic, happened),
            () => Codec.MessagePack.Event(topic, happened),
            () => Codec.DeflatedJson.Event(topic, happened));
        Console.WriteLine(
            $"| {name} | {json:n0} | {packed:n0} | {(double)packed / json:n2} | {Codec.DeflatedJson.Event(topic, happened).Length:n0} | {cost[0].Microseconds:n2} | {cost[1].Microseconds:n2} | {cost[2].Microseconds:n2} | {cost[2].Microseconds / cost[1].Microseconds:n2} | {cost[3].Microseconds:n2} |");
    }

    private static void Read(string name, string message, int repeats)
    {
        var json = Encoding.UTF8.GetBytes(message);
        var packed = MessagePackSerializer.ConvertFromJson(message);
        var cost = Stopwatches.Measure(repeats, () => Check(ClientMessage.TryRead(json, out _, out _)), () => Check(PackedMessage.TryRead(packed, out var read) ?? ClientMessage.TryRead(read, out _, out _)));
        Console.WriteLine($"| {name} | {json.Length:n0} | {packed.Length:n0} | {cost[0].Microseconds:n2} | {cost[1].Microseconds:n2} | {cost[1].Microseconds - cost[0].Microseconds:n2} |");
    }

    private static void Check(Refusal? refusal)
    {
        if (refusal is not null)
        {
            throw new InvalidOperationException(refusal.Message);
        }
    }

    private static PhaseFrame Frame(Random random, int concepts) => new()
    {
        Timestamp = 1764000000000,
        Graph = "main",
        Epoch = 1,
        Frame = 118,
        T = 11.8,
        OrderParameter = random.NextDouble(),
        MeanPhase = random.NextDouble(),
        Phases = [.. Enumerable.Range(0, concepts).Select(_ => random.NextSingle() * MathF.Tau)],
    };

    private static MessagePosted Message() => new()
    {
        Seq = 1,
        Timestamp = 1764000000000,
        User = new UserRef { Id = "anon-wCNGhqUbEX3gz_3f", Name = "Quiet Otter", Anonymous = true },
        Text = new string('x', 200),
        Graph = "main",
    };

    private static GraphDelta Delta(Random random) => new()
    {
        Seq = 43,
        Timestamp = 1764000000000,
        Epoch = 1,
        Added =
        [
            .. Enumerable.Range(0, 5).Select(i => new ConceptState
            {
                ConceptId = "concept-" + i,
                Label = "concept " + i,
                Key = "concept",
                Slot = i,
                Weight = random.NextDouble(),
                Phase = random.NextDouble() * Math.Tau,
                Mentions = 3,
                CreatedAt = 1764000000000,
                LastSeen = 1764000000000,
                Sources = [new ConceptSource { Session = "s1", Seq = 7, Start = 10, Length = 9 }],
            }),
        ],
        RelationsAdded =
        [
            .. Enumerable.Range(0, 10).Select(i => new RelationState { RelationId = $"concept-{i % 5}~co_occurs~concept-{i}", Source = $"concept-{i % 5}", Target = $"concept-{i}", Weight = random.NextDouble(), Kind = RelationKinds.CoOccurs }),
        ],
        Cause = new GraphCause { Kind = "message", User = new UserRef { Id = "u1", Name = "Ada" }, Session = "s1", MessageSeq = 7 },
    };
}
