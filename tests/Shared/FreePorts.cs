using System.Net;
using System.Net.Sockets;

namespace Itori.Tests.Shared;

/// <summary>Ports for programs that are told theirs.</summary>
internal static class FreePorts
{
    // Below those that the system gives to connections (32768 on Linux): one of these could be gone before the program listens, or, while a program is away that clients call again and again, become a client's own,
    // which then talks to itself and keeps the program from its port.
    private const int First = 15_000;
    private const int Count = 16_000;

    // Other processes look for ports too: each begins somewhere else, and none gives one out twice.
    private static int next = Random.Shared.Next(Count);

    public static int Next()
    {
        for (var tried = 0; tried < Count; tried++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref next) % Count);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }

        throw new InvalidOperationException($"None of the ports from {First} to {First + Count - 1} is free.");
    }
}
