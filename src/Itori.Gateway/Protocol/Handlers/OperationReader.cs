using Itori.Contracts;

namespace Itori.Gateway.Protocol.Handlers;

/// <summary>One operation of a <c>concept_op</c>.</summary>
internal static class OperationReader
{
    /// <summary>Reads an operation; null when it could be read.</summary>
    public static Refusal? TryRead(ReadOnlySpan<byte> json, string prefix, out ConceptOperation? operation)
    {
        operation = null;
        string? op = null, id = null, label = null, source = null, target = null, kind = null;
        double? weight = null, x = null, y = null;
        bool? pinned = null;
        var fields = FieldReader.Of(json, prefix);
        while (fields.Read())
        {
            if (fields.Named("op"))
            {
                op = fields.AsString();
            }
            else if (fields.Named("id"))
            {
                id = fields.AsString();
            }
            else if (fields.Named("label"))
            {
                label = fields.AsString();
            }
            else if (fields.Named("source"))
            {
                source = fields.AsString();
            }
            else if (fields.Named("target"))
            {
                target = fields.AsString();
            }
            else if (fields.Named("kind"))
            {
                kind = fields.AsString();
            }
            else if (fields.Named("weight"))
            {
                weight = fields.AsNumber();
            }
            else if (fields.Named("x"))
            {
                x = fields.AsNumber();
            }
            else if (fields.Named("y"))
            {
                y = fields.AsNumber();
            }
            else if (fields.Named("pinned"))
            {
                pinned = fields.AsBoolean();
            }
        }

        if (fields.Problem is { } problem)
        {
            return problem;
        }

        switch (op)
        {
            case null:
                return fields.Missing("op");
            case "upsert":
                operation = new UpsertConcept { ConceptId = id, Label = label, Weight = weight, X = x, Y = y, Pinned = pinned };
                return id is null && label is null ? fields.Missing("label") : null;
            case "remove" or "move" or "pin" when id is null:
                return fields.Missing("id");
            case "remove":
                operation = new RemoveConcept { ConceptId = id };
                return null;
            case "move" when x is null || y is null:
                return fields.Missing(x is null ? "x" : "y");
            case "move":
                operation = new MoveConcept { ConceptId = id, X = x.Value, Y = y.Value };
                return null;
            case "pin":
                operation = new PinConcept { ConceptId = id, Pinned = pinned ?? true };
                return null;
            case "link" or "unlink" or "merge" when source is null || target is null:
                return fields.Missing(source is null ? "source" : "target");
            case "link":
                operation = new LinkConcepts { Source = source, Target = target, Weight = weight, Kind = kind };
                return null;
            case "unlink":
                operation = new UnlinkConcepts { Source = source, Target = target };
                return null;
            case "merge":
                operation = new MergeConcepts { Source = source, Target = target };
                return null;
            default:
                return Refusal.Of(ItoriError.BadField, $"{prefix}op is none of upsert, remove, link, unlink, merge, move, pin.", prefix + "op");
        }
    }
}
