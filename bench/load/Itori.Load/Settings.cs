using System.Globalization;

namespace Itori.Load;

/// <summary>The command line: <c>name=value</c>, each with a default that makes a short run.</summary>
internal sealed class Settings
{
    private readonly Dictionary<string, string> values = [];

    public Settings(IEnumerable<string> arguments)
    {
        foreach (var argument in arguments)
        {
            var parts = argument.TrimStart('-').Split('=', 2);
            if (parts.Length != 2)
            {
                throw new ArgumentException($"{argument}: options are written name=value.");
            }

            if (parts[0].StartsWith("Itori", StringComparison.Ordinal) || parts[0].StartsWith("DOTNET_", StringComparison.Ordinal))
            {
                Target.ItoriSettings[parts[0].Replace(":", "__", StringComparison.Ordinal)] = parts[1];
            }
            else
            {
                values[parts[0]] = parts[1];
            }
        }
    }

    public string Text(string name, string otherwise) => values.GetValueOrDefault(name, otherwise);

    public int Number(string name, int otherwise) => values.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    public TimeSpan Seconds(string name, int otherwise) => TimeSpan.FromSeconds(Number(name, otherwise));
}
