using System.Text.Json;

using Itori.Contracts;
using Itori.Gateway.Hosting;
using Itori.Gateway.Topics.Filters;

namespace Itori.Gateway.Protocol.Handlers;

/// <summary>The fields of a <c>subscribe</c> that say what of the topic is wanted.</summary>
internal struct FilterReader
{
    private const int MaxConcept = 200;
    private const double LeastRate = 0.01;
    private const double MostRate = 1000;

    private List<string>? types;
    private ConceptChoice? concepts;
    private double? maxRate;
    private Refusal? problem;

    /// <summary>Takes the field that the reader stands at, if it is one of them.</summary>
    public void Read(ref FieldReader fields, GatewayOptions options)
    {
        if (fields.Named("types"))
        {
            // Its words are checked when the topic is known, which may stand behind it.
            problem = Strings(fields.AsArray(), "types", 32, out types) ?? problem;
        }
        else if (fields.Named("concepts"))
        {
            problem = Concepts(fields.AsValue(), options) ?? problem;
        }
        else if (fields.Named("maxRate"))
        {
            maxRate = fields.AsNumber();
        }
    }

    /// <summary>The filter of a topic of that kind; null where everything is wanted.</summary>
    public readonly Refusal? TryMake(TopicKind kind, out Filter? filter)
    {
        filter = null;
        if (problem is not null)
        {
            return problem;
        }

        if (types is not null)
        {
            var words = Filter.WordsOf(kind);
            for (var i = 0; i < types.Count; i++)
            {
                if (!words.Contains(types[i]))
                {
                    return Refusal.Of(ItoriError.BadField, $"types[{i}] is none of {string.Join(", ", words)}, which is what such a topic has.", $"types[{i}]");
                }
            }
        }

        if (concepts is not null && kind is TopicKind.Session)
        {
            return Refusal.Of(ItoriError.BadField, "A session has no concepts: they are in its graph.", "concepts");
        }

        if (maxRate is { } rate && !(rate is >= LeastRate and <= MostRate))
        {
            return Refusal.Of(ItoriError.BadField, $"maxRate is not a number from {LeastRate} to {MostRate}.", "maxRate");
        }

        filter = types is null && concepts is null && maxRate is null ? null : new Filter(types, concepts, maxRate);
        return null;
    }

    private Refusal? Concepts(ReadOnlySpan<byte> json, GatewayOptions options)
    {
        if (json.IsEmpty)
        {
            return null;
        }

        if (json[0] == (byte)'[')
        {
            var wrong = Strings(json, "concepts", options.MaxFilterConcepts, out var ids);
            concepts = ids is null ? null : ConceptChoice.Of(ids);
            return wrong;
        }

        if (json[0] != (byte)'{')
        {
            return Refusal.Of(ItoriError.BadField, "concepts is neither a list of ids nor {around, depth}.", "concepts");
        }

        string? around = null;
        long? depth = null;
        var fields = FieldReader.Of(json, "concepts.");
        while (fields.Read())
        {
            if (fields.Named("around"))
            {
                around = fields.AsString();
            }
            else if (fields.Named("depth"))
            {
                depth = fields.AsInteger(least: 0, most: options.MaxFilterDepth);
            }
        }

        if (fields.Problem is { } bad)
        {
            return bad;
        }

        if (around is null)
        {
            return fields.Missing("around");
        }

        if (around.Length is 0 or > MaxConcept)
        {
            return Refusal.Of(ItoriError.BadField, $"concepts.around has not 1 to {MaxConcept} characters.", "concepts.around");
        }

        concepts = ConceptChoice.Near(around, (int)(depth ?? Math.Min(1, options.MaxFilterDepth)));
        return null;
    }

    private static Refusal? Strings(ReadOnlySpan<byte> json, string name, int most, out List<string>? strings)
    {
        strings = null;
        if (json.IsEmpty)
        {
            return null;
        }

        var found = new List<string>();
        var reader = new Utf8JsonReader(json, ClientMessage.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            if (found.Count == most)
            {
                return Refusal.Of(ItoriError.TooLarge, $"{name} has more than {most} elements.", name);
            }

            if (JsonText.OrNull(ref reader) is not { Length: > 0 and <= MaxConcept } text)
            {
                return Refusal.Of(ItoriError.BadField, $"{name}[{found.Count}] is not a string of 1 to {MaxConcept} characters.", $"{name}[{found.Count}]");
            }

            found.Add(text);
        }

        if (found.Count == 0)
        {
            return Refusal.Of(ItoriError.BadField, $"{name} is empty: nothing would ever come.", name);
        }

        strings = found;
        return null;
    }
}
