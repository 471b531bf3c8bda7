using System.Text;

namespace Itori.Gateway.Exchange;

/// <summary>An edge of a file as it is read.</summary>
internal sealed class FileEdge
{
    private const int MaxKindLength = 40;

    private string? label;
    private string? relation;

    public string? Source { get; set; }

    public string? Target { get; set; }

    /// <summary>The weight as the file says it, above 0.</summary>
    public double? Weight { get; private set; }

    /// <summary>Null: as the file says for all its edges.</summary>
    public bool? Directed { get; set; }

    /// <summary>There and back.</summary>
    public bool Mutual { get; set; }

    /// <summary>A label that the file only draws; counts where there is no other.</summary>
    public string? DrawnLabel { get; set; }

    private string? Given { get; set; }

    /// <summary>What the file calls the relation, as one word; null where it does not.</summary>
    public string? Kind => Word(Given) ?? Word(label) ?? Word(relation) ?? Word(DrawnLabel);

    public void Set(string attribute, string text)
    {
        switch (attribute.ToLowerInvariant())
        {
            case "weight":
                Weight = FileNumber.Weight(text, $"the edge from '{FileNode.Cut(Source ?? "")}' to '{FileNode.Cut(Target ?? "")}'");
                break;
            case "kind":
                Given = text;
                break;
            case "label" or "edge label" or "edgelabel":
                label = text;
                break;
            case "relation" or "relationship" or "interaction":
                relation = text;
                break;
            default:
                break; // Attributes that no graph of ours has are other programs' own.
        }
    }

    /// <summary>A text as a kind: one word of at most 40 characters, without what parts the ends and the kind in a relation's id.</summary>
    private static string? Word(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var word = new StringBuilder(Math.Min(text.Length, MaxKindLength));
        foreach (var c in text)
        {
            if (word.Length == MaxKindLength)
            {
                break;
            }

            if (char.IsWhiteSpace(c))
            {
                if (word.Length > 0 && word[^1] != '_')
                {
                    word.Append('_');
                }
            }
            else if (!char.IsControl(c) && c is not ('>' or '~'))
            {
                word.Append(c);
            }
        }

        while (word.Length > 0 && (char.IsHighSurrogate(word[^1]) || (word[^1] == '_' && char.IsWhiteSpace(text[^1]))))
        {
            word.Length--;
        }

        return word.Length == 0 ? null : word.ToString();
    }
}
