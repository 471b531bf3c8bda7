using System.Net.Sockets;
using System.Text;

namespace Itori.Gateway.Tests.Sockets;

/// <summary>A client that does only what it is told: it answers no ping and reads when asked.</summary>
internal sealed class RawPeer : IDisposable
{
    private readonly TcpClient client = new() { NoDelay = true };

    private RawPeer()
    {
    }

    /// <summary>Whether it vanishes with a reset instead of an end.</summary>
    public bool Resets
    {
        set => client.LingerState = new LingerOption(value, 0);
    }

    /// <summary>What asks for a socket.</summary>
    public static byte[] Handshake(string query = "", string headers = "") => Encoding.ASCII.GetBytes(
        $"GET /ws{query} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: itori.v1.json\r\n{headers}\r\n");

    /// <summary>Connects, and says nothing.</summary>
    public static async Task<RawPeer> Dial(Uri gateway)
    {
        var peer = new RawPeer();
        await peer.client.ConnectAsync(gateway.Host, gateway.Port, TestContext.Current.CancellationToken);
        return peer;
    }

    /// <summary>Connects, and asks for a socket.</summary>
    public static async Task<RawPeer> Connect(Uri gateway, string query = "", string headers = "")
    {
        var peer = await Dial(gateway);
        await peer.Send(Handshake(query, headers));
        return peer;
    }

    public ValueTask Send(ReadOnlyMemory<byte> bytes) => client.GetStream().WriteAsync(bytes, TestContext.Current.CancellationToken);

    /// <summary>Sends a text frame with a mask of zeros.</summary>
    public ValueTask SendText(string text)
    {
        // Up to 125 bytes, the length is one of the header's.
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.InRange(bytes.Length, 0, 125);
        return Send((byte[])[0x81, (byte)(0x80 | bytes.Length), 0, 0, 0, 0, .. bytes]);
    }

    /// <summary>Reads so many bytes and forgets them. False: the connection ended before.</summary>
    public async Task<bool> Take(int count)
    {
        try
        {
            await client.GetStream().ReadExactlyAsync(new byte[count], TestContext.Current.CancellationToken);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Reads until a text came, or the connection ends: all that came.</summary>
    public async Task<string> ReadUntil(string text) => Encoding.UTF8.GetString(await ReadUntil(bytes => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0));

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
    public ValueTask Pong() => Send(new byte[] { 0x8A, 0x80, 0, 0, 0, 0 });

    public void Dispose() => client.Dispose();
}
