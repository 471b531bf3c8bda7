using Itori.Gateway.Connections;

namespace Itori.Gateway.Protocol.Handlers;

/// <summary>Sends again who the connection is and the state of what it watches.</summary>
internal sealed class ReconnectHandler : MessageHandler
{
    public override string Type => MessageTypes.Reconnect;

    public override Step Handle(ClientConnection connection, ClientMessage message) =>
        Reply.Of(connection.Codec.Welcome(connection.Facts, connection.Now, message.Id), then: connection.Subscriptions.ShowAgain);
}
