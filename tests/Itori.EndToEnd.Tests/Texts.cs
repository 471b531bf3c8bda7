namespace Itori.EndToEnd.Tests;

/// <summary>Texts as people write them.</summary>
internal static class Texts
{
    public const string Paragraph =
        "Coral reefs depend on a partnership between coral polyps and algae. When sea temperature rises, the polyps expel the algae and coral bleaching follows. " +
        "Marine reserves protect herbivorous fish, and herbivorous fish keep seaweed from smothering young corals. Ocean acidification weakens coral skeletons, " +
        "so reef restoration has to consider water chemistry as well as sea temperature.";

    public static IReadOnlyList<string> Remarks { get; } =
    [
        "Marine reserves protect herbivorous fish from overfishing.",
        "Coral bleaching follows every marine heat wave in the lagoon.",
        "Reef restoration uses nursery tanks for coral fragments.",
        "Water chemistry decides how coral skeletons grow.",
        "Seaweed smothers young corals where herbivorous fish are missing.",
        "Ocean acidification is measured by pH sensors on the reef.",
    ];

    /// <summary>A text that is too long to be said.</summary>
    public static string Document(int characters)
    {
        var paragraphs = Enumerable.Range(1, 1 + (characters / Paragraph.Length)).Select(n => $"Section {n}. {Paragraph} {Remarks[n % Remarks.Count]}");
        return string.Join("\n\n", paragraphs)[..characters];
    }
}
