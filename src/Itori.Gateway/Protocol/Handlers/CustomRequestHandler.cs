using Itori.Contracts;
using Itori.Gateway.Connections;

namespace Itori.Gateway.Protocol.Handlers;

/// <summary>Requests by name. The one that the protocol has, <c>refresh_forecast</c>, needs forecasts, which this version does not make.</summary>
internal sealed class CustomRequestHandler : MessageHandler
{
    public override string Type => MessageTypes.CustomRequest;

    public override Step Handle(ClientConnection connection, ClientMessage message)
    {
        string? request = null;
        var fields = new FieldReader(message);
        while (fields.Read())
        {
            if (fields.Named("type"))
            {
                request = fields.AsString();
            }
        }

        if (fields.Problem is { } problem)
        {
            return problem;
        }

        return request switch
        {
            null => fields.Missing("type"),
            "refresh_forecast" => Refusal.Of(ItoriError.NotImplemented, "This version of the server makes no forecasts.", "refresh_forecast"),
            _ => Refusal.Of(ItoriError.BadField, "There is no request of that name.", "type"),
        };
    }
}
