using System.Globalization;
using System.Text.Json;
using Itori.Contracts;
using Itori.Gateway.Benchmarks;
using Itori.Gateway.Connections;
using Itori.Gateway.Protocol;

// BenchmarkDotNet cannot be used here: it wants an older Roslyn than Orleans' code generator brings. The variants are measured in turns, and the fastest round of each counts.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var frame = new PhaseFrame
{
    Timestamp = 1764000000000,
    Graph = "main",
    Epoch = 1,
    Frame = 1,
    T = 0.1,
    OrderParameter = 0.5,
    MeanPhase = 1,
    Phases = [.. Enumerable.Range(0, 500).Select(i => i * 6.28f / 500)],
};
var posted = new MessagePosted
{
    Seq = 1,
    Timestamp = 1764000000000,
    User = new UserRef { Id = "u", Name = "Quiet Otter", Anonymous = true },
    Text = new string('x', 200),
    Graph = "main",
};
var slot = new SlotKey(TopicName.Field("main"), "phase_frame");
var scratch = new byte[64 * 1024];

Console.WriteLine("| event | subscribers | for every subscriber, µs | encoded once, µs | ratio | bytes allocated per event: for every | once |");
Console.WriteLine("|---|---|---|---|---|---|---|");
foreach (var subscribers in (int[])[1, 10, 1_000])
{
    var outboxes = Enumerable.Range(0, subscribers).Select(_ => new Outbox(1 << 20, 64)).ToArray();
    Compare("message of 200 characters", subscribers,
        () => Each(outbox => outbox.TryPut(JsonSerializer.SerializeToUtf8Bytes(posted))),
        () =>
        {
            var message = Codec.Json.Event("session:s", posted);
            return Each(outbox => outbox.TryPut(message));
        });
    Compare("frame of 500 concepts", subscribers,
        () => Each(outbox => outbox.Conflate(slot, JsonSerializer.SerializeToUtf8Bytes(frame))),
        () =>
        {
            var message = Codec.Json.Event("field:main", frame);
            return Each(outbox => outbox.Conflate(slot, message));
        });

    // Puts into every outbox, then takes all of it as the flush loops do, so that nothing grows.
    int Each(Action<Outbox> put)
    {
        var taken = 0;
        foreach (var outbox in outboxes)
        {
            put(outbox);
        }

        foreach (var outbox in outboxes)
        {
            taken += outbox.Advance(outbox.Fill(scratch, Codec.Json, out _)).Messages;
        }

        return taken == outboxes.Length ? taken : throw new InvalidOperationException($"{taken} of {outboxes.Length} outboxes got the event.");
    }
}

Formats.Print();
await Compression.Print();

static void Compare(string name, int subscribers, Func<int> reference, Func<int> measured)
{
    var cost = Stopwatches.Measure(Math.Max(5, 20_000 / subscribers), () => reference(), () => measured());
    Console.WriteLine($"| {name} | {subscribers:n0} | {cost[0].Microseconds:n1} | {cost[1].Microseconds:n1} | {cost[0].Microseconds / cost[1].Microseconds:n1} | {cost[0].Bytes:n0} | {cost[1].Bytes:n0} |");
}
