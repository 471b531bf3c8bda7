using System.Collections.Frozen;

namespace Itori.Gateway.Topics;

/// <summary>
/// The sessions that one connection watches or is about to, each with how far it is. Read for every event that names a cause, without a lock; changed seldom, by copying. Most connections watch one:
/// a few are looked through in an array, which is a fraction of what a dictionary takes.
/// </summary>
internal sealed class WatchedSessions
{
    private const int Few = 4;

    private volatile KeyValuePair<string, Progress>[] few = [];

    // Once there were more, they stay here. Set before the few are dropped, so that whoever reads meanwhile finds each in one of the two.
    private volatile FrozenDictionary<string, Progress>? many;

    /// <summary>Whether an effect of <paramref name="cause"/> has to wait.</summary>
    public bool IsAhead(Cause cause) => Find(cause) is { } progress && !progress.Covers(cause.Seq);

    /// <summary>How far the connection is in the cause's session; null where it does not watch it.</summary>
    public Progress? Find(Cause cause)
    {
        if (cause.Session is not { } session)
        {
            return null;
        }

        foreach (var (watched, progress) in few)
        {
            if (watched == session)
            {
                return progress;
            }
        }

        return many?.GetValueOrDefault(session);
    }

    /// <summary>Names a session with this string, which others have too, instead of one of its own.</summary>
    public void ShareName(string session)
    {
        if (Find(new Cause(session, 0)) is { } progress)
        {
            Set(session, progress);
        }
    }

    /// <summary>Sets the place of a session; null: not watched. Callers take turns.</summary>
    public void Set(string session, Progress? progress)
    {
        var changed = new Dictionary<string, Progress>(many ?? (IEnumerable<KeyValuePair<string, Progress>>)few, StringComparer.Ordinal);
        changed.Remove(session);
        if (progress is not null)
        {
            changed.Add(session, progress);
        }

        if (many is null && changed.Count <= Few)
        {
            few = [.. changed];
            return;
        }

        many = changed.ToFrozenDictionary(StringComparer.Ordinal);
        few = [];
    }
}
