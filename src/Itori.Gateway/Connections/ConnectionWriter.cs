using System.Net.WebSockets;

using Itori.Gateway.Hosting;
using Itori.Gateway.Protocol;

namespace Itori.Gateway.Connections;

/// <summary>The one writer of a connection: sends what the outbox holds, all of it at each wake-up and several messages in one write. A send that hangs is cut.</summary>
internal sealed class ConnectionWriter(WebSocket socket, SocketStream? stream, Outbox outbox, Codec codec, GatewayInstruments instruments, TimeSpan timeout, TimeProvider clock)
{
    /// <summary>Sends until the outbox is completed and empty. Ends early with an exception where the socket fails or hangs.</summary>
    public async Task Run()
    {
        var type = codec.IsBinary ? WebSocketMessageType.Binary : WebSocketMessageType.Text;
        var batch = new List<ReadOnlyMemory<byte>>();
        using var limit = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        while (await outbox.WaitToTake())
        {
            batch.Clear();
            outbox.Take(batch);
            var bytes = 0L;
            var sent = 0;
            for (; sent < batch.Count && !outbox.IsDiscarded; sent++)
            {
                var message = batch[sent];
                if (stream is not null)
                {
                    stream.MoreFollows = sent < batch.Count - 1;
                    stream.IsDeflated = codec.IsDeflated(message.Span);
                }

                limit.CancelAfter(timeout);
                await socket.SendAsync(message, type, WebSocketMessageFlags.EndOfMessage | WebSocketMessageFlags.DisableCompression, limit.Token);
                outbox.Sent(sent, message.Length);
                bytes += message.Length;
            }

            if (stream is not null)
            {
                stream.MoreFollows = false;
            }

            limit.CancelAfter(Timeout.InfiniteTimeSpan);
            instruments.OnMessagesSent(sent, bytes);
        }
    }
}
