using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

using Itori.Gateway.Protocol;

namespace Itori.Gateway.Tests.Protocol;

/// <summary>The reference and the schemas say what the code does.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Reference = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "protocol.md"));

    [Fact]
    public void Every_type_that_a_client_may_send_has_a_schema_and_no_other() =>
        Assert.Equal(MessageHandler.Types.Order(StringComparer.Ordinal), Schemas.Types("client").Order(StringComparer.Ordinal));

    [Fact]
    public void Every_type_that_the_server_sends_has_a_schema_and_no_other()
    {
        string[] onlyClients = [MessageTypes.Auth, MessageTypes.Cancel, MessageTypes.ConceptOp, MessageTypes.CustomRequest, MessageTypes.DeleteMsg, MessageTypes.Ingest, MessageTypes.Ping, MessageTypes.Subscribe, MessageTypes.Unsubscribe];
        var types = typeof(MessageTypes).GetFields().Select(field => (string)field.GetRawConstantValue()!).Except(onlyClients);
        Assert.Equal(types.Order(StringComparer.Ordinal), Schemas.Types("server").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_example_is_valid_and_every_type_has_one()
    {
        var server = new HashSet<string>();
        var client = new HashSet<string>();
        foreach (Match example in Example().Matches(Reference))
        {
            var json = example.Groups["json"].Value;
            using var message = JsonDocument.Parse(json);
            var type = (message.RootElement.TryGetProperty("type", out var name) ? name : message.RootElement.GetProperty("kind")).GetString()!;
            if (example.Groups["from"].Value == "client")
            {
                Schemas.CheckClient(json);
                client.Add(type);
            }
            else
            {
                Schemas.CheckServer(json);
                server.Add(type);
            }
        }

        Assert.Equal(Schemas.Types("client").Order(StringComparer.Ordinal), client.Order(StringComparer.Ordinal));
        Assert.Equal(Schemas.Types("server").Order(StringComparer.Ordinal), server.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("user_msg", "text")]
    [InlineData("delete_msg", "messageSeq")]
    [InlineData("subscribe", "topic")]
    [InlineData("unsubscribe", "topic")]
    [InlineData("history", "topic")]
    [InlineData("ingest", "text")]
    [InlineData("concept_op", "ops")]
    public void A_message_without_what_it_must_say_is_not_what_its_schema_describes(string type, string field)
    {
        var example = Example().Matches(Reference).First(example => example.Groups["from"].Value == "client" && example.Groups["json"].Value.Contains($"\"{type}\"", StringComparison.Ordinal));
        var message = JsonNode.Parse(example.Groups["json"].Value)!.AsObject();
        Assert.True(Schemas.IsClient(type, message.ToJsonString()));
        Assert.True(message.Remove(field) || message["payload"]!.AsObject().Remove(field), $"The example of {type} does not say {field}.");
        Assert.False(Schemas.IsClient(type, message.ToJsonString()));
    }

    [Fact]
    public void Every_error_is_in_the_table() => Assert.All(Contracts.ItoriError.All, error => Assert.Matches($"\\| {error.Code} \\|[^|]*`{error.Reason}`", Reference));

    [GeneratedRegex("```json (?<from>client|server)\n(?<json>.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
