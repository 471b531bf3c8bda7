using System.Globalization;
using System.Text.Json;

using Itori.Contracts;

namespace Itori.Gateway.Exchange;

/// <summary>
/// A node of a file as it is read: attributes of any name, of which the known ones count. A node with <c>names</c> was written by Itori, and only of such a one the attributes count that mean something in Itori alone.
/// </summary>
internal sealed class FileNode(string id)
{
    private const int MaxMessageText = 60;

    private string? label;
    private string? exactLabel;
    private string? name;
    private string? title;
    private string? names;
    private string? concept;
    private string? mentions;
    private string? createdAt;
    private string? lastSeen;

    public string Id => id;

    /// <summary>The weight as the file says it, above 0.</summary>
    public double? Weight { get; private set; }

    public double? X { get; private set; }

    public double? Y { get; private set; }

    /// <summary>A label that the file only draws; counts where there is no other.</summary>
    public string? DrawnLabel { get; set; }

    private bool Pinned { get; set; }

    private bool Arranged { get; set; }

    private int Cluster { get; set; }

    public void Set(string attribute, string text)
    {
        switch (attribute.ToLowerInvariant())
        {
            case "label":
                label = text;
                break;
            case "label_exact":
                exactLabel = text;
                break;
            case "name":
                name = text;
                break;
            case "title":
                title = text;
                break;
            case "names":
                names = text;
                break;
            case "concept":
                concept = text;
                break;
            case "weight":
                Weight = FileNumber.Weight(text, Where);
                break;
            case "x":
                X = FileNumber.Finite(text, "x", Where);
                break;
            case "y":
                Y = FileNumber.Finite(text, "y", Where);
                break;
            case "pinned":
                Pinned = text is "true" or "True" or "1";
                break;
            case "arranged":
                Arranged = text is "true" or "True" or "1";
                break;
            case "cluster" or "community" or "modularity_class" or "modularity class":
                // Other programs' groups may be words or have gaps; what is no group's number says nothing here.
                Cluster = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var group) ? group : Cluster;
                break;
            case "mentions":
                mentions = text;
                break;
            case "createdat":
                createdAt = text;
                break;
            case "lastseen":
                lastSeen = text;
                break;
            default:
                break; // Attributes that no graph of ours has are other programs' own.
        }
    }

    /// <summary>Takes a place that the file only draws, where it says none.</summary>
    public void SetDrawnPlace(string? x, string? y)
    {
        X ??= x is null ? null : FileNumber.Finite(x, "x", Where);
        Y ??= y is null ? null : FileNumber.Finite(y, "y", Where);
    }

    /// <summary>The concept, its weight divided by <paramref name="scale"/>. <paramref name="idIsConcept"/>: in this format the node's id is the concept's.</summary>
    public ImportedConcept ToConcept(double scale, bool idIsConcept)
    {
        var shown = (exactLabel is null ? null : Exact(exactLabel)) ?? Said(label) ?? Said(name) ?? Said(title) ?? Said(DrawnLabel) ?? id;
        if (shown.Length > ImportedConcept.MaxLabelLength)
        {
            throw BadGraphFileException.TooLarge($"The label of {Where} has more than {ImportedConcept.MaxLabelLength} characters.", "label");
        }

        var imported = new ImportedConcept { Label = shown, Weight = GraphFile.Scaled(Weight, scale), X = X, Y = Y, Pinned = Pinned, Cluster = Cluster };
        if (names is null || Names(names) is not [var key, .. var aliases])
        {
            return imported;
        }

        return imported with
        {
            Key = key,
            Aliases = aliases,
            ConceptId = concept ?? (idIsConcept ? id : null),
            Mentions = FileNumber.Count(mentions, "mentions", Where) ?? 0,
            CreatedAt = FileNumber.Count(createdAt, "createdAt", Where),
            LastSeen = FileNumber.Count(lastSeen, "lastSeen", Where),
            Arranged = Arranged,
        };
    }

    private string Where => $"node '{Cut(id)}'";

    public static string Cut(string text) => text.Length <= MaxMessageText ? text : string.Concat(text.AsSpan(0, MaxMessageText - (char.IsHighSurrogate(text[MaxMessageText - 1]) ? 1 : 0)), "…");

    private static string? Said(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private string? Exact(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<string>(json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new BadGraphFileException($"label_exact of {Where} is no JSON string.", "label_exact");
        }
    }

    private string[] Names(string json)
    {
        try
        {
            var all = JsonSerializer.Deserialize<string[]>(json);
            if (all is { Length: > 0 } && !all.Contains(null))
            {
                return all;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Said below.
        }

        throw new BadGraphFileException($"names of {Where} is no JSON array of one or more strings.", "names");
    }
}
