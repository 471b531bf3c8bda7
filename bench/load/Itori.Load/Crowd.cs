using System.Buffers.Text;
using System.Diagnostics;

namespace Itori.Load;

/// <summary>All clients of a scenario on one thread: reads what comes, checks it, keeps the latencies.</summary>
internal sealed class Crowd(Dialect dialect, int port) : IDisposable
{
    private static readonly double TicksPerMicrosecond = Stopwatch.Frequency / 1e6;

    private readonly Epoll epoll = new();
    private readonly int[] ready = new int[1024];
    private byte[] buffer = new byte[1 << 20];

    public List<Peer> Peers { get; } = [];

    public Dictionary<Peer, Role> Roles { get; } = [];

    /// <summary>Latencies from the intended time of sending, of those that are not to be ignored.</summary>
    public Histogram Latency { get; } = new();

    public long Deliveries { get; private set; }

    /// <summary>The number of the next event: they go on over the runs of a scenario, so that what comes late is told from what comes twice.</summary>
    public long NextNumber { get; set; }

    public long Bytes { get; private set; }

    public long Holes { get; private set; }

    public long Repeats { get; private set; }

    public long Others { get; private set; }

    public int Closed => Peers.Count(peer => peer.IsClosed);

    /// <summary>Opens clients, a bounded number at a time, and waits until all are ready.</summary>
    public void Open(Role role, int count, int atOnce = 256, int receiveBuffer = 0)
    {
        var first = Peers.Count;
        var limit = Stopwatch.GetTimestamp() + (120L * Stopwatch.Frequency);
        while (Peers.Count - first < count || Peers.Skip(first).Any(peer => !peer.IsReady))
        {
            var waiting = Peers.Skip(first).Count(peer => !peer.IsReady && !peer.IsClosed);
            while (Peers.Count - first < count && waiting++ < atOnce)
            {
                Add(role, receiveBuffer);
            }

            Turn(TimeSpan.FromMilliseconds(20));
            if (Peers.Skip(first).FirstOrDefault(peer => peer.IsClosed) is { } refused)
            {
                throw new InvalidOperationException($"A connection was closed while clients were opened ({refused.CloseCode}). {FirstError()}");
            }

            if (Stopwatch.GetTimestamp() > limit)
            {
                throw new InvalidOperationException($"{Peers.Skip(first).Count(peer => !peer.IsReady)} clients did not get ready in two minutes. {FirstError()}");
            }
        }
    }

    public Peer Add(Role role, int receiveBuffer = 0)
    {
        var peer = Peer.Connect(Peers.Count, port, dialect.Path(null, role, Peers.Count), dialect.Subprotocol, receiveBuffer);
        Peers.Add(peer);
        Roles[peer] = role;
        epoll.Watch(peer.Handle, peer.Index);
        return peer;
    }

    /// <summary>The client is not read any more.</summary>
    public void Ignore(Peer peer) => epoll.Forget(peer.Handle);

    /// <summary>Waits for what comes, at most that long, and takes it.</summary>
    public void Turn(TimeSpan limit)
    {
        var count = epoll.Wait(limit, ready);
        for (var i = 0; i < count; i++)
        {
            var peer = Peers[ready[i]];
            peer.Receive(ref buffer, Take);
            if (peer.IsClosed)
            {
                epoll.Forget(peer.Handle);
            }
        }
    }

    public void Run(TimeSpan time)
    {
        var end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        while (Stopwatch.GetTimestamp() is var now && now < end)
        {
            Turn(TimeSpan.FromSeconds(Math.Min(0.1, (end - now) / (double)Stopwatch.Frequency)));
        }
    }

    /// <summary>Calls <paramref name="send"/> at a constant rate whatever comes of it, with the time at which each was due, and takes what comes meanwhile.</summary>
    public void RunOpenLoop(TimeSpan time, double perSecond, Action<long, long> send)
    {
        var start = Stopwatch.GetTimestamp();
        var total = (long)(time.TotalSeconds * perSecond);
        for (var sent = 0L; sent < total;)
        {
            var due = start + (long)(sent * Stopwatch.Frequency / perSecond);
            var now = Stopwatch.GetTimestamp();
            if (now >= due)
            {
                send(sent++, due);
                if ((sent & 15) != 0)
                {
                    continue;
                }
            }

            Turn(TimeSpan.FromSeconds(Math.Clamp((due - Stopwatch.GetTimestamp()) / (double)Stopwatch.Frequency, 0, 0.05)));
        }
    }

    public void Clear()
    {
        Latency.Clear();
        Deliveries = 0;
        Bytes = 0;
        Others = 0;
    }

    public void Dispose()
    {
        epoll.Dispose();
        foreach (var peer in Peers)
        {
            peer.Dispose();
        }
    }

    private string FirstError() => dialect is ItoriDialect { Errors: [var first, ..] } ? first : "";

    private void Take(Peer peer, int opcode, ReadOnlyMemory<byte> message)
    {
        var role = Roles[peer];
        var span = message.Span;
        Bytes += span.Length;
        var found = false;
        while (span.IndexOf((byte)'@') is var at and >= 0)
        {
            span = span[(at + 1)..];
            if (!Utf8Parser.TryParse(span, out long number, out var used) || used >= span.Length || span[used] != ':' || !Utf8Parser.TryParse(span[(used + 1)..], out long due, out _))
            {
                continue;
            }

            found = true;
            if (number < 0)
            {
                // To warm up.
                continue;
            }

            Latency.Add((long)((Stopwatch.GetTimestamp() - due) / TicksPerMicrosecond));
            Deliveries++;
            if (role is Role.Subscriber)
            {
                Check(peer.LastNumber, number + 1);
                peer.LastNumber = number + 1;
            }
        }

        if (!found)
        {
            Others++;
            dialect.Open(peer, role, message.Span);
        }
        else if (dialect.HasSeq && role is Role.Subscriber && message.Span.IndexOf("\"seq\":"u8) is var place and >= 0)
        {
            _ = Utf8Parser.TryParse(message.Span[(place + 6)..], out long seq, out _);
            Check(peer.LastSeq, seq);
            peer.LastSeq = seq;
        }
    }

    private void Check(long last, long next)
    {
        if (last != 0 && next != last + 1)
        {
            if (next <= last)
            {
                Repeats++;
            }
            else
            {
                Holes++;
            }
        }
    }
}
