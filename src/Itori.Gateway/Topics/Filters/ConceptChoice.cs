using System.Collections.Frozen;
using System.Globalization;

namespace Itori.Gateway.Topics.Filters;

/// <summary>Which concepts of a graph a subscription is about: a list, or all within some steps of one. Equal choices have equal keys.</summary>
internal sealed class ConceptChoice
{
    private ConceptChoice(string key)
    {
        Key = key;
    }

    /// <summary>What tells choices apart.</summary>
    public string Key { get; }

    /// <summary>The concepts' ids; null for a neighbourhood.</summary>
    public FrozenSet<string>? Ids { get; private init; }

    /// <summary>The concept in the middle; null for a list.</summary>
    public string? Around { get; private init; }

    /// <summary>How many relations away a concept may be, whichever way they point.</summary>
    public int Depth { get; private init; }

    public static ConceptChoice Of(IEnumerable<string> ids)
    {
        var set = ids.ToFrozenSet(StringComparer.Ordinal);

        // Lengths stand before the ids, so that no two lists have one key.
        return new("list " + string.Concat(set.Order(StringComparer.Ordinal).Select(id => string.Create(CultureInfo.InvariantCulture, $"{id.Length}:{id}")))) { Ids = set };
    }

    public static ConceptChoice Near(string around, int depth) => new(string.Create(CultureInfo.InvariantCulture, $"near {depth} {around}")) { Around = around, Depth = depth };
}
