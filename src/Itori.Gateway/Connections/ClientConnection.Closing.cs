using System.Net.Sockets;
using System.Net.WebSockets;

namespace Itori.Gateway.Connections;

/// <summary>The end of a connection: who brings it about, the last word, what is given back.</summary>
internal sealed partial class ClientConnection
{
    private const string Gone = "gone";

    /// <summary>How long what a client still sends is read away after its connection has ended.</summary>
    private static readonly TimeSpan LongestParting = TimeSpan.FromSeconds(2);

    private WebSocketCloseStatus closeStatus = WebSocketCloseStatus.NormalClosure;
    private string closeReason = "bye";
    private int closing;
    private Task? writing;
    private long endingSince;

    /// <summary>Shuts the connection down: says where to go, finishes what is under way, sends what waits, closes with 1001.</summary>
    public async Task Drain(TimeSpan reconnectAfter, CancellationToken limit)
    {
        draining = true;
        Send(Codec.Reconnect("shutdown", reconnectAfter, Now));
        try
        {
            await lanes.WhenIdle().WaitAsync(limit);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            // A command takes longer than the process has: its client sends it again with the same id.
        }

        Close(WebSocketCloseStatus.EndpointUnavailable, "shutdown", discard: false);
    }

    /// <summary>The server has lost the connection.</summary>
    public void Lose() => Close(WebSocketCloseStatus.EndpointUnavailable, Gone, discard: true);

    /// <summary>Ends the connection at once, without a word.</summary>
    public void Cut(string reason = Gone)
    {
        Close(WebSocketCloseStatus.EndpointUnavailable, reason, discard: true);
        Abort();
    }

    public override void TooSlow()
    {
        if (Volatile.Read(ref closing) == 0)
        {
            Instruments.OnSlowConsumerClosed();
            LogSlow(ConnectionId);
            Close((WebSocketCloseStatus)1013, "too slow: resume with since", discard: true);
        }
        else
        {
            // It closes already. A message did not fit, so none may follow it.
            Outbox.Complete(discard: true);
        }
    }

    /// <summary>The writer has sent all there was, or cannot send any more: says the last word. Any thread, more than once.</summary>
    public void Conclude() => _ = Write();

    /// <summary>Instead of <see cref="Begin"/>: says that nobody is served any more.</summary>
    private Task TurnAway(CancellationToken aborted)
    {
        // That is the last word.
        writing = Task.CompletedTask;
        return socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "shutdown", aborted);
    }

    private async Task End(bool wasServed, bool isOurs)
    {
        try
        {
            if (wasServed)
            {
                Close(WebSocketCloseStatus.NormalClosure, "bye", discard: true);
                await life.End();
                await Write();
                await Subscriptions.CloseAll();
                Instruments.OnConnectionClosed();
                LogClosed(ConnectionId, (int)closeStatus, closeReason);
            }

            // So that what was sent last arrives.
            await outlet.Part(Options.SendTimeout < LongestParting ? Options.SendTimeout : LongestParting, Clock);
        }
        catch (Exception e) when (isOurs)
        {
            LogFailed(e, ConnectionId);
        }
        finally
        {
            surroundings.Registry.Remove(this);

            // Disposing one that broke off by itself would reset the connection and take the close frame with it, unread (RFC 6455, section 7.1.1). It holds nothing by then.
            if (socket.State is not WebSocketState.Aborted)
            {
                socket.Dispose();
            }

            if (isOurs)
            {
                outlet.Abort();
            }

            surroundings.Addresses.Leave(Address);
        }
    }

    /// <summary>Begins to close; only the first call counts. The writer sends what waits (unless it is discarded), then the close frame.</summary>
    private void Close(WebSocketCloseStatus status, string reason, bool discard)
    {
        if (Interlocked.Exchange(ref closing, 1) == 0)
        {
            closeStatus = status;
            closeReason = reason;
        }

        Outbox.Complete(discard);
    }

    /// <summary>Ends when the last word is said. It begins with the end of the connection, since a task that only waits for that would be one for each of thousands.</summary>
    private Task Write()
    {
        lock (Writer)
        {
            return writing ??= WriteLast();
        }
    }

    private async Task WriteLast()
    {
        // Not within the lock, nor on a flush loop.
        await Task.Yield();
        try
        {
            await Writer.Ended;
            Volatile.Write(ref endingSince, Clock.GetTimestamp());
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(closeStatus, closeReason, CancellationToken.None);
            }

            // The client answers with its own close frame, which ends the read loop; one that does not is cut.
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            LogSendFailed(ConnectionId, e.GetType().Name);
            Cut();
        }
    }

    private void Abort()
    {
        socket.Abort();
        outlet.Abort();
    }
}
