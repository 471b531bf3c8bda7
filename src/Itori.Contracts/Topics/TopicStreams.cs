namespace Itori.Contracts;

/// <summary>Which Orleans stream carries a topic's events.</summary>
public static class TopicStreams
{
    /// <summary>The name of the stream provider that silos publish with and gateways subscribe with.</summary>
    public const string Provider = "itori";

    /// <summary>The stream of a topic: the namespace is the kind, the key is the id.</summary>
    public static StreamId Of(TopicName topic) => StreamId.Create(topic.Kind switch
    {
        TopicKind.Session => "session",
        TopicKind.Graph => "graph",
        _ => "field",
    }, topic.Id);
}
