using System.Net.WebSockets;

using Itori.Contracts;
using Itori.Gateway.Protocol;

namespace Itori.Gateway.Connections;

/// <summary>What the read loop does with a message: limits, envelope, handler. It never waits for anything but the socket, so that a ping is always answered.</summary>
internal sealed partial class ClientConnection
{
    private void Take(Received received, ReadOnlyMemory<byte> bytes)
    {
        if (received is Received.TooBig)
        {
            Refuse(Refusal.Of(ItoriError.MessageTooBig, $"A message may have {Options.MaxMessageBytes} bytes."), id: null);
            Close((WebSocketCloseStatus)ItoriError.MessageTooBig.CloseCode!.Value, "message too big", discard: false);
            return;
        }

        if (Limit(bytes.Length) is { } limit)
        {
            // Not read at all: its id, if it has one, is found without looking at the rest.
            _ = TryRead(bytes, out _, out var limited);
            Refuse(limit, limited);
            return;
        }

        if (received is Received.Binary != Codec.IsBinary)
        {
            RefuseBad(Refusal.Of(ItoriError.BadMessage, Codec.IsBinary ? "This connection speaks MessagePack in binary frames." : "This connection speaks JSON in text frames."), id: null);
            return;
        }

        if (TryRead(bytes, out var message, out var id) is { } problem)
        {
            RefuseBad(problem, id);
            return;
        }

        if (MessageHandler.Of(message.Type) is not { } handler)
        {
            RefuseBad(Refusal.Of(ItoriError.UnknownType, "There is no message of that type that a client may send."), id);
            return;
        }

        Instruments.OnMessageReceived(handler.Type);
        if (handler.NeedsUser && !Options.AllowAnonymous)
        {
            RefuseBad(Refusal.Of(ItoriError.Unauthenticated, "Sign in first."), id);
            return;
        }

        Do(handler.Handle(this, message), id);
    }

    /// <summary>Reads an envelope in the connection's format. It is valid until this thread reads the next one.</summary>
    private Refusal? TryRead(ReadOnlyMemory<byte> bytes, out ClientMessage message, out MessageId? id)
    {
        message = default;
        id = null;
        if (!Codec.IsBinary)
        {
            return ClientMessage.TryRead(bytes.Span, out message, out id);
        }

        return PackedMessage.TryRead(bytes, out var json) ?? ClientMessage.TryRead(json, out message, out id);
    }

    private Refusal? Limit(int length)
    {
        var message = !rate.TryTake(1, Options.MessagesPerSecond, Options.MessageBurst, Clock, out var wait) ? $"A connection may send {Options.MessagesPerSecond} messages a second."
            : !volume.TryTake(length, Options.BytesPerSecond, Options.BytesBurst, Clock, out wait) ? $"A connection may send {Options.BytesPerSecond} bytes a second."
            : !Address.TryTake(length, out wait) ? $"The connections of one address may send {Options.MessagesPerSecondPerAddress} messages and {Options.BytesPerSecondPerAddress} bytes a second."
            : null;
        return message is null ? null : Refusal.Of(ItoriError.TooManyMessages, message) with { RetryAfterMs = Math.Max(1, (int)Math.Ceiling(wait.TotalMilliseconds)) };
    }

    private void Do(Step step, MessageId? id)
    {
        if (step.Refusal is { } refusal)
        {
            RefuseBad(refusal, id);
        }
        else if (step.Work is not { } work)
        {
            Answer(step.Reply);
        }
        else if (draining)
        {
            step.Abandon?.Invoke();
            Refuse(Refusal.Of(ItoriError.Unavailable, "This gateway shuts down; connect again.") with { RetryAfterMs = (int)Options.RetryAfter.TotalMilliseconds }, id);
        }
        else if (!lanes.TryRun(step.Lane, () => CarryOut(work, id)))
        {
            step.Abandon?.Invoke();
            Refuse(
                Refusal.Of(ItoriError.Overloaded, $"{Options.MaxCommandsInFlight} commands of this connection are under way.") with { RetryAfterMs = (int)Options.RetryAfter.TotalMilliseconds },
                id);
        }
    }

    /// <summary>The boundary: whatever happens to a command, its client is told once.</summary>
    private async Task CarryOut(Func<CancellationToken, Task<Reply>> work, MessageId? id)
    {
        var gone = life.Enter();
        try
        {
            await Subscriptions.WhenSettled(gone);
            var reply = await work(gone);
            if (reply.Message is { } message)
            {
                // A reply may be as large as a graph: this lane can wait for space, the reading cannot.
                await Outbox.Put(message, gone);
            }

            if (reply.Refusal is { } refusal)
            {
                Refuse(refusal.Error.Temporary && refusal.RetryAfterMs is null ? refusal with { RetryAfterMs = (int)Options.RetryAfter.TotalMilliseconds } : refusal, id);
            }

            reply.Then?.Invoke();
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // Nobody is there to be told.
        }
        catch (Exception e)
        {
            Fail(e, id);
        }
        finally
        {
            life.Leave();
        }
    }

    private void Answer(Reply reply)
    {
        if (reply.Message is { } message)
        {
            Send(message);
        }

        reply.Then?.Invoke();
    }

    private void RefuseBad(Refusal refusal, MessageId? id)
    {
        Refuse(refusal, id);
        errors ??= new ErrorBudget(Options.ErrorBudget, Options.ErrorWindow, Clock);
        if (!errors.Spend())
        {
            Refuse(Refusal.Of(ItoriError.TooManyErrors, $"{Options.ErrorBudget} bad messages came within {Options.ErrorWindow.TotalSeconds} s."), id: null);
            Close((WebSocketCloseStatus)ItoriError.TooManyErrors.CloseCode!.Value, "too many errors", discard: false);
        }
    }
}
