namespace Itori.Gateway.Exchange;

/// <summary>The names of attributes in XML files, and their types as both formats call them.</summary>
internal static class NodeAttributes
{
    public const string Label = "label";
    public const string ExactLabel = "label_exact";
    public const string Concept = "concept";
    public const string Names = "names";
    public const string Weight = "weight";
    public const string Mentions = "mentions";
    public const string Cluster = "cluster";
    public const string Pinned = "pinned";
    public const string Arranged = "arranged";
    public const string CreatedAt = "createdAt";
    public const string LastSeen = "lastSeen";
    public const string Phase = "phase";
    public const string X = "x";
    public const string Y = "y";
    public const string Kind = "kind";

    /// <summary>What is written of a concept besides its label.</summary>
    public static readonly (string Name, string Type)[] All =
    [
        (ExactLabel, "string"), (Concept, "string"), (Names, "string"), (Weight, "double"), (Mentions, "long"), (Cluster, "int"), (Pinned, "boolean"), (Arranged, "boolean"),
        (CreatedAt, "long"), (LastSeen, "long"), (Phase, "double"), (X, "double"), (Y, "double"),
    ];
}
