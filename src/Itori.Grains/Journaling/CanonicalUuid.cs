namespace Itori.Grains.Journaling;

/// <summary>UUIDs as RFC 9562 has them written: 36 letters, in lower case. Only such a text follows from its 16 bytes.</summary>
internal static class CanonicalUuid
{
    private const string Format = "D";
    private const int Length = 36;

    /// <summary>The UUID that a text is; null for any other text, also one that means a UUID and is written differently.</summary>
    public static Guid? Of(string? text)
    {
        if (text is not { Length: Length } || !Guid.TryParseExact(text, Format, out var uuid))
        {
            return null;
        }

        // The parser takes more than the canonical form: capitals, for one.
        Span<char> canonical = stackalloc char[Length];
        return uuid.TryFormat(canonical, out _, Format) && text.AsSpan().SequenceEqual(canonical) ? uuid : null;
    }

    public static string Text(Guid uuid) => uuid.ToString(Format);
}
