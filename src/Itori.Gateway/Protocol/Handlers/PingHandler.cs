using Itori.Gateway.Connections;

namespace Itori.Gateway.Protocol.Handlers;

/// <summary>Answers a <c>ping</c> at once, whatever else the connection is at.</summary>
internal sealed class PingHandler : MessageHandler
{
    public override string Type => MessageTypes.Ping;

    public override bool NeedsUser => false;

    public override Step Handle(ClientConnection connection, ClientMessage message)
    {
        var receivedAt = connection.Now;
        byte[]? echo = null;
        var fields = new FieldReader(message);
        while (fields.Read())
        {
            if (fields.Named("timestamp"))
            {
                echo = fields.AsRawNumber();
            }
        }

        return fields.Problem is { } problem ? problem : Reply.Of(connection.Codec.PingResponse(echo, receivedAt, connection.Now, message.Id));
    }
}
