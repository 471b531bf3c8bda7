using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using Itori.Cluster.Tests.Processes;
using Itori.Tests.Shared;

namespace Itori.Cluster.Tests.Clients;

/// <summary>
/// One client: writes to a session and its graph, repeats a command under the same id until it is acknowledged, reads several topics, comes and goes at random over either gateway and
/// resumes after the last <c>seq</c> that it saw. What it does follows from its random numbers, as far as time allows. Reading is in <c>Client.Read.cs</c>.
/// </summary>
internal sealed partial class Client
{
    private const int RememberedCommands = 50;

    private readonly int number;
    private readonly World world;
    private readonly Random random;
    private readonly string session;
    private readonly string graph;
    private readonly List<Command> done = [];
    private Command? current;
    private int commands;
    private int gateway;
    private int acknowledgements;
    private int connections;
    private volatile bool isConnected;

    public Client(int number, int seed, World world)
    {
        this.number = number;
        this.world = world;
        random = new Random(unchecked((seed * 1_000_003) + number));
        var home = number % World.Sessions;
        session = World.Session(home);
        graph = World.Graph(home % World.Graphs);
        gateway = random.Next(world.Cluster.Gateways.Count);
        foreach (var topic in (string[])["session:" + session, "graph:" + graph, .. Enumerable.Range(0, 2).Select(_ => World.Topics[random.Next(World.Topics.Count)])])
        {
            places.TryAdd(topic, new Place());
        }
    }

    /// <summary>Commands that were acknowledged so far.</summary>
    public int Acknowledgements => Volatile.Read(ref acknowledgements);

    /// <summary>Connections so far.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>Whether nothing that it sent waits for its reply.</summary>
    public bool IsSilent => Volatile.Read(ref current) is null;

    private string Name => FormattableString.Invariant($"client {number}");

    private Member Gateway => world.Cluster.Gateways[gateway];

    /// <summary>Lives until the run ends.</summary>
    public async Task Run(CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await Visit(ct);
                if (random.Next(2) == 0)
                {
                    gateway = (gateway + 1) % world.Cluster.Gateways.Count;
                }

                await Task.Delay(random.Next(20, 400), ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The run is over.
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            world.Violations.Add($"{Name} failed at {Gateway.Name}: {e}");
        }
    }

    /// <summary>One connection, from its beginning to its end.</summary>
    private async Task Visit(CancellationToken ct)
    {
        Link link;
        BeginReading();
        try
        {
            link = await Link.Connect(Gateway.Address, session, graph, Take, ct);
        }
        catch (Exception e) when (e is WebSocketException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return; // A gateway that is not there: the next try is soon, perhaps at the other.
        }

        Interlocked.Increment(ref connections);
        var (stay, abrupt) = (TimeSpan.FromSeconds(random.Next(3, 20)), random.Next(2) == 0);
        await using (link)
        {
            using var leaving = CancellationTokenSource.CreateLinkedTokenSource(ct);
            isConnected = true;
            var subscribing = Subscribe(link, leaving.Token);
            var writing = Write(link, leaving.Token);
            try
            {
                await Leaving(link, stay, ct);
                if (!abrupt)
                {
                    await link.CloseCleanly();
                }
            }
            finally
            {
                await leaving.CancelAsync();
                await Task.WhenAll(subscribing, writing);
                isConnected = false;
            }
        }
    }

    /// <summary>Ends when the connection does, when the gateway asks to go elsewhere, or when the client has had enough.</summary>
    private async Task Leaving(Link link, TimeSpan stay, CancellationToken ct)
    {
        var begun = Stopwatch.GetTimestamp();
        while (!link.Closed.IsCompleted && !(world.Lively && Stopwatch.GetElapsedTime(begun) > stay))
        {
            await Task.WhenAny(link.Closed, Task.Delay(100, ct));
            ct.ThrowIfCancellationRequested();
        }
    }

    private async Task Write(Link link, CancellationToken leaving)
    {
        try
        {
            while (!link.Closed.IsCompleted)
            {
                if (current is null)
                {
                    await Task.Delay(random.Next(300, 2_000), leaving);
                    if (!world.Lively)
                    {
                        continue;
                    }

                    if (done.Count > 0 && random.Next(20) == 0)
                    {
                        await Send(link, done[random.Next(done.Count)], leaving);
                        continue;
                    }

                    Volatile.Write(ref current, Next());
                }

                if (await Send(link, current, leaving))
                {
                    done.Add(current);
                    if (done.Count > RememberedCommands)
                    {
                        done.RemoveAt(0);
                    }

                    Volatile.Write(ref current, null);
                    Interlocked.Increment(ref acknowledgements);
                }
            }
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            // What is not acknowledged yet is sent again over the next connection.
        }
        catch (TimeoutException)
        {
            world.Violations.Add($"{Name}: {current?.Id} got no reply from {Gateway.Name} for a minute");
        }
    }

    /// <summary>True when it was acknowledged.</summary>
    private async Task<bool> Send(Link link, Command command, CancellationToken leaving)
    {
        var sent = Stopwatch.GetTimestamp();
        if (await link.Ask(command.Json, command.Id, leaving) is not { } reply)
        {
            await Task.WhenAny(link.Closed, Task.Delay(100, leaving));
            return false;
        }

        var payload = reply.Payload();
        if (reply.Type() == "ack")
        {
            world.Ledger.Add(command, payload.GetProperty("seq").GetInt64(), payload.GetRawText(), Gateway.Name, sent);
            return true;
        }

        await Refused(reply, command.Id, leaving);
        return false;
    }

    /// <summary>"Not now" is waited out; anything else is no answer to a right command.</summary>
    private async Task Refused(JsonElement reply, string what, CancellationToken leaving)
    {
        var code = reply.Payload().TryGetProperty("code", out var number) ? number.GetInt32() : 0;
        if (code is not (429 or 500 or 503))
        {
            world.Violations.Add($"{Name}: {what} was refused by {Gateway.Name}: {reply.GetRawText()}");
        }

        var wait = reply.Payload().TryGetProperty("retryAfterMs", out var after) ? after.GetInt32() : 200;
        await Task.Delay(Math.Min(wait, 1_000), leaving);
    }

    private Command Next()
    {
        var id = FormattableString.Invariant($"c{number}-{++commands}");
        return random.Next(100) switch
        {
            < 78 => Command.Message(id, session, assistant: false, random),
            < 82 => Command.Message(id, session, assistant: true, random),
            < 98 => Command.Concept(id, graph),
            _ => Command.Document(id, graph, random),
        };
    }
}
