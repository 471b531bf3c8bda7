using System.Globalization;
using Itori.Streams.Benchmarks;

if (args is [SiloProcess.Role, ..])
{
    await SiloProcess.RunAsync(args);
    return;
}

var seconds = TimeSpan.FromSeconds(args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 5);
var results = new List<(string Provider, double Idle, Latency One, Latency Many, Latency Most)>();
foreach (var provider in new[] { Provider.Itori, Provider.Memory })
{
    await using var run = await Measurement.StartAsync(provider);
    var topics = Enumerable.Range(0, 500).Select(i => $"topic-{i}").ToArray();
    await run.SubscribeAsync(topics);
    var one = await run.LoadAsync(topics[..1], 100, seconds);
    var many = await run.LoadAsync(topics, 20_000, seconds);

    var idle = await run.IdleAsync(seconds); // with 500 known streams, before anything is flooded

    // The highest of these offered rates of which at least 99 % arrived as it was published.
    var most = new Latency(double.NaN, double.NaN, double.NaN, double.NaN);
    foreach (var offered in new[] { 20_000, 40_000, 80_000, 160_000 })
    {
        Latency load;
        try
        {
            load = await run.LoadAsync(topics, offered, TimeSpan.FromSeconds(3));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Console.WriteLine($"{provider} gave up at {offered} ev/s: {e.GetType().Name}"); // Memory streams refuse when flooded.
            break;
        }

        if (load.Published < 0.95 * offered || load.Received < 0.99 * load.Published)
        {
            break;
        }

        most = load;
    }

    results.Add((provider, idle, one, many, most));
    Console.WriteLine($"{provider} measured");
}

Console.WriteLine();
Console.WriteLine($"| {"",-36} | {results[0].Provider,22} | {results[1].Provider,22} | {"ratio",6} |");
Console.WriteLine($"|{new string('-', 38)}|{new string('-', 24)}|{new string('-', 24)}|{new string('-', 8)}|");
Row("100 ev/s, 1 topic: p50 ms", r => r.One.P50);
Row("100 ev/s, 1 topic: p99 ms", r => r.One.P99);
Row("20k ev/s, 500 topics: p50 ms", r => r.Many.P50);
Row("20k ev/s, 500 topics: p99 ms", r => r.Many.P99);
Row("20k ev/s, 500 topics: received ev/s", r => r.Many.Received);
Row("sustained, 500 topics: ev/s", r => r.Most.Received);
Row("idle silo: % of a core", r => r.Idle);

void Row(string name, Func<(string Provider, double Idle, Latency One, Latency Many, Latency Most), double> value)
{
    var (ours, theirs) = (value(results[0]), value(results[1]));
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name,-36} | {ours,22:N2} | {theirs,22:N2} | {ours / theirs,6:N3} |"));
}
