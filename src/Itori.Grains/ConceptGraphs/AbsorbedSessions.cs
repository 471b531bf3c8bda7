namespace Itori.Grains.ConceptGraphs;

/// <summary>
/// Up to where a graph has each session's messages, so that one that is told again after a failure counts once. Bounded by a number of sessions: those that were silent for longest are forgotten, and of a session that is not
/// known a message counts as known where it is no newer than the newest of the forgotten ones. So nothing is counted twice; the price is that a message is missed in the graph which was kept from it, by a lost silo, while
/// as many other sessions spoke there.
/// </summary>
internal sealed class AbsorbedSessions(int capacity)
{
    private readonly Dictionary<string, (long Seq, long At)> sessions = new(StringComparer.Ordinal);

    /// <summary>The time of the newest change by a session that is forgotten, Unix ms; null where none is.</summary>
    public long? ForgottenThrough { get; private set; }

    public IReadOnlyDictionary<string, (long Seq, long At)> Sessions => sessions;

    /// <summary>The last message of a session that is in the graph; 0 for one that is not known.</summary>
    public long Through(string session) => sessions.GetValueOrDefault(session).Seq;

    /// <summary>Whether the message, said at <paramref name="at"/> (null: not known), is in the graph.</summary>
    public bool Has(string session, long seq, long? at) =>
        sessions.TryGetValue(session, out var known) ? seq <= known.Seq : at <= ForgottenThrough;

    /// <summary>The graph has the session's messages through <paramref name="seq"/>, since <paramref name="at"/>.</summary>
    public void Add(string session, long seq, long at)
    {
        var known = sessions.GetValueOrDefault(session);
        sessions[session] = (Math.Max(known.Seq, seq), Math.Max(known.At, at));

        // Many at a time: the search for the oldest is then a small part of what was added meanwhile.
        if (sessions.Count > capacity + (capacity / 4))
        {
            foreach (var (oldest, place) in sessions.OrderBy(entry => entry.Value.At).ThenBy(entry => entry.Key, StringComparer.Ordinal).Take(sessions.Count - capacity).ToArray())
            {
                sessions.Remove(oldest);
                ForgottenThrough = Math.Max(ForgottenThrough ?? place.At, place.At);
            }
        }
    }

    /// <summary>Takes a snapshot's place.</summary>
    public void Restore(GraphSnapshotBody body)
    {
        sessions.Clear();
        ForgottenThrough = body.ForgottenThrough;

        // An older snapshot does not say when: not after the last of its concepts was.
        var latest = body.AbsorbedAt is null && body.Concepts.Count > 0 ? body.Concepts.Max(concept => concept.LastSeen) : 0;
        foreach (var (session, seq) in body.Absorbed)
        {
            Add(session, seq, body.AbsorbedAt?.GetValueOrDefault(session) ?? latest);
        }
    }
}
