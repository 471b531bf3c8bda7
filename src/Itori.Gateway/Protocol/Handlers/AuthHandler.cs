using Itori.Contracts;
using Itori.Gateway.Connections;

namespace Itori.Gateway.Protocol.Handlers;

/// <summary>Signs a connection in. This version checks no tokens and says so; without one the connection is anonymous, where that is allowed.</summary>
internal sealed class AuthHandler : MessageHandler
{
    public const string NoTokens = "This version of the server does not check tokens. Connect without one to be anonymous.";

    private const int MaxClientType = 64;

    public override string Type => MessageTypes.Auth;

    public override bool NeedsUser => false;

    public override Step Handle(ClientConnection connection, ClientMessage message)
    {
        string? token = null;
        string? clientType = null;
        var fields = new FieldReader(message);
        while (fields.Read())
        {
            if (fields.Named("token"))
            {
                token = fields.AsString();
            }
            else if (fields.Named("client_type"))
            {
                clientType = fields.AsString();
            }
        }

        if (fields.Problem is { } problem)
        {
            return problem;
        }

        if (clientType is { Length: > MaxClientType })
        {
            return Refusal.Of(ItoriError.TooLarge, $"client_type has more than {MaxClientType} characters.", "client_type");
        }

        if (token is not null)
        {
            return Reply.Of(connection.Codec.AuthFailure(ItoriError.NotImplemented, NoTokens, connection.Now, message.Id));
        }

        return connection.Options.AllowAnonymous
            ? Reply.Of(connection.Codec.AuthSuccess(connection.User, connection.Now, message.Id))
            : Reply.Of(connection.Codec.AuthFailure(ItoriError.Unauthenticated, "Anonymous use is not allowed here.", connection.Now, message.Id));
    }
}
