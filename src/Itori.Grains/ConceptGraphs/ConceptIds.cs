namespace Itori.Grains.ConceptGraphs;

/// <summary>Ids for new concepts.</summary>
internal static class ConceptIds
{
    private const int LongestSlug = 64;

    /// <summary>An id for a concept of this key that is not taken: the key itself where it can be, so that people can read it.</summary>
    public static string Free(string key, Func<string, bool> isTaken)
    {
        var slug = Slug(key);
        var candidate = slug;
        for (var n = 2; isTaken(candidate); n++)
        {
            candidate = $"{slug}-{n}";
        }

        return candidate;
    }

    private static string Slug(string key)
    {
        Span<char> slug = stackalloc char[Math.Min(key.Length, LongestSlug)];
        for (var i = 0; i < slug.Length; i++)
        {
            slug[i] = char.IsLetterOrDigit(key[i]) || key[i] is '.' or '_' or '+' or '#' || char.IsSurrogate(key[i]) ? key[i] : '-';
        }

        if (char.IsHighSurrogate(slug[^1]))
        {
            slug = slug[..^1];
        }

        return slug.Length == 0 ? "concept" : new string(slug);
    }
}
