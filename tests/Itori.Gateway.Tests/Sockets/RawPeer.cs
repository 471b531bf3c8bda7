using System.Net.Sockets;
using System.Text;

namespace Itori.Gateway.Tests.Sockets;

/// <summary>A client that does only what it is told: it answers no ping and reads when asked.</summary>
internal sealed class RawPeer : IDisposable
{
    private readonly TcpClient client = new();

    public static async Task<RawPeer> Connect(Uri gateway, string query = "", string headers = "")
    {
        var peer = new RawPeer();
        await peer.client.ConnectAsync(gateway.Host, gateway.Port, TestContext.Current.CancellationToken);
        var request = $"GET /ws{query} HTTP/1.1\r\nHost: {gateway.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: itori.v1.json\r\n{headers}\r\n";
        await peer.client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        return peer;
    }

    /// <summary>Reads until the bytes so far hold what is looked for, or the connection ends: all that came.</summary>
    public async Task<byte[]> ReadUntil(Func<byte[], bool> holds)
    {
        var all = new List<byte>();
        var buffer = new byte[4096];
        while (!holds([.. all]))
        {
            int count;
            try
            {
                count = await client.GetStream().ReadAsync(buffer, TestContext.Current.CancellationToken);
            }
            catch (IOException)
            {
                break;
            }

            if (count == 0)
            {
                break;
            }

            all.AddRange(buffer.AsSpan(0, count));
        }

        return [.. all];
    }

    /// <summary>Sends a pong with a mask of zeros.</summary>
    public Task Pong() => client.GetStream().WriteAsync(new byte[] { 0x8A, 0x80, 0, 0, 0, 0 }, TestContext.Current.CancellationToken).AsTask();

    public void Dispose() => client.Dispose();
}
