using System.Collections.Frozen;

using Itori.Contracts;
using Itori.Gateway.Connections;
using Itori.Gateway.Protocol.Handlers;

namespace Itori.Gateway.Protocol;

/// <summary>Reads and checks one type of message and says what is to be done. Called by the connection's read loop, so it never waits.</summary>
internal abstract class MessageHandler
{
    private static readonly FrozenDictionary<string, MessageHandler> ByType = new MessageHandler[]
    {
        new AuthHandler(), new CancelHandler(), new ConceptOpHandler(), new CursorHandler(), new CustomRequestHandler(), new DeleteMessageHandler(), new HistoryHandler(), new IngestHandler(),
        new PingHandler(), new ReconnectHandler(), new SubscribeHandler(), new UnsubscribeHandler(), new UserMsgHandler(),
    }.ToFrozenDictionary(handler => handler.Type, StringComparer.Ordinal);

    /// <summary>The message's type.</summary>
    public abstract string Type { get; }

    /// <summary>Whether a connection that has not signed in may send it where anonymous use is not allowed.</summary>
    public virtual bool NeedsUser => true;

    /// <summary>Every type that a client may send.</summary>
    public static IReadOnlyCollection<string> Types => ByType.Keys;

    /// <summary>The handler of a type; null for one that clients do not send.</summary>
    public static MessageHandler? Of(string type) => ByType.GetValueOrDefault(type);

    /// <summary>Reads the message's fields and decides.</summary>
    public abstract Step Handle(ClientConnection connection, ClientMessage message);

    /// <summary>A command to a durable topic, in the topic's lane.</summary>
    protected static Step Command(ClientConnection connection, TopicName topic, MessageId? id, Func<Task<Result<Receipt>>> call) =>
        Step.Run(topic, async cancellation => Reply.Of(connection.Codec, await connection.Commands.CarryOut(id is not null, call, cancellation), connection.Now, id));

    /// <summary>
    /// Reads a topic's name. What has not the form <c>kind:id</c> is no topic's name (400); a name of a kind that there is not is a topic that there is not (404).
    /// </summary>
    protected static Refusal? TryTopic(string? text, out TopicName topic)
    {
        if (TopicName.TryParse(text, out topic))
        {
            return null;
        }

        if (text is null)
        {
            return Refusal.Of(ItoriError.BadField, "topic is missing.", "topic");
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && TopicName.IsValidId(text[(colon + 1)..]) && text.AsSpan(0, colon) is not ("session" or "graph" or "field")
            ? Refusal.Of(ItoriError.NoSuchTopic, "There is no topic of that kind: topics are session:ID, graph:ID and field:ID.", "topic")
            : Refusal.Of(ItoriError.BadTopic, "A topic is written kind:id, the id of 1 to 128 letters, digits and . _ ~ -", "topic");
    }

    /// <summary>The topic that a message is for: the one it names, which must be of that kind, else the connection's own.</summary>
    protected static Refusal? TryTopic(string? text, TopicName own, out TopicName topic)
    {
        topic = own;
        if (text is null)
        {
            return null;
        }

        return TryTopic(text, out topic) ?? (topic.Kind == own.Kind
            ? null
            : Refusal.Of(ItoriError.BadTopic, $"This message goes to a {KindWord(own.Kind)} topic.", "topic"));
    }

    private static string KindWord(TopicKind kind) => kind switch
    {
        TopicKind.Session => "session:ID",
        TopicKind.Graph => "graph:ID",
        _ => "field:ID",
    };
}
