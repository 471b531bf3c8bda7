namespace Itori.Client;

/// <summary>Where a subscription begins.</summary>
public sealed record ItoriSubscribeOptions
{
    /// <summary>Events after this <c>seq</c> are wanted too. Null: from now on; of a graph the snapshot first.</summary>
    public long? Since { get; init; }

    /// <summary>Of a graph: whether the snapshot may take the place of missed events where it is smaller. Default false.</summary>
    public bool CatchUpBySmallest { get; init; }
}
