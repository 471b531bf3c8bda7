using System.Text.Json;

namespace Itori.Gateway.Protocol;

/// <summary>JSON strings as .NET strings.</summary>
internal static class JsonText
{
    /// <summary>
    /// The string that the reader stands on; null where it is no text. JSON allows <c>"\ud800"</c>, half a character that no UTF-8 can say: what is stored must be sendable
    /// again, so that is no text here. The reader tells so by an exception only.
    /// </summary>
    public static string? OrNull(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not JsonTokenType.String)
        {
            return null;
        }

        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The string or name that the reader stands on; where it is no text, the character that stands for such (U+FFFD).</summary>
    public static string OrReplaced(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() ?? "";
        }
        catch (InvalidOperationException)
        {
            return "\uFFFD";
        }
    }
}
