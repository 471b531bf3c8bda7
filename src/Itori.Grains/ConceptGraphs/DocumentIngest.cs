using System.Security.Cryptography;
using System.Text;
using Itori.Contracts;

namespace Itori.Grains.ConceptGraphs;

/// <summary>What is decided of a document before any of it is taken in.</summary>
internal static class DocumentIngest
{
    private const int MaxSourceLength = 200;
    private const int MadeUpSourceLength = 60;

    public static Refusal? Check(IngestDocument command, ConceptGraphOptions options)
    {
        if (string.IsNullOrWhiteSpace(command.Text))
        {
            return Refusal.Of(ItoriError.BadField, "A document needs a text.", "payload.text");
        }

        if (command.Text.Length > options.MaxDocumentLength)
        {
            return Refusal.Of(ItoriError.TooLarge, $"A document has at most {options.MaxDocumentLength} characters; this one has {command.Text.Length}.", "payload.text");
        }

        if (command.Source is { } source && (string.IsNullOrWhiteSpace(source) || source.Length > MaxSourceLength || source.Any(char.IsControl)))
        {
            return Refusal.Of(ItoriError.BadField, $"A source is a line of 1 to {MaxSourceLength} characters.", "payload.source");
        }

        return null;
    }

    /// <summary>The name given, or the text's first words.</summary>
    public static string SourceOf(IngestDocument command)
    {
        if (command.Source is { } given)
        {
            return given.Trim();
        }

        var line = command.Text.AsSpan().Trim();
        var end = line.IndexOfAny('\r', '\n');
        line = end < 0 ? line : line[..end].TrimEnd();
        if (line.Length <= MadeUpSourceLength)
        {
            return line.ToString();
        }

        var cut = line[..MadeUpSourceLength];
        var space = cut.LastIndexOf(' ');
        return (space > 20 ? cut[..space] : char.IsHighSurrogate(cut[^1]) ? cut[..^1] : cut).ToString() + "…";
    }

    /// <summary>The same command, or the same text under the same name, is the same document.</summary>
    public static string IdOf(IngestDocument command) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(SourceOf(command) + "\n" + command.Text)).AsSpan(0, 16));
}
