using Itori.Journal.Commits;

namespace Itori.Journal.Postgres;

/// <summary>Appends of one stream, each building on the one before, that are written as if they were one: all of them or none.</summary>
internal sealed class AppendChain(PendingAppend first)
{
    private readonly List<PendingAppend> _members = new(1) { first };

    public string Stream => first.Stream;

    public long ExpectedSeq => first.ExpectedSeq;

    public long HeadSeq => _members[^1].HeadSeq;

    /// <summary>The stream's row where it is known, else 0, which no row has.</summary>
    public long Id { get; set; }

    public List<PendingAppend> Members => _members;

    /// <summary>
    /// Sorts a batch into one chain per stream, since one command sees each head once. An append that does not build on its stream's chain
    /// (another writer's, or one to be tried alone) goes to <paramref name="later"/>, and so does all of that stream behind it.
    /// </summary>
    public static List<AppendChain> Build(List<PendingAppend> batch, List<PendingAppend> later)
    {
        var chains = new List<AppendChain>(batch.Count);
        var open = new Dictionary<string, AppendChain?>(batch.Count, StringComparer.Ordinal);
        foreach (var append in batch)
        {
            if (!open.TryGetValue(append.Stream, out var chain))
            {
                var begun = new AppendChain(append);
                chains.Add(begun);
                open[append.Stream] = append.IsAlone ? null : begun;
            }
            else if (chain is not null && !append.IsAlone && append.ExpectedSeq == chain.HeadSeq)
            {
                chain._members.Add(append);
            }
            else
            {
                open[append.Stream] = null;
                later.Add(append);
            }
        }

        return chains;
    }

    /// <summary>Where a chain's members go in <paramref name="later"/> so that they stay before those of their stream that came after them.</summary>
    public static int PlaceOf(AppendChain chain, List<PendingAppend> later)
    {
        var place = later.FindIndex(a => string.Equals(a.Stream, chain.Stream, StringComparison.Ordinal));
        return place < 0 ? later.Count : place;
    }
}
