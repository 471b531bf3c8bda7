using System.Collections.Concurrent;
using System.Text.Json;

using NJsonSchema;

namespace Itori.Gateway.Tests;

/// <summary>The schemas of docs/schema, by direction and type.</summary>
internal static class Schemas
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "docs", "schema");
    private static readonly ConcurrentDictionary<string, Lazy<JsonSchema>> Read = new(StringComparer.Ordinal);

    /// <summary>Fails where a message of the server is not what its schema says.</summary>
    public static void CheckServer(string json) => Check("server", json);

    public static void CheckClient(string json) => Check("client", json);

    /// <summary>Whether a message is what the schema of its type says a client sends.</summary>
    public static bool IsClient(string type, string json) => Of("client", type).Validate(json).Count == 0;

    public static IEnumerable<string> Types(string direction) => Directory.GetFiles(Path.Combine(Folder, direction), "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!);

    private static void Check(string direction, string json)
    {
        using var message = JsonDocument.Parse(json);
        var type = (message.RootElement.TryGetProperty("type", out var name) ? name : message.RootElement.GetProperty("kind")).GetString()!;
        var schema = Of(direction, type);
        var problems = schema.Validate(json);
        Assert.True(problems.Count == 0, $"{direction}/{type}: {string.Join("; ", problems)} in {json[..Math.Min(json.Length, 2000)]}");
    }

    private static JsonSchema Of(string direction, string type)
    {
        var file = Path.Combine(Folder, direction, type + ".json");
        Assert.True(File.Exists(file), $"There is no schema for {direction}/{type}");
        return Read.GetOrAdd(file, path => new Lazy<JsonSchema>(() => JsonSchema.FromFileAsync(path).GetAwaiter().GetResult())).Value;
    }
}
