using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Itori.Client;

/// <summary>The connection: made, kept, made again.</summary>
public sealed partial class ItoriClient
{
    private static readonly TimeSpan ClosingLimit = TimeSpan.FromSeconds(1);

    private async Task Run()
    {
        await Task.Yield();
        var backoff = new Backoff(options.FirstDelay, options.LongestDelay, Random.Shared);
        Exception end = new ObjectDisposedException(nameof(ItoriClient));
        while (!stopped.IsCancellationRequested)
        {
            TimeSpan? wait = null;
            try
            {
                wait = await Live(backoff);
                LastFailure = null;
            }
            catch (OperationCanceledException) when (stopped.IsCancellationRequested)
            {
                break;
            }
            catch (ItoriRefusedException e) when (e.Reason == "refused")
            {
                end = e;
                break;
            }
            catch (Exception e) when (IsLoss(e))
            {
                LastFailure = e;
            }

            Become(ItoriConnection.Connecting);
            await Task.Delay(wait ?? backoff.Next(), options.Clock, stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        End(end);
    }

    /// <summary>One connection, from its beginning to its end. Answers how long to wait before the next, where the server said so.</summary>
    private async Task<TimeSpan?> Live(Backoff backoff)
    {
        Link connected;
        ItoriWelcome welcome;
        using (var limit = CancellationTokenSource.CreateLinkedTokenSource(stopped))
        {
            limit.CancelAfter(options.OpenTimeout);
            try
            {
                connected = await Link.Connect(Address(), options, limit.Token);
            }
            catch (OperationCanceledException) when (!stopped.IsCancellationRequested)
            {
                throw new TimeoutException("The server did not answer in time.");
            }

            try
            {
                welcome = await SignIn(connected, limit.Token);
            }
            catch (OperationCanceledException) when (!stopped.IsCancellationRequested)
            {
                connected.Dispose();
                throw new TimeoutException("The server did not let this client in in time.");
            }
            catch
            {
                connected.Dispose();
                throw;
            }
        }

        using (connected)
        {
            var began = options.Clock.GetTimestamp();
            try
            {
                await Enter(connected, welcome);
                while (await connected.Read(stopped) is { } message)
                {
                    await Take(connected, message);
                }
            }
            catch (Exception e) when (connected.MoveAt is not null && IsLoss(e))
            {
                // It was to go.
            }
            catch (OperationCanceledException) when (stopped.IsCancellationRequested)
            {
                using var limit = new CancellationTokenSource(ClosingLimit);
                await connected.Close(limit.Token);
                throw;
            }
            finally
            {
                await Leave();
                if (options.Clock.GetElapsedTime(began) >= options.StableAfter)
                {
                    backoff.Reset();
                }
            }

            return connected.MoveAt is { } at ? TimeSpan.FromTicks(Math.Max(0, (at - options.Clock.GetUtcNow()).Ticks)) : null;
        }
    }

    private async Task<ItoriWelcome> SignIn(Link connected, CancellationToken cancellation)
    {
        var first = await connected.Read(cancellation) ?? throw new WebSocketException("The server closed before it said welcome.");
        if (first.Type != "welcome")
        {
            throw new InvalidDataException($"The server began with {first.Type}.");
        }

        var user = first.Payload.GetProperty("user");
        var welcome = new ItoriWelcome(
            first.Payload.GetProperty("connectionId").GetString()!,
            first.Payload.GetProperty("sessionId").GetString()!,
            first.Payload.GetProperty("graphId").GetString()!,
            user.GetProperty("id").GetString()!,
            user.GetProperty("name").GetString()!);
        if (options.Token is null || await options.Token(cancellation) is not { } token)
        {
            return welcome;
        }

        var auth = new JsonObject { ["type"] = "auth", ["payload"] = new JsonObject { ["token"] = token } };
        await connected.Send(JsonSerializer.SerializeToUtf8Bytes(auth), cancellation);
        while (await connected.Read(cancellation) is { } reply)
        {
            if (reply.Type == "auth_success")
            {
                user = reply.Payload.GetProperty("user");
                return welcome with { UserId = user.GetProperty("id").GetString()!, UserName = user.GetProperty("name").GetString()! };
            }

            if (reply.Type == "auth_failure")
            {
                // The next try asks for another token.
                throw Refused(reply);
            }
        }

        throw new WebSocketException("The server closed before it let this client in.");
    }

    private async Task Enter(Link connected, ItoriWelcome welcome)
    {
        (session, graph) = (welcome.SessionId, welcome.GraphId);
        await sending.WaitAsync(stopped);
        try
        {
            TopicReader[] all;
            lock (gate)
            {
                link = connected;
                all = [.. readers.Values.OrderByDescending(reader => reader.Topic.StartsWith("session:", StringComparison.Ordinal))];
            }

            // Sessions first: effects in a graph wait for the causes that were asked for before.
            foreach (var reader in all)
            {
                await connected.Send(reader.Subscribe(NextId()), stopped);
            }

            foreach (var waiting in pending.All())
            {
                waiting.SentOver = connected;
                await connected.Send(waiting.Frame, stopped);
            }
        }
        finally
        {
            sending.Release();
        }

        TaskCompletionSource<ItoriWelcome> opened;
        lock (gate)
        {
            opened = open;
        }

        Become(ItoriConnection.Open);
        opened.TrySetResult(welcome);
    }

    private async Task Leave()
    {
        await sending.WaitAsync(CancellationToken.None);
        try
        {
            lock (gate)
            {
                link = null;
                if (open.Task.IsCompleted)
                {
                    open = new TaskCompletionSource<ItoriWelcome>(TaskCreationOptions.RunContinuationsAsynchronously);
                }

                foreach (var reader in readers.Values)
                {
                    reader.Leave();
                }
            }
        }
        finally
        {
            sending.Release();
        }
    }

    private async Task Take(Link connected, ItoriMessage message)
    {
        if (message.Type == "reconnect" && message.CorrelationId is null)
        {
            var after = TimeSpan.FromMilliseconds(message.Payload.GetProperty("afterMs").GetInt64());
            connected.MoveAt = options.Clock.GetUtcNow() + after;
            _ = MoveLater(connected, after);
            return;
        }

        if (message.CorrelationId is { } id && pending.Find(id) is { } asked)
        {
            if (message.Type != "error")
            {
                asked.Reply.TrySetResult(message);
            }
            else if (Refused(message) is { RetryAfter: { } after, Code: 429 or 503 })
            {
                _ = SendLater(asked, after);
            }
            else
            {
                asked.Reply.TrySetException(Refused(message));
            }

            return;
        }

        if (ReaderOf(message) is not { } reader)
        {
            return;
        }

        if (message.Type == "error" && message.CorrelationId is not null)
        {
            if (Refused(message) is { RetryAfter: { } after, Code: 429 or 503 })
            {
                _ = SubscribeLater(connected, reader, after);
            }
            else
            {
                reader.Fail(Refused(message));
            }

            return;
        }

        var wish = reader.Take(message);
        if (wish == ReaderWish.Resume)
        {
            Interlocked.Increment(ref holes);
        }

        await Tell(reader, wish, stopped);
    }

    private TopicReader? ReaderOf(ItoriMessage message)
    {
        lock (gate)
        {
            return message switch
            {
                { Type: "error", CorrelationId: { } id } => readers.Values.FirstOrDefault(reader => reader.AskedBy == id),
                { Topic: { } topic } => readers.GetValueOrDefault(topic),
                _ => null,
            };
        }
    }

    /// <summary>Sends what waits and was not sent over this connection, in its order.</summary>
    private async Task SendPending(CancellationToken cancellation)
    {
        await sending.WaitAsync(cancellation);
        try
        {
            foreach (var waiting in pending.All())
            {
                if (link is { } connected && waiting.SentOver != connected)
                {
                    waiting.SentOver = connected;
                    await Send(connected, waiting.Frame);
                }
            }
        }
        finally
        {
            sending.Release();
        }
    }

    /// <summary>Tells the server what a reader wants, if there is a connection: a new one tells it by itself.</summary>
    private async Task Tell(TopicReader reader, ReaderWish wish, CancellationToken cancellation)
    {
        if (wish == ReaderWish.None || stopped.IsCancellationRequested)
        {
            return;
        }

        await sending.WaitAsync(cancellation);
        try
        {
            // A new connection may have asked for it meanwhile.
            if (link is { } connected && (wish == ReaderWish.Pause || reader.IsAway))
            {
                await Send(connected, wish == ReaderWish.Resume ? reader.Subscribe(NextId()) : JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["type"] = "unsubscribe", ["topic"] = reader.Topic }));
            }
        }
        finally
        {
            sending.Release();
        }
    }

    /// <summary>Sends; a connection that breaks meanwhile is found by whoever reads it.</summary>
    private async ValueTask Send(Link connected, byte[] frame)
    {
        try
        {
            await connected.Send(frame, stopped);
        }
        catch (Exception e) when (IsLoss(e))
        {
            connected.Abort();
        }
    }

    private async Task SendLater(Pending asked, TimeSpan after)
    {
        await Task.Delay(after, options.Clock, stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!stopped.IsCancellationRequested)
        {
            asked.SentOver = null;
            await SendPending(CancellationToken.None);
        }
    }

    private async Task SubscribeLater(Link connected, TopicReader reader, TimeSpan after)
    {
        await Task.Delay(after, options.Clock, stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        bool isWanted;
        lock (gate)
        {
            isWanted = link == connected && readers.GetValueOrDefault(reader.Topic) == reader;
        }

        if (isWanted)
        {
            reader.Leave();
            await Tell(reader, ReaderWish.Resume, CancellationToken.None);
        }
    }

    private async Task MoveLater(Link connected, TimeSpan after)
    {
        await Task.Delay(after, options.Clock, stopped).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        connected.Abort();
    }

    private void End(Exception reason)
    {
        TopicReader[] left;
        lock (gate)
        {
            left = [.. readers.Values];
            open.TrySetException(reason);
            _ = open.Task.Exception; // Mostly nobody waits for it.
        }

        Become(ItoriConnection.Closed);
        pending.Close(reason);
        foreach (var reader in left)
        {
            reader.Fail(reason);
        }
    }

    private void Become(ItoriConnection status)
    {
        lock (gate)
        {
            if (Status == status)
            {
                return;
            }

            Status = status;
        }

        StatusChanged?.Invoke(this, status);
    }

    private Uri Address()
    {
        var query = new List<string>();
        if (session is not null)
        {
            query.Add("session=" + Uri.EscapeDataString(session));
        }

        if (graph is not null)
        {
            query.Add("graph=" + Uri.EscapeDataString(graph));
        }

        return query.Count == 0 ? options.Endpoint : new UriBuilder(options.Endpoint) { Query = string.Join('&', query) }.Uri;
    }

    private static ItoriRefusedException Refused(ItoriMessage error) => new(error.Payload.TryGetProperty("message", out var message) ? message.GetString()! : "The server refused it.")
    {
        Code = error.Payload.TryGetProperty("code", out var code) ? code.GetInt32() : 0,
        Reason = error.Payload.TryGetProperty("reason", out var reason) ? reason.GetString()! : "",
        Details = error.Payload.TryGetProperty("details", out var details) ? details.ToString() : null,
        RetryAfter = error.Payload.TryGetProperty("retryAfterMs", out var after) ? TimeSpan.FromMilliseconds(after.GetInt64()) : null,
    };

    // A peer that does not answer pings ends a read with a cancellation of the socket's own.
    private static bool IsLoss(Exception e) =>
        e is WebSocketException or IOException or SocketException or HttpRequestException or TimeoutException or InvalidDataException or OperationCanceledException or ObjectDisposedException or ItoriRefusedException;
}
