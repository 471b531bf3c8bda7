using System.Text.Encodings.Web;
using System.Text.Json;
using System.Xml;

namespace Itori.Gateway.Exchange;

/// <summary>Text that XML 1.0 cannot hold (most control characters, half surrogate pairs, U+FFFE, U+FFFF), not even escaped.</summary>
internal static class XmlText
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text with U+FFFD in the place of what XML cannot hold; the same instance where there is nothing of that.</summary>
    public static string Clean(string text)
    {
        char[]? clean = null;
        for (var i = 0; i < text.Length; i++)
        {
            if (XmlConvert.IsXmlChar(text[i]))
            {
                continue;
            }

            if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
            {
                i++;
                continue;
            }

            clean ??= text.ToCharArray();
            clean[i] = '\uFFFD';
        }

        return clean is null ? text : new string(clean);
    }

    /// <summary>The text, or the texts, as JSON, which has an escape for every character.</summary>
    public static string Json<T>(T text) => Clean(JsonSerializer.Serialize(text, Readable));
}
