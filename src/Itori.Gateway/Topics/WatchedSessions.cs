using System.Collections.Frozen;

namespace Itori.Gateway.Topics;

/// <summary>
/// The sessions that one connection watches or is about to, each with how far it is. Read for every event that names a cause, without a lock; changed seldom, by copying.
/// </summary>
internal sealed class WatchedSessions
{
    private volatile FrozenDictionary<string, Progress> sessions = FrozenDictionary<string, Progress>.Empty;

    /// <summary>Whether an effect of <paramref name="cause"/> has to wait.</summary>
    public bool IsAhead(Cause cause) => Find(cause) is { } progress && !progress.Covers(cause.Seq);

    /// <summary>How far the connection is in the cause's session; null where it does not watch it.</summary>
    public Progress? Find(Cause cause) => cause.Session is { } session && sessions is { Count: > 0 } watched ? watched.GetValueOrDefault(session) : null;

    /// <summary>Sets the place of a session; null: not watched. Callers take turns.</summary>
    public void Set(string session, Progress? progress)
    {
        var changed = new Dictionary<string, Progress>(sessions, StringComparer.Ordinal);
        if (progress is null)
        {
            changed.Remove(session);
        }
        else
        {
            changed[session] = progress;
        }

        sessions = changed.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
