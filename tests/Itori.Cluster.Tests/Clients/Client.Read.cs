using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Itori.Tests.Shared;

namespace Itori.Cluster.Tests.Clients;

/// <summary>Reading: every durable <c>seq</c> once, in order, without a hole, over all connections.</summary>
internal sealed partial class Client
{
    private readonly Dictionary<string, Place> places = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IReadOnlySet<string>> present = new(StringComparer.Ordinal);
    private int subscriptions;
    private volatile string? user;

    /// <summary>The topics that it reads, and the last <c>seq</c> that it saw of each.</summary>
    public IEnumerable<(string Topic, long Seq)> Places => places.Select(place => (place.Key, Volatile.Read(ref place.Value.Last)));

    /// <summary>Who it is on its connection, with the gateway's process; null where it has none.</summary>
    public (string User, string Gateway)? Presence => isConnected && user is { } me ? (me, Gateway.Name) : null;

    /// <summary>Of the given users, those that it is told are here.</summary>
    public IEnumerable<(string Topic, string User)> Sees(IReadOnlySet<string> users) =>
        isConnected ? present.SelectMany(topic => topic.Value.Where(users.Contains).Select(user => (topic.Key, user))) : [];

    private void BeginReading()
    {
        user = null;
        present.Clear();
        foreach (var place in places.Values)
        {
            place.IsSubscribed = false;
        }
    }

    private async Task Subscribe(Link link, CancellationToken leaving)
    {
        try
        {
            await Task.WhenAll(places.Select(place => Subscribe(link, place.Key, place.Value, leaving)));
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            // The next connection subscribes anew.
        }
        catch (TimeoutException)
        {
            world.Violations.Add($"{Name}: a subscribe got no reply from {Gateway.Name} for a minute");
        }
    }

    private async Task Subscribe(Link link, string topic, Place place, CancellationToken leaving)
    {
        while (true)
        {
            var id = FormattableString.Invariant($"subscribe-{number}-{Interlocked.Increment(ref subscriptions)}");
            var message = new JsonObject { ["v"] = 1, ["type"] = "subscribe", ["id"] = id, ["topic"] = topic, ["since"] = Volatile.Read(ref place.Last) };
            if (await link.Ask(message.ToJsonString(), id, leaving) is not { } reply || reply.Type() == "subscribed")
            {
                return;
            }

            await Refused(reply, $"subscribe to {topic}", leaving);
        }
    }

    /// <summary>One message, on the connection's read loop.</summary>
    private void Take(JsonElement message, ReadOnlySpan<byte> bytes)
    {
        switch (message.Type())
        {
            case "welcome":
                user = message.Payload().GetProperty("user").GetProperty("id").GetString();
                break;
            case "subscribed":
                Subscribed(message.Payload());
                break;
            case "presence":
                present[message.GetProperty("topic").GetString()!] = message.Payload().GetProperty("users").EnumerateArray().Select(user => user.GetProperty("id").GetString()!).ToHashSet();
                break;
            default:
                if (message.TryGetProperty("seq", out var seq))
                {
                    Take(message, seq.GetInt64(), bytes);
                }

                break;
        }
    }

    private void Subscribed(JsonElement payload)
    {
        var topic = payload.GetProperty("topic").GetString()!;
        var place = places[topic];
        if (!payload.GetProperty("recovered").GetBoolean())
        {
            world.Violations.Add($"{Name}: {Gateway.Name} could not resume {topic} after {place.Last}: {payload.GetRawText()}");
        }
        else if (place.IsSubscribed)
        {
            world.Violations.Add($"{Name}: {Gateway.Name} subscribed it to {topic} twice");
        }

        place.IsSubscribed = true;
    }

    private void Take(JsonElement message, long seq, ReadOnlySpan<byte> bytes)
    {
        var topic = message.GetProperty("topic").GetString()!;
        if (!places.TryGetValue(topic, out var place) || !place.IsSubscribed)
        {
            world.Violations.Add($"{Name}: {topic} {seq} came from {Gateway.Name} without a subscription");
            return;
        }

        if (seq != place.Last + 1)
        {
            world.Violations.Add($"{Name}: {topic} {seq} came from {Gateway.Name} after {place.Last}");
        }

        Volatile.Write(ref place.Last, Math.Max(place.Last, seq));
        world.Records[topic].Saw($"{Name} at {Gateway.Name}", message, bytes);
        if (message.Type() == "concept_update")
        {
            LookForCause(message.Payload().GetProperty("data").GetProperty("cause"), topic, seq);
        }
    }

    /// <summary>An effect must not come before its cause, where the connection watches both.</summary>
    private void LookForCause(JsonElement cause, string topic, long seq)
    {
        if (cause.GetProperty("kind").GetString() == "message"
            && places.TryGetValue("session:" + cause.GetProperty("session").GetString(), out var causing)
            && causing.IsSubscribed
            && causing.Last < cause.GetProperty("messageSeq").GetInt64())
        {
            world.OnUntimely($"{Name}: {topic} {seq} came from {Gateway.Name} before its cause {cause.GetProperty("messageSeq").GetInt64()} of session {cause.GetProperty("session").GetString()}, which was at {causing.Last}");
        }
    }

    private sealed class Place
    {
        public long Last;

        public bool IsSubscribed;
    }
}
