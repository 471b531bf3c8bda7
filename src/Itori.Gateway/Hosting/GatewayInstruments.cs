using System.Diagnostics.Metrics;

namespace Itori.Gateway.Hosting;

/// <summary>What the gateway counts, under the meter <c>Itori.Gateway</c>. Tags are bounded: never a session, a topic or a user.</summary>
internal sealed class GatewayInstruments
{
    public const string MeterName = "Itori.Gateway";

    private readonly Meter meter;
    private readonly UpDownCounter<long> connections;
    private readonly UpDownCounter<long> topics;
    private readonly Counter<long> received;
    private readonly Counter<long> sent;
    private readonly Counter<long> sentBytes;
    private readonly Counter<long> refused;
    private readonly Counter<long> conflated;
    private readonly Counter<long> slow;
    private readonly Counter<long> lost;
    private readonly Counter<long> repaired;
    private readonly Counter<long> overflowed;

    public GatewayInstruments(IMeterFactory factory)
    {
        meter = factory.Create(MeterName);
        connections = meter.CreateUpDownCounter<long>("itori.gateway.connections", "{connection}", "Open sockets");
        topics = meter.CreateUpDownCounter<long>("itori.gateway.topics", "{topic}", "Topics that this gateway is subscribed to");
        received = meter.CreateCounter<long>("itori.gateway.messages.received", "{message}", "Messages of clients, by type");
        sent = meter.CreateCounter<long>("itori.gateway.messages.sent", "{message}", "Messages sent");
        sentBytes = meter.CreateCounter<long>("itori.gateway.bytes.sent", "By", "Bytes of messages sent");
        refused = meter.CreateCounter<long>("itori.gateway.messages.refused", "{message}", "Messages answered with an error, by reason");
        conflated = meter.CreateCounter<long>("itori.gateway.frames.conflated", "{message}", "Messages that a later one replaced before they were sent");
        slow = meter.CreateCounter<long>("itori.gateway.connections.slow", "{connection}", "Connections closed because too much waited for them");
        lost = meter.CreateCounter<long>("itori.gateway.connections.lost", "{connection}", "Connections cut because the peer was silent");
        repaired = meter.CreateCounter<long>("itori.gateway.events.repaired", "{event}", "Events that the stream did not bring and a read did");
        overflowed = meter.CreateCounter<long>("itori.gateway.events.overflowed", "{event}", "Events dropped at a hub's full inbox, to be repaired");
    }

    /// <summary>Reports what waits in all connections' queues whenever somebody looks.</summary>
    public void ObserveQueues(Func<long> bytes) => meter.CreateObservableUpDownCounter("itori.gateway.queues.bytes", bytes, "By", "Bytes of ordered messages that wait for connections or are being sent");

    public void OnConnectionOpened() => connections.Add(1);

    public void OnConnectionClosed() => connections.Add(-1);

    public void OnTopicOpened() => topics.Add(1);

    public void OnTopicClosed() => topics.Add(-1);

    public void OnMessageReceived(string type) => received.Add(1, new KeyValuePair<string, object?>("type", type));

    public void OnMessageRefused(string reason) => refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void OnMessagesSent(int count, long bytes)
    {
        sent.Add(count);
        sentBytes.Add(bytes);
    }

    public void OnMessageConflated() => conflated.Add(1);

    public void OnSlowConsumerClosed() => slow.Add(1);

    public void OnPeerLost() => lost.Add(1);

    public void OnEventsRepaired(long count) => repaired.Add(count);

    public void OnInboxOverflowed() => overflowed.Add(1);
}
