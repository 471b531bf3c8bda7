using System.Collections.Concurrent;

using Itori.Gateway.Hosting;

namespace Itori.Gateway.Connections;

/// <summary>The open sockets of this gateway, and whether it takes more.</summary>
internal sealed class ConnectionRegistry
{
    private readonly ConcurrentDictionary<string, ClientConnection> connections = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool draining;

    public ConnectionRegistry(GatewayInstruments instruments) => instruments.ObserveQueues(() => connections.Sum(entry => entry.Value.Outbox.Bytes));

    /// <summary>Whether the gateway shuts down.</summary>
    public bool IsDraining => draining;

    /// <summary>How many sockets are open.</summary>
    public int Count => connections.Count;

    /// <summary>The open sockets, as they come.</summary>
    public IEnumerable<ClientConnection> Open => connections.Select(entry => entry.Value);

    /// <summary>Adds a connection. False: the gateway shuts down.</summary>
    public bool TryAdd(ClientConnection connection)
    {
        connections[connection.ConnectionId] = connection;
        if (!draining)
        {
            return true;
        }

        Remove(connection);
        return false;
    }

    public void Remove(ClientConnection connection)
    {
        connections.TryRemove(connection.ConnectionId, out _);
        if (draining && connections.IsEmpty)
        {
            empty.TrySetResult();
        }
    }

    /// <summary>Takes no more; the connections that are open.</summary>
    public IReadOnlyCollection<ClientConnection> BeginDrain()
    {
        draining = true;
        var open = connections.Values.ToList();
        if (open.Count == 0)
        {
            empty.TrySetResult();
        }

        return open;
    }

    /// <summary>Ends when the last connection is gone, after <see cref="BeginDrain"/>.</summary>
    public Task WhenEmpty() => empty.Task;
}
