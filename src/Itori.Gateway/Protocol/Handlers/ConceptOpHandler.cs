using System.Text.Json;

using Itori.Contracts;
using Itori.Gateway.Connections;

namespace Itori.Gateway.Protocol.Handlers;

/// <summary>Changes a graph by hand. The operations' shape is checked here; what they mean for the graph is the grain's to judge.</summary>
internal sealed class ConceptOpHandler : MessageHandler
{
    public override string Type => MessageTypes.ConceptOp;

    public override Step Handle(ClientConnection connection, ClientMessage message)
    {
        string? topicName = null;
        List<ConceptOperation>? operations = null;
        Refusal? wrong = null;
        var fields = new FieldReader(message);
        while (fields.Read())
        {
            if (fields.Named("ops"))
            {
                var list = fields.AsArray();
                (operations, wrong) = list.IsEmpty ? (null, null) : ReadOperations(list);
            }
            else if (fields.Named("topic"))
            {
                topicName = fields.AsString();
            }
        }

        if ((fields.Problem ?? wrong) is { } problem)
        {
            return problem;
        }

        if (operations is null)
        {
            return fields.Missing("ops");
        }

        if (TryTopic(topicName, TopicName.Graph(connection.GraphId), out var topic) is { } wrongTopic)
        {
            return wrongTopic;
        }

        var id = message.Id;
        var command = new ApplyOperations { CommandId = id?.Text, User = connection.User, Operations = operations };
        return Command(connection, topic, id, () => connection.Grains.GetGrain<IConceptGraphGrain>(topic.Id).Apply(command));
    }

    private static (List<ConceptOperation>? Operations, Refusal? Problem) ReadOperations(ReadOnlySpan<byte> list)
    {
        var operations = new List<ConceptOperation>();
        var reader = new Utf8JsonReader(list, ClientMessage.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            var place = $"ops[{operations.Count}]";
            if (operations.Count == ApplyOperations.MaxOperations)
            {
                return (null, Refusal.Of(ItoriError.TooLarge, $"ops has more than {ApplyOperations.MaxOperations} operations.", "ops"));
            }

            if (reader.TokenType is not JsonTokenType.StartObject)
            {
                return (null, Refusal.Of(ItoriError.BadField, place + " is not an object.", place));
            }

            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (OperationReader.TryRead(list[start..(int)reader.BytesConsumed], place + ".", out var operation) is { } problem)
            {
                return (null, problem);
            }

            operations.Add(operation!);
        }

        return operations.Count > 0 ? (operations, null) : (null, Refusal.Of(ItoriError.BadField, "ops is empty.", "ops"));
    }
}
