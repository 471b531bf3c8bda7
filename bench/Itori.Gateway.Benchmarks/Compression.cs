using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;

namespace Itori.Gateway.Benchmarks;

/// <summary>What permessage-deflate costs a server in memory for each connection: nothing until a client sends something compressed, and then the window of its inflater.</summary>
internal static class Compression
{
    private const int Connections = 1000;

    public static async Task Print()
    {
        var message = await CompressedMessage();
        Console.WriteLine();
        Console.WriteLine("| compression agreed to | resident KB a connection, nothing received | after one compressed message |");
        Console.WriteLine("|---|---|---|");
        foreach (var (name, options) in ((string, WebSocketDeflateOptions?)[])
            [("no", null), ("with the client's window kept", new() { ServerContextTakeover = false }), ("without it (client_no_context_takeover)", new() { ServerContextTakeover = false, ClientContextTakeover = false })])
        {
            var before = Resident();
            var sockets = Enumerable.Range(0, Connections).Select(_ => WebSocket.CreateFromStream(new Once(message), new WebSocketCreationOptions { IsServer = true, DangerousDeflateOptions = options })).ToArray();
            var idle = Resident() - before;
            var used = 0L;
            if (options is not null)
            {
                var buffer = new byte[8192];
                foreach (var socket in sockets)
                {
                    ValueWebSocketReceiveResult part;
                    do
                    {
                        part = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                    }
                    while (!part.EndOfMessage);
                }

                used = Resident() - before;
            }

            Console.WriteLine($"| {name} | {idle / 1024.0 / Connections:n1} | {(options is null ? "" : $"{used / 1024.0 / Connections:n1}")} |");
            GC.KeepAlive(sockets);
        }
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }

    /// <summary>A client's message of 4,000 bytes as it is on the wire.</summary>
    private static async Task<byte[]> CompressedMessage()
    {
        var random = new Random(1);
        var text = string.Join(' ', Enumerable.Range(0, 800).Select(_ => random.Next(1000)));
        using var wire = new MemoryStream();
        using var client = WebSocket.CreateFromStream(wire, new WebSocketCreationOptions { DangerousDeflateOptions = new() });
        await client.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        return wire.ToArray();
    }

    /// <summary>Brings one message and takes what is written.</summary>
    private sealed class Once(byte[] message) : Stream
    {
        private int at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var part = Math.Min(count, message.Length - at);
            message.AsSpan(at, part).CopyTo(buffer.AsSpan(offset));
            at += part;
            return part;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var part = Math.Min(buffer.Length, message.Length - at);
            message.AsSpan(at, part).CopyTo(buffer.Span);
            at += part;
            return ValueTask.FromResult(part);
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
