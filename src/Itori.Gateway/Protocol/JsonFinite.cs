using System.Text.Json;

namespace Itori.Gateway.Protocol;

/// <summary>JSON that every parser takes: numbers that JSON cannot say are written as 0.</summary>
internal static class JsonFinite
{
    public static void WriteFinite(this Utf8JsonWriter json, ReadOnlySpan<byte> name, double value) => json.WriteNumber(name, double.IsFinite(value) ? value : 0);

    public static void WriteFinite(this Utf8JsonWriter json, ReadOnlySpan<byte> name, double? value)
    {
        if (value is { } number)
        {
            json.WriteFinite(name, number);
        }
    }

    public static void WriteStrings(this Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
