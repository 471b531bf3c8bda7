namespace Itori.Grains.Assistants;

/// <summary>The documents of a graph, section <c>Itori:Library</c>.</summary>
public sealed class LibraryOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Itori:Library";

    /// <summary>
    /// How many characters of documents each graph keeps, 1,000 to 256 million. Default 8 million. Beyond it the oldest documents go for good; a document that
    /// is larger alone is refused. An active library holds them in memory.
    /// </summary>
    public int MaxCharacters { get; set; } = 8_000_000;
}
