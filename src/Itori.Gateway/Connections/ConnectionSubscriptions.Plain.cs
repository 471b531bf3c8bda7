using Itori.Contracts;
using Itori.Gateway.Protocol;
using Itori.Gateway.Topics;

namespace Itori.Gateway.Connections;

/// <summary>Plain clients ask for nothing: their topics are opened for them.</summary>
internal sealed partial class ConnectionSubscriptions
{
    private static readonly TimeSpan SettlingLimit = TimeSpan.FromSeconds(5);

    private TaskCompletionSource? settled;
    private Admission.Ticket? opening;

    /// <summary>Opens a plain client's topics: its graph's snapshot, its field's state, then everything live. Waits for the cluster where it must.</summary>
    public void OpenPlain()
    {
        settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        plain = Open(settled);
    }

    /// <summary>
    /// Waits until a plain client's topics are open, so that it sees what its own first message brings about. Not longer than until the cluster turns out to be out of reach:
    /// the command then finds that out by itself and is refused. For other clients: nothing to wait for.
    /// </summary>
    public async Task WhenSettled(CancellationToken cancellation)
    {
        if (plain.IsCompleted || settled is null)
        {
            return;
        }

        try
        {
            await settled.Task.WaitAsync(SettlingLimit, connection.Clock, cancellation);
        }
        catch (TimeoutException)
        {
            // Reading what the topics hold takes its time; the command need not.
        }
    }

    private async Task Open(TaskCompletionSource opened)
    {
        await Task.Yield();
        var closed = life.Enter();
        try
        {
            // The handshake was let in, so it is not turned away here: when its turn does not come for long, it goes on without.
            opening = await connection.Admission.Enter(closed);

            // Its place first: whoever has seen the graph misses nothing that is said from then on.
            var session = await Acquire(TopicName.Session(connection.SessionId), opened, closed);
            session.Position = session.Hub.Head;
            var graphTopic = TopicName.Graph(connection.GraphId);
            var graph = await Acquire(graphTopic, opened, closed);
            var (snapshot, phases) = await graph.Hub.Patiently(graph.Hub.ReadSnapshot, closed);
            var state = connection.Codec.SnapshotUpdate(snapshot, phases, connection.Now);
            if (!connection.Outbox.TryPut(state))
            {
                // A client that does not read must not hold up others.
                opening?.Dispose();
                await connection.Outbox.Put(state, closed);
            }

            var field = await Acquire(TopicName.Field(connection.GraphId), opened, closed);
            field.Position = 0;
            await field.Start();

            // The session is there before the graph's deltas are let go, or an effect could come before its cause.
            graph.Position = snapshot.Seq;
            await Task.WhenAll(session.Start(), graph.Start());
        }
        catch (OperationCanceledException) when (closed.IsCancellationRequested)
        {
            // The connection went while its topics were opened.
        }
        catch (Exception e)
        {
            connection.Fail(e, id: null);
        }
        finally
        {
            opening?.Dispose();
            opened.TrySetResult();
            life.Leave();
        }
    }

    private async Task<Subscription> Acquire(TopicName topic, TaskCompletionSource opened, CancellationToken closed)
    {
        var told = false;
        while (true)
        {
            try
            {
                var hub = await hubs.Acquire(topic, closed);
                var subscription = new Subscription(hub, connection, plain: true, new Progress(), seat: null);
                if (Add(subscription))
                {
                    Show(topic, subscription.Progress);
                    return subscription;
                }

                hubs.Release(hub);
                closed.ThrowIfCancellationRequested();
                throw new OperationCanceledException(closed);
            }
            catch (Exception e) when (ErrorBoundary.IsOutage(e, closed))
            {
                if (!told)
                {
                    told = true;
                    opening?.Dispose();
                    connection.Fail(e, id: null);
                    opened.TrySetResult();
                }

                await Task.Delay(connection.Options.RetryAfter, connection.Clock, closed);
            }
        }
    }
}
