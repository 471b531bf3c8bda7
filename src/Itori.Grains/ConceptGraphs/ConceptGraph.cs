using System.Text.Json.Serialization;
using Itori.Contracts;

namespace Itori.Grains.ConceptGraphs;

/// <summary>
/// A graph's state: the sum of its deltas, with the indexes that decisions need. Decides nothing itself (see <see cref="GraphDraft"/>) and knows no cluster.
/// </summary>
internal sealed class ConceptGraph(string id, int rememberedSessions = ConceptGraphOptions.DefaultRememberedSessions)
{
    private readonly Dictionary<string, ConceptState> concepts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> idByKey = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RelationState> relations = new(StringComparer.Ordinal);

    // Made when it is first asked for: only changes by hand and concepts that leave need it, and it would be half the work of a restore.
    private Dictionary<string, HashSet<string>>? incident;
    private readonly HashSet<ConceptPair> unlinked = [];
    private readonly AbsorbedSessions absorbed = new(rememberedSessions);

    public string Id => id;

    public long Seq { get; private set; }

    public long Epoch { get; private set; } = 1;

    /// <summary>The next slot that no concept of this epoch has had.</summary>
    public int NextSlot { get; private set; }

    public IReadOnlyDictionary<string, ConceptState> Concepts => concepts;

    public IReadOnlyDictionary<string, RelationState> Relations => relations;

    /// <summary>Windows of text that the graph has seen, faded to <see cref="WindowsAt"/>.</summary>
    public double Windows { get; private set; }

    /// <summary>Unix ms.</summary>
    public long WindowsAt { get; private set; }

    /// <summary>Pairs that a person unlinked; also of concepts that have left, for they may be named again.</summary>
    public IReadOnlyCollection<ConceptPair> Unlinked => unlinked;

    public ConceptState? Find(string conceptId) => concepts.GetValueOrDefault(conceptId);

    public string? FindIdByKey(string key) => idByKey.GetValueOrDefault(key);

    public IReadOnlyCollection<string> RelationsOf(string conceptId) => (incident ??= RelationIndex.Of(relations.Values)).TryGetValue(conceptId, out var set) ? set : [];

    public bool IsUnlinked(string a, string b) => unlinked.Contains(Pair(a, b));

    /// <summary>The last message of a session that is in the graph.</summary>
    public long AbsorbedThrough(string session) => absorbed.Through(session);

    /// <summary>Whether the message is in the graph.</summary>
    public bool HasAbsorbed(SessionText text) => absorbed.Has(text.Session, text.Seq, text.Timestamp);

    /// <summary>A message that named nothing leaves no event, but need not be told again to this activation.</summary>
    public void Absorbed(string session, long seq, long at) => absorbed.Add(session, seq, at);

    public static ConceptPair Pair(string a, string b) =>
        string.CompareOrdinal(a, b) <= 0 ? new ConceptPair { A = a, B = b } : new ConceptPair { A = b, B = a };

    /// <summary>Applies a delta that was decided on this state, or read from the journal.</summary>
    public void Apply(GraphDelta delta)
    {
        foreach (var relationId in delta.RelationsRemoved)
        {
            Detach(relationId);
        }

        foreach (var removed in delta.Removed)
        {
            Remove(removed);
        }

        foreach (var concept in delta.Added)
        {
            Put(concept);
        }

        foreach (var change in delta.Changed)
        {
            Put(change.To(concepts[change.ConceptId]));
        }

        foreach (var relation in delta.RelationsAdded)
        {
            if (unlinked.Count > 0)
            {
                unlinked.Remove(Pair(relation.Source, relation.Target));
            }

            Attach(relation);
        }

        foreach (var relation in delta.RelationsChanged)
        {
            relations[relation.RelationId] = relation;
        }

        unlinked.UnionWith(delta.Unlinked);
        if (delta.Cause is { Session: { } session, MessageSeq: { } messageSeq })
        {
            Absorbed(session, messageSeq, delta.Timestamp);
        }

        if (delta.Epoch != Epoch)
        {
            Epoch = delta.Epoch;
            NextSlot = concepts.Count;
        }

        if (delta.Windows is { } windows)
        {
            (Windows, WindowsAt) = (windows, delta.Timestamp);
        }

        Seq = delta.Seq;
    }

    public GraphSnapshot ToSnapshot() => new()
    {
        Graph = id,
        Epoch = Epoch,
        Seq = Seq,
        Concepts = [.. concepts.Values.OrderBy(concept => concept.Slot)],
        Relations = [.. relations.Values],
    };

    public GraphSnapshotBody ToBody() => new()
    {
        Seq = Seq,
        Epoch = Epoch,
        NextSlot = NextSlot,
        Concepts = [.. concepts.Values.OrderBy(concept => concept.Slot)],
        Relations = [.. relations.Values],
        Unlinked = [.. unlinked],
        Absorbed = absorbed.Sessions.ToDictionary(entry => entry.Key, entry => entry.Value.Seq, StringComparer.Ordinal),
        AbsorbedAt = absorbed.Sessions.ToDictionary(entry => entry.Key, entry => entry.Value.At, StringComparer.Ordinal),
        ForgottenThrough = absorbed.ForgottenThrough,
        Windows = Windows,
        WindowsAt = WindowsAt,
    };

    public void Restore(GraphSnapshotBody body)
    {
        concepts.Clear();
        idByKey.Clear();
        relations.Clear();
        incident = null;
        unlinked.Clear();
        concepts.EnsureCapacity(body.Concepts.Count);
        idByKey.EnsureCapacity(body.Concepts.Count);
        relations.EnsureCapacity(body.Relations.Count);
        foreach (var concept in body.Concepts)
        {
            Put(concept);
        }

        foreach (var relation in body.Relations)
        {
            Attach(relation);
        }

        unlinked.UnionWith(body.Unlinked);
        absorbed.Restore(body);

        (Seq, Epoch, NextSlot) = (body.Seq, body.Epoch, body.NextSlot);
        (Windows, WindowsAt) = (body.Windows, body.WindowsAt);
    }

    private void Put(ConceptState concept)
    {
        concepts[concept.ConceptId] = concept;
        idByKey[concept.Key] = concept.ConceptId;
        foreach (var alias in concept.Aliases)
        {
            idByKey[alias] = concept.ConceptId;
        }

        NextSlot = Math.Max(NextSlot, concept.Slot + 1);
    }

    private void Remove(string conceptId)
    {
        if (!concepts.Remove(conceptId, out var concept))
        {
            return;
        }

        foreach (var key in concept.Aliases.Prepend(concept.Key))
        {
            // A merge may have given the key to another concept in this very delta's additions; only what still points here goes.
            if (idByKey.GetValueOrDefault(key) == conceptId)
            {
                idByKey.Remove(key);
            }
        }

        incident?.Remove(conceptId);
    }

    private void Attach(RelationState relation)
    {
        relations[relation.RelationId] = relation;
        if (incident is not null)
        {
            RelationIndex.Enter(incident, relation);
        }
    }

    private void Detach(string relationId)
    {
        if (relations.Remove(relationId, out var relation))
        {
            incident?.GetValueOrDefault(relation.Source)?.Remove(relationId);
            incident?.GetValueOrDefault(relation.Target)?.Remove(relationId);
        }
    }
}

/// <summary>A graph as the journal keeps it.</summary>
internal sealed record GraphSnapshotBody
{
    public required long Seq { get; init; }

    public required long Epoch { get; init; }

    public required int NextSlot { get; init; }

    public required IReadOnlyList<ConceptState> Concepts { get; init; }

    public required IReadOnlyList<RelationState> Relations { get; init; }

    public required IReadOnlyList<ConceptPair> Unlinked { get; init; }

    public required IReadOnlyDictionary<string, long> Absorbed { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double Windows { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long WindowsAt { get; init; }

    /// <summary>When, of the same sessions; null in version 1.</summary>
    public IReadOnlyDictionary<string, long>? AbsorbedAt { get; init; }

    public long? ForgottenThrough { get; init; }

    public IReadOnlyList<Journaling.CommandReply> Commands { get; init; } = [];
}
