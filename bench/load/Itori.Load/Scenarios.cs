using System.Diagnostics;

namespace Itori.Load;

/// <summary>A server under measurement.</summary>
internal sealed record Subject(Target Target, ServerProcess Server, int Port);

/// <summary>What can be measured: the figures of one run against one server.</summary>
internal sealed record Scenario(string Targets, Func<Subject, Settings, IEnumerable<(string Figure, double Value)>> Run);

internal static class Scenarios
{
    private const string Others = "itori,itori-two,sends,kestrel,ws,signalr-json,signalr-pack,signalr-redis,socketio";

    public static IReadOnlyDictionary<string, Scenario> All { get; } = new Dictionary<string, Scenario>
    {
        ["fanout"] = new(Others, Fanout),
        ["saturation"] = new("itori,itori-two,sends,kestrel,ws,signalr-json", Saturation),
        ["slow"] = new("itori", Slow),
        ["frames"] = new("itori", Frames),
        ["ping"] = new("itori,kestrel,ws,signalr-json,socketio", Ping),
        ["ack"] = new("itori", Acknowledge),
        ["idle"] = new("itori,itori-two,kestrel,signalr-json,socketio,ws", Idle),
        ["storm"] = new("itori", Storm),
        ["churn"] = new("itori", Churn),
    };

    /// <summary>One publisher, many subscribers, a constant rate.</summary>
    private static IEnumerable<(string, double)> Fanout(Subject subject, Settings settings)
    {
        using var crowd = OpenRoom(subject, settings, out var publisher, out var dialect);
        return Measure(subject, crowd, publisher, dialect, settings.Number("subscribers", 1000), settings.Number("rate", 50), settings.Seconds("seconds", 8));
    }

    /// <summary>The highest rate at which 99 % of deliveries take less than 100 ms and all arrive.</summary>
    private static IEnumerable<(string, double)> Saturation(Subject subject, Settings settings)
    {
        var subscribers = settings.Number("subscribers", 1000);
        using var crowd = OpenRoom(subject, settings, out var publisher, out var dialect);
        var (good, bad) = (0.0, double.PositiveInfinity);
        var rate = (double)settings.Number("rate", 64);
        var figures = new List<(string Figure, double Value)>();
        while (bad / Math.Max(good, 1) > 1.15)
        {
            var run = Measure(subject, crowd, publisher, dialect, subscribers, rate, settings.Seconds("seconds", 4)).ToList();
            var holds = run.Single(figure => figure.Item1 == "p99, ms").Item2 < 100 && run.Single(figure => figure.Item1 == "missing").Item2 == 0;
            Console.Error.WriteLine($"{subject.Target.Name}: {rate:n0}/s {(holds ? "holds" : "is too much")}, p99 {run.Single(figure => figure.Item1 == "p99, ms").Item2:n1} ms");
            if (!holds)
            {
                // What is still under way belongs to this rate, not to the next one.
                Settle(crowd);
            }

            (good, bad) = holds ? (rate, bad) : (good, rate);
            figures = holds ? run : figures;
            rate = double.IsInfinity(bad) ? rate * 1.6 : (good + bad) / 2;
            if (bad < 8)
            {
                break;
            }
        }

        return figures.Where(figure => figure.Figure is "p99, ms" or "CPU, µs per delivery").Prepend(("deliveries/s with p99 < 100 ms", good * subscribers));
    }

    /// <summary>Some clients do not read at all: what that does to the others.</summary>
    private static IEnumerable<(string, double)> Slow(Subject subject, Settings settings)
    {
        var (subscribers, stuck, rate, time) = (settings.Number("subscribers", 1000), settings.Number("stuck", 100), settings.Number("rate", 50), settings.Seconds("seconds", 8));
        using var crowd = OpenRoom(subject, settings, out var publisher, out var dialect, receiveBuffer: 4096);
        var before = Measure(subject, crowd, publisher, dialect, subscribers, rate, time).ToList();
        foreach (var peer in crowd.Peers.Where(peer => crowd.Roles[peer] is Role.Subscriber).Take(stuck))
        {
            crowd.Ignore(peer);
        }

        // Until the sockets of those are full and the server has to keep what is for them.
        crowd.RunOpenLoop(settings.Seconds("fill", 30), rate * 2, (_, due) => dialect.Publish(publisher, dialect.Mark(crowd.NextNumber++, due)));
        Settle(crowd);
        var after = Measure(subject, crowd, publisher, dialect, subscribers - stuck, rate, time).ToList();
        return before.Select(figure => (figure.Item1 + ", all read", figure.Item2))
            .Concat(after.Select(figure => ($"{figure.Item1}, {stuck} do not", figure.Item2)))
            .Append(("server, MB", subject.Server.ResidentBytes() / 1e6));
    }

    /// <summary>Frames of a field of many concepts to many watchers.</summary>
    private static List<(string, double)> Frames(Subject subject, Settings settings)
    {
        var figures = new List<(string, double)>();
        foreach (var format in settings.Text("formats", "itori.v1.json,itori.v1.msgpack").Split(','))
        {
            using var crowd = new Crowd(new ItoriDialect("itori.v1.json", [], acknowledge: false), subject.Port);
            crowd.Open(Role.Publisher, 1);
            var concepts = settings.Number("concepts", 500);
            for (var first = 0; first < concepts; first += 50)
            {
                var ops = string.Join(',', Enumerable.Range(first, Math.Min(50, concepts - first)).Select(i => $"{{\"op\":\"upsert\",\"id\":\"c{i}\",\"label\":\"concept number {i}\"}}"));
                crowd.Peers[0].SendText($"{{\"v\":1,\"type\":\"concept_op\",\"topic\":\"graph:load\",\"payload\":{{\"ops\":[{ops}]}}}}");
                crowd.Run(TimeSpan.FromMilliseconds(200));
            }

            var watchers = settings.Number("subscribers", 1000);
            using var watching = new Crowd(new FieldDialect(format), subject.Port);
            watching.Open(Role.Subscriber, watchers);
            watching.Run(settings.Seconds("warmup", 10));
            watching.Clear();
            var cpu = subject.Server.CpuSeconds();
            var time = settings.Seconds("seconds", 8);
            watching.Run(time);
            var frames = watching.Others / (double)watchers;
            figures.Add(($"frames/s and watcher, {format}", frames / time.TotalSeconds));
            figures.Add(($"bytes per frame, {format}", watching.Bytes / (double)Math.Max(1, watching.Others)));
            figures.Add(($"CPU, µs per frame and watcher, {format}", (subject.Server.CpuSeconds() - cpu) * 1e6 / Math.Max(1, watching.Others)));
        }

        return figures;
    }

    /// <summary>Round trips of many connections at a constant rate.</summary>
    private static List<(string, double)> Ping(Subject subject, Settings settings) => RoundTrips(subject, settings, subject.Target.Echo(), settings.Number("rate", 10));

    private static List<(string, double)> Acknowledge(Subject subject, Settings settings) =>
        RoundTrips(subject, settings, new ItoriDialect("itori.v1.json", ["own"], acknowledge: true), settings.Number("rate", 1));

    private static List<(string, double)> RoundTrips(Subject subject, Settings settings, Dialect dialect, int rate)
    {
        var connections = settings.Number("connections", 500);
        using var crowd = new Crowd(dialect, subject.Port);
        crowd.Open(Role.Echo, connections);
        crowd.RunOpenLoop(settings.Seconds("warmup", 10), connections * rate, (number, due) => dialect.Echo(crowd.Peers[(int)(number % connections)], dialect.Mark(number, due)));
        crowd.Run(TimeSpan.FromMilliseconds(500));
        crowd.Clear();
        var cpu = subject.Server.CpuSeconds();
        crowd.RunOpenLoop(settings.Seconds("seconds", 8), connections * rate, (number, due) => dialect.Echo(crowd.Peers[(int)(number % connections)], dialect.Mark(number, due)));
        crowd.Run(TimeSpan.FromSeconds(1));
        cpu = subject.Server.CpuSeconds() - cpu;
        return
        [
            ("p50, ms", crowd.Latency.Milliseconds(0.5)),
            ("p99, ms", crowd.Latency.Milliseconds(0.99)),
            ("p99.9, ms", crowd.Latency.Milliseconds(0.999)),
            ("CPU, µs per round trip", cpu * 1e6 / Math.Max(1, crowd.Latency.Count)),
            ("unanswered", (settings.Number("seconds", 8) * connections * rate) - crowd.Latency.Count),
        ];
    }

    /// <summary>Connections that do nothing but answer pings.</summary>
    private static List<(string, double)> Idle(Subject subject, Settings settings)
    {
        var connections = settings.Number("connections", 2000);
        var dialect = subject.Target.Name.StartsWith("itori", StringComparison.Ordinal)
            ? new ItoriDialect("itori.v1.json", settings.Text("topics", "session:load,graph:load,field:load").Split(','), acknowledge: false)
            : subject.Target.Fanout();
        using (var first = new Crowd(dialect, subject.Port))
        {
            // What the first connections bring with them (code, pools) is not theirs.
            first.Open(Role.Subscriber, 200);
            first.Run(TimeSpan.FromSeconds(2));
        }

        using var settle = new Crowd(dialect, subject.Port);
        settle.Run(TimeSpan.FromSeconds(3));
        var (alone, used) = (settings.Seconds("alone", 15), subject.Server.CpuSeconds());
        settle.Run(alone);
        var before = (subject.Server.CpuSeconds() - used) / alone.TotalSeconds * 100;
        var memory = subject.Server.ResidentBytes();
        using var crowd = new Crowd(dialect, subject.Port);
        var watch = Stopwatch.StartNew();
        crowd.Open(Role.Subscriber, connections, atOnce: 100);
        var opened = watch.Elapsed.TotalSeconds;
        crowd.Run(settings.Seconds("settle", 10));
        var (cpu, others) = (subject.Server.CpuSeconds(), crowd.Others);
        var time = settings.Seconds("seconds", 15);
        crowd.Run(time);
        return
        [
            ("KB per connection", (subject.Server.ResidentBytes() - memory) / 1024.0 / connections),
            ("CPU, % of a core", (subject.Server.CpuSeconds() - cpu) / time.TotalSeconds * 100),
            ("the same before they came", before),
            ("messages/s to all", (crowd.Others - others) / time.TotalSeconds),
            ("opened/s", connections / opened),
            ("lost", crowd.Closed),
        ];
    }

    /// <summary>All clients come back at once, and keep trying as they are told.</summary>
    private static List<(string, double)> Storm(Subject subject, Settings settings)
    {
        var connections = settings.Number("connections", 2000);
        var dialect = new ItoriDialect("itori.v1.json", settings.Text("topics", "own,graph:load").Split(','), acknowledge: false);
        using var crowd = new Crowd(dialect, subject.Port);
        var watch = Stopwatch.StartNew();
        var first = 0;
        var refused = 0;
        var waiting = new PriorityQueue<int, long>();
        var done = 0;
        var ready = new Histogram();
        for (; first < connections; first++)
        {
            crowd.Add(Role.Subscriber);
        }

        var seen = new HashSet<int>();
        while (done < connections && watch.Elapsed < TimeSpan.FromMinutes(2))
        {
            crowd.Turn(TimeSpan.FromMilliseconds(5));
            dialect.AskAgain();
            foreach (var peer in crowd.Peers)
            {
                if ((peer.IsReady || peer.IsClosed) && seen.Add(peer.Index))
                {
                    if (peer.IsReady)
                    {
                        done++;
                        ready.Add((long)watch.Elapsed.TotalMicroseconds);
                    }
                    else
                    {
                        refused++;
                        waiting.Enqueue(0, watch.ElapsedMilliseconds + Math.Max(100, peer.RetryAfterMs));
                    }
                }
            }

            while (waiting.TryPeek(out _, out var at) && at <= watch.ElapsedMilliseconds)
            {
                waiting.Dequeue();
                crowd.Add(Role.Subscriber);
            }
        }

        return
        [
            ("ready, p50 s", ready.Milliseconds(0.5) / 1000),
            ("ready, last s", ready.Max / 1e6),
            ("handshakes refused", refused),
            ("subscriptions refused", dialect.Errors.Count),
            ("never ready", connections - done),
        ];
    }

    /// <summary>Connections come and go; what is left when all have gone.</summary>
    private static List<(string, double)> Churn(Subject subject, Settings settings)
    {
        var dialect = new ItoriDialect("itori.v1.json", settings.Text("topics", "own,graph:load,field:load").Split(','), acknowledge: false);
        var time = settings.Seconds("seconds", 60);
        var rate = settings.Number("rate", 200);
        var before = 0L;
        var lost = 0;
        foreach (var (round, length) in ((string, TimeSpan)[])[("warm", TimeSpan.FromSeconds(20)), ("measured", time)])
        {
            using var crowd = new Crowd(dialect, subject.Port);
            var oldest = 0;
            crowd.RunOpenLoop(length, rate, (_, _) =>
            {
                crowd.Add(Role.Subscriber);
                if (crowd.Peers.Count - oldest > rate)
                {
                    var peer = crowd.Peers[oldest++];
                    lost += peer.IsReady ? 0 : 1;
                    crowd.Ignore(peer);
                    peer.Dispose();
                }
            });
            crowd.Dispose();
            Thread.Sleep(TimeSpan.FromSeconds(15));
            if (round == "warm")
            {
                before = subject.Server.ResidentBytes();
            }
        }

        return
        [
            ("MB before", before / 1e6),
            ("MB after", subject.Server.ResidentBytes() / 1e6),
            ("handles after", subject.Server.Handles()),
            ("not ready when they went", lost),
        ];
    }

    /// <summary>Returns when nothing arrives any more.</summary>
    private static void Settle(Crowd crowd)
    {
        for (var seen = -1L; seen != crowd.Deliveries; crowd.Run(TimeSpan.FromSeconds(2)))
        {
            seen = crowd.Deliveries;
        }
    }

    private static Crowd OpenRoom(Subject subject, Settings settings, out Peer publisher, out Dialect dialect, int receiveBuffer = 0)
    {
        dialect = subject.Target.Fanout();
        var crowd = new Crowd(dialect, subject.Port);
        crowd.Open(Role.Subscriber, settings.Number("subscribers", 1000), receiveBuffer: receiveBuffer);
        crowd.Open(Role.Publisher, 1);
        publisher = crowd.Peers[^1];
        var (to, with) = (publisher, dialect);
        crowd.RunOpenLoop(settings.Seconds("warmup", 60), settings.Number("rate", 50), (_, due) => with.Publish(to, with.Mark(-10, due)));
        crowd.Run(TimeSpan.FromMilliseconds(500));
        return crowd;
    }

    private static IEnumerable<(string, double)> Measure(Subject subject, Crowd crowd, Peer publisher, Dialect dialect, int subscribers, double rate, TimeSpan time)
    {
        crowd.Clear();
        var (holes, repeats) = (crowd.Holes, crowd.Repeats);
        var (cpu, last) = (subject.Server.CpuSeconds(), subject.Server.LastCpuSeconds());
        var own = Process.GetCurrentProcess().TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        crowd.RunOpenLoop(time, rate, (_, due) => dialect.Publish(publisher, dialect.Mark(crowd.NextNumber++, due)));
        own = Process.GetCurrentProcess().TotalProcessorTime - own;
        var expected = (long)(time.TotalSeconds * rate) * subscribers;
        for (var i = 0; i < 20 && crowd.Deliveries < expected; i++)
        {
            crowd.Run(TimeSpan.FromMilliseconds(100));
        }

        var seconds = watch.Elapsed.TotalSeconds;
        (cpu, last) = (subject.Server.CpuSeconds() - cpu, subject.Server.LastCpuSeconds() - last);
        return
        [
            ("CPU, µs per delivery", cpu * 1e6 / Math.Max(1, crowd.Deliveries)),
            ("of it the process that sends, µs", last * 1e6 / Math.Max(1, crowd.Deliveries)),
            ("p50, ms", crowd.Latency.Milliseconds(0.5)),
            ("p99, ms", crowd.Latency.Milliseconds(0.99)),
            ("p99.9, ms", crowd.Latency.Milliseconds(0.999)),
            ("bytes per delivery", crowd.Bytes / (double)Math.Max(1, crowd.Deliveries)),
            ("server, % of a core", cpu / seconds * 100),
            ("generator, % of a core", own.TotalSeconds / time.TotalSeconds * 100),
            ("missing", expected - crowd.Deliveries),
            ("holes, repeats", crowd.Holes - holes + crowd.Repeats - repeats),
        ];
    }
}
