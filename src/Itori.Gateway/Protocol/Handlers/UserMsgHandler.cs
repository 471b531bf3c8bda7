using Itori.Contracts;
using Itori.Gateway.Connections;

namespace Itori.Gateway.Protocol.Handlers;

/// <summary>Says something in a session.</summary>
internal sealed class UserMsgHandler : MessageHandler
{
    /// <summary>The most that <c>metadata</c> may have: it is the client's own and is stored and sent with the message for ever.</summary>
    public const int MaxMetadataBytes = 16 * 1024;

    public override string Type => MessageTypes.UserMsg;

    public override Step Handle(ClientConnection connection, ClientMessage message)
    {
        string? topicName = null;
        string? text = null;
        string? metadata = null;
        var assistant = true;
        var fields = new FieldReader(message);
        while (fields.Read())
        {
            if (fields.Named("text"))
            {
                text = fields.AsString();
            }
            else if (fields.Named("topic"))
            {
                topicName = fields.AsString();
            }
            else if (fields.Named("assistant"))
            {
                assistant = fields.AsBoolean() ?? true;
            }
            else if (fields.Named("metadata"))
            {
                metadata = fields.AsObjectText(MaxMetadataBytes);
            }
        }

        if (fields.Problem is { } problem)
        {
            return problem;
        }

        if (text is null)
        {
            return fields.Missing("text");
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            return Refusal.Of(ItoriError.BadField, "text says nothing.", "text");
        }

        if (TryTopic(topicName, TopicName.Session(connection.SessionId), out var topic) is { } wrong)
        {
            return wrong;
        }

        var id = message.Id;
        var command = new PostMessage
        {
            CommandId = id?.Text,
            User = connection.User,
            Text = text,
            Assistant = assistant,
            Graph = connection.GraphId,
            MetadataJson = metadata,
        };
        return Command(connection, topic, id, () => connection.Courier.Post(topic.Id, command));
    }
}
