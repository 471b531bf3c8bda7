using Itori.Contracts;
using Itori.Grains.Journaling;
using Itori.Text;
using RelationKinds = Itori.Contracts.RelationKinds;

namespace Itori.Grains.ConceptGraphs;

/// <summary>
/// A file for a graph as far as it can be got ready without the graph: checked, its normal forms found, its fingerprint taken. That is most of an import's work, and it knows no graph, so it is done off the grain's thread.
/// </summary>
internal sealed class ImportPlan
{
    private const int MaxAliases = 256;
    private const int MaxKeyLength = 2 * HandOperations.MaxLabelLength;

    private ImportPlan(ImportGraph command, PlannedConcept[] concepts) => (Command, Concepts) = (command, concepts);

    public ImportGraph Command { get; }

    public long Print { get; private init; }

    /// <summary>One for each concept of the command, in its order.</summary>
    public PlannedConcept[] Concepts { get; }

    /// <summary>What can be seen to be wrong, or to be too much, of the command alone; null where it is a plan.</summary>
    public Refusal? Refusal { get; private init; }

    public static ImportPlan Of(ImportGraph command, ConceptGraphOptions options)
    {
        // The fingerprint first: a command that is sent again gets its answer also where the limits have changed meanwhile.
        var print = CommandPrint.Of(command);
        var concepts = new PlannedConcept[command.Concepts.Count];
        return new ImportPlan(command, concepts) { Print = print, Refusal = Fill(concepts, command, options) };
    }

    public static Refusal TooLarge(ConceptGraphOptions options) =>
        Refusal.Of(ItoriError.TooLarge, $"With this file the graph would have more than the {options.MaxConcepts} concepts and {options.MaxRelations} relations that it may have. Nothing was imported.");

    private static Refusal? Fill(PlannedConcept[] concepts, ImportGraph command, ConceptGraphOptions options)
    {
        if (command.Source is { } file && (string.IsNullOrWhiteSpace(file) || file.Length > ImportGraph.MaxSourceLength || file.Any(char.IsControl)))
        {
            return Refusal.Of(ItoriError.BadField, $"A source is a line of 1 to {ImportGraph.MaxSourceLength} characters.", "source");
        }

        for (var i = 0; i < concepts.Length; i++)
        {
            var given = command.Concepts[i];
            var label = given.Label.Trim();
            concepts[i] = new PlannedConcept(given, label, given.Key ?? ConceptKey.Of(label));
        }

        if (concepts.Length > options.MaxConcepts && concepts.Select(concept => concept.Key).Distinct(StringComparer.Ordinal).Count() > options.MaxConcepts)
        {
            return TooLarge(options);
        }

        for (var i = 0; i < concepts.Length; i++)
        {
            if (Check(concepts[i]) is { } refusal)
            {
                return At(refusal, "concepts", i, concepts[i].Given.Label);
            }
        }

        for (var i = 0; i < command.Relations.Count; i++)
        {
            if (Check(command.Relations[i], concepts.Length) is { } refusal)
            {
                return At(refusal, "relations", i, null);
            }
        }

        return null;
    }

    private static Refusal? Check(in PlannedConcept concept)
    {
        if (concept.Label.Length is 0 or > HandOperations.MaxLabelLength || concept.Key.Length is 0 or > MaxKeyLength)
        {
            return Refusal.Of(ItoriError.BadFile, $"A label has 1 to {HandOperations.MaxLabelLength} characters, a letter or digit among them.", "label");
        }

        var given = concept.Given;
        if ((HandOperations.Weight(given.Weight) ?? HandOperations.Coordinates(given.X, given.Y)) is { } wrong)
        {
            return wrong;
        }

        if (given.Mentions < 0 || given.Cluster < 0 || given.CreatedAt < 0 || given.LastSeen < 0)
        {
            return Refusal.Of(ItoriError.BadFile, "Counts, clusters and times are not negative.");
        }

        return given.Aliases.Count > MaxAliases || given.Aliases.Any(alias => alias.Length is 0 or > MaxKeyLength)
            ? Refusal.Of(ItoriError.BadFile, $"A concept has at most {MaxAliases} aliases of 1 to {MaxKeyLength} characters.", "aliases")
            : null;
    }

    private static Refusal? Check(ImportedRelation relation, int concepts)
    {
        if ((uint)relation.Source >= concepts || (uint)relation.Target >= concepts)
        {
            return Refusal.Of(ItoriError.BadField, "A relation has two ends among the concepts.");
        }

        return HandOperations.IsKind(relation.Kind ?? RelationKinds.Related)
            ? HandOperations.Weight(relation.Weight)
            : Refusal.Of(ItoriError.BadFile, $"A kind is one word of 1 to {HandOperations.MaxKindLength} characters, no > or ~ among them.", "kind");
    }

    private static Refusal At(Refusal refusal, string list, int index, string? label) => refusal with
    {
        Message = label is not { Length: <= HandOperations.MaxLabelLength } ? refusal.Message : $"'{label}': {refusal.Message}",
        Details = $"{list}[{index}]" + (refusal.Details is { } field ? "." + field : ""),
    };
}

/// <summary>A concept of a file.</summary>
/// <param name="Given">As the file has it.</param>
/// <param name="Label">Without blanks around it.</param>
/// <param name="Key">Its normal form.</param>
internal readonly record struct PlannedConcept(ImportedConcept Given, string Label, string Key);
