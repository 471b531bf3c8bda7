using System.Text.Json.Nodes;

namespace Itori.Client;

/// <summary>Where a subscription begins, and which part of the topic it wants. What all of <see cref="Types"/>, <see cref="Concepts"/> and <see cref="Around"/> let pass comes.</summary>
public sealed record ItoriSubscribeOptions
{
    /// <summary>Events after this <c>seq</c> are wanted too. Null: from now on; of a graph the snapshot first.</summary>
    public long? Since { get; init; }

    /// <summary>Of a graph: whether the snapshot may take the place of missed events where it is smaller. Default false.</summary>
    public bool CatchUpBySmallest { get; init; }

    /// <summary>Types of message that are wanted, such as <c>delta</c> or <c>user_msg</c>. Null: all.</summary>
    public IReadOnlyList<string>? Types { get; init; }

    /// <summary>Ids of the concepts that are wanted, of a graph or field. Null: all. Not together with <see cref="Around"/>.</summary>
    public IReadOnlyList<string>? Concepts { get; init; }

    /// <summary>The concept whose neighbourhood is wanted, which follows the graph. Null: all.</summary>
    public string? Around { get; init; }

    /// <summary>How many relations away from <see cref="Around"/> a concept may be, 0 to 3. Default 1.</summary>
    public int Depth { get; init; } = 1;

    /// <summary>Messages a second of each kind of which the latest wins, 0.01 to 1,000. Null: as they come.</summary>
    public double? MaxRate { get; init; }

    internal void WriteTo(JsonObject message)
    {
        if (Concepts is not null && Around is not null)
        {
            throw new ArgumentException($"{nameof(Concepts)} and {nameof(Around)} cannot both be given.");
        }

        if (Types is not null)
        {
            message["types"] = List(Types);
        }

        if (Concepts is not null)
        {
            message["concepts"] = List(Concepts);
        }
        else if (Around is not null)
        {
            message["concepts"] = new JsonObject { ["around"] = Around, ["depth"] = Depth };
        }

        if (MaxRate is { } rate)
        {
            message["maxRate"] = rate;
        }
    }

    private static JsonArray List(IEnumerable<string> values) => [.. values.Select(value => (JsonNode)value)];
}
