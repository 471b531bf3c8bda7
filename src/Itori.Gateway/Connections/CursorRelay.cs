using Itori.Contracts;
using Itori.Gateway.Protocol;
using Itori.Gateway.Topics;

namespace Itori.Gateway.Connections;

/// <summary>Passes one connection's cursor on, the latest of each topic, as often as the topic bears. Made with the connection's first cursor.</summary>
internal sealed class CursorRelay(TopicGrains grains, TimeProvider clock, ConnectionLife life)
{
    private readonly Lock gate = new();
    private readonly Dictionary<TopicHub, CursorMoved> pending = [];
    private bool relaying;

    /// <summary>Takes a new place; one of the same topic that was not passed on yet is forgotten.</summary>
    public void Move(TopicHub topic, CursorMoved cursor)
    {
        lock (gate)
        {
            pending[topic] = cursor;
            if (relaying)
            {
                return;
            }

            relaying = true;
        }

        _ = Relay();
    }

    private async Task Relay()
    {
        await Task.Yield();
        var closed = life.Enter();
        while (TryTake(closed, out var moved))
        {
            try
            {
                foreach (var (topic, cursor) in moved)
                {
                    await grains.Presence(topic.Name).Relay(cursor);
                }

                await Task.Delay(moved.Max(move => move.Key.CursorInterval), clock, closed);
            }
            catch (Exception e) when (ErrorBoundary.IsOutage(e))
            {
                // Or the connection closed. A cursor is worth nothing a moment later: it is dropped, and the next one tries.
            }
        }

        life.Leave();
    }

    private bool TryTake(CancellationToken closed, out KeyValuePair<TopicHub, CursorMoved>[] moved)
    {
        lock (gate)
        {
            moved = closed.IsCancellationRequested ? [] : [.. pending];
            pending.Clear();
            return relaying = moved.Length > 0;
        }
    }
}
