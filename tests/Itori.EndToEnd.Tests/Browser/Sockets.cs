using Microsoft.Playwright;

namespace Itori.EndToEnd.Tests.Browser;

/// <summary>The network between a page and its server, for WebSockets only: it can be cut, and tells when a page tried.</summary>
internal sealed class Sockets
{
    private readonly Lock gate = new();
    private readonly List<IWebSocketRoute> open = [];
    private readonly List<long> tries = [];
    private bool cut;

    /// <summary>When sockets were opened, milliseconds on one clock.</summary>
    public IReadOnlyList<long> Tries
    {
        get
        {
            lock (gate)
            {
                return [.. tries];
            }
        }
    }

    public Task Attach(IBrowserContext context) => context.RouteWebSocketAsync("**/ws**", Take);

    /// <summary>Breaks what is open and refuses what comes.</summary>
    public async Task Cut(int code = 4000, string reason = "cut")
    {
        IWebSocketRoute[] broken;
        lock (gate)
        {
            cut = true;
            broken = [.. open];
            open.Clear();
        }

        foreach (var socket in broken)
        {
            await socket.CloseAsync(new WebSocketRouteCloseOptions { Code = code, Reason = reason });
        }
    }

    public void Mend()
    {
        lock (gate)
        {
            cut = false;
        }
    }

    private void Take(IWebSocketRoute socket)
    {
        lock (gate)
        {
            tries.Add(Environment.TickCount64);
            if (!cut)
            {
                open.Add(socket);
                socket.ConnectToServer();
                return;
            }
        }

        _ = socket.CloseAsync(new WebSocketRouteCloseOptions { Code = 4000, Reason = "cut" });
    }
}
