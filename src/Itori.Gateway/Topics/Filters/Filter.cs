using System.Collections.Frozen;
using System.Globalization;

using Itori.Contracts;
using Itori.Gateway.Protocol;

namespace Itori.Gateway.Topics.Filters;

/// <summary>What a subscription wants of its topic. Equal filters are computed once for all who have them.</summary>
internal sealed class Filter
{
    public Filter(IEnumerable<string>? types, ConceptChoice? concepts, double? maxRate)
    {
        Types = types?.ToFrozenSet(StringComparer.Ordinal);
        Concepts = concepts;
        MaxRate = maxRate;
        Key = string.Create(CultureInfo.InvariantCulture, $"{(Types is null ? "*" : string.Join(',', Types.Order(StringComparer.Ordinal)))} {maxRate} {concepts?.Key}");
    }

    /// <summary>What tells filters apart.</summary>
    public string Key { get; }

    /// <summary>Types of messages, and variants of <c>concept_update</c>; null: all.</summary>
    public FrozenSet<string>? Types { get; }

    /// <summary>Concepts; null: all.</summary>
    public ConceptChoice? Concepts { get; }

    /// <summary>Messages a second of each kind of which the latest wins; null: as they come.</summary>
    public double? MaxRate { get; }

    /// <summary>The words that <c>types</c> may hold for a kind of topic.</summary>
    public static IReadOnlyList<string> WordsOf(TopicKind kind) => kind switch
    {
        TopicKind.Session =>
        [
            MessageTypes.UserMsg, MessageTypes.MsgDeleted, MessageTypes.AssistantMsg, MessageTypes.ThinkingStart, MessageTypes.AssistantDelta, MessageTypes.ThinkingEnd, MessageTypes.Presence, MessageTypes.Cursor,
            MessageTypes.Error,
        ],
        TopicKind.Graph => [MessageTypes.ConceptUpdate, ConceptUpdates.Delta, MessageTypes.Presence, MessageTypes.Cursor, MessageTypes.Error],
        _ => [MessageTypes.PhaseFrame, MessageTypes.ConceptUpdate, ConceptUpdates.SpectralState, ConceptUpdates.CoherenceForecast, ConceptUpdates.ClusterAlert],
    };

    /// <summary>Whether messages of a type (of a variant of <c>concept_update</c>) are wanted.</summary>
    public bool Wants(string type) =>
        Types is null || Types.Contains(type) || (Types.Contains(MessageTypes.ConceptUpdate) && type is ConceptUpdates.Delta or ConceptUpdates.SpectralState or ConceptUpdates.CoherenceForecast or ConceptUpdates.ClusterAlert);

    /// <summary>Whether an event's type is wanted.</summary>
    public bool Wants(TopicEvent happened) => Wants(happened is GraphDelta ? ConceptUpdates.Delta : Codec.TypeOf(happened));
}
