using Itori.Contracts;
using Itori.Numerics.Forecasting;

namespace Itori.Grains.Fields;

/// <summary>
/// Where the talk has moved: for each concept, and for the field as a whole, what it was lately said together with against what it used to be said with (Jensen-Shannon divergence of a fast and a slow average),
/// and Page and Hinkley's test on that. A function of the deltas and the steps between which they came.
/// </summary>
internal sealed class FieldDrift(FieldOptions options)
{
    // An average below this has no part in a divergence worth a look.
    private const double Faded = 1e-3;

    private readonly double fast = options.DriftFast.TotalSeconds;
    private readonly double slow = options.DriftSlow.TotalSeconds;
    private readonly Dictionary<string, Neighbourhood> around = new(StringComparer.Ordinal);
    private readonly Neighbourhood whole = new();

    /// <summary>How far the field's attention is from where it used to be, in [0, 1].</summary>
    public double Divergence { get; private set; }

    /// <summary>Takes a graph whose past is not known: nothing has moved yet.</summary>
    public void Load(GraphSnapshot snapshot)
    {
        var here = snapshot.Concepts.Select(concept => concept.ConceptId).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in around.Keys.Concat(whole.Members).Where(id => !here.Contains(id)).Distinct(StringComparer.Ordinal).ToArray())
        {
            Forget(gone);
        }
    }

    /// <summary>Takes what a delta says; <paramref name="mentionsBefore"/> are the counts before it of the concepts that it changes.</summary>
    public void Follow(GraphDelta delta, IReadOnlyDictionary<string, long> mentionsBefore, double now)
    {
        foreach (var gone in delta.Removed)
        {
            Forget(gone);
        }

        var said = delta.Added.Where(concept => concept.Mentions > 0).Select(concept => (concept.ConceptId, Times: concept.Mentions))
            .Concat(delta.Changed.Where(change => change.Mentions is not null).Select(change => (change.ConceptId, Times: change.Mentions!.Value - mentionsBefore.GetValueOrDefault(change.ConceptId))))
            .Where(entry => entry.Times > 0).ToArray();
        if (said.Length == 0)
        {
            return;
        }

        var named = said.Select(entry => entry.ConceptId).ToHashSet(StringComparer.Ordinal);
        foreach (var relation in delta.RelationsAdded.Concat(delta.RelationsChanged).Where(relation => named.Contains(relation.Source) && named.Contains(relation.Target)))
        {
            Around(relation.Source).Add(relation.Target, 1, now, fast, slow);
            Around(relation.Target).Add(relation.Source, 1, now, fast, slow);
        }

        foreach (var (id, times) in said)
        {
            whole.Add(id, Math.Min(times, 3), now, fast, slow);
            if (around.TryGetValue(id, out var own))
            {
                own.Test(now, options, options.DriftAlarm);
            }
        }

        Divergence = whole.Test(now, options, options.FieldDriftAlarm);
    }

    /// <summary>Concepts whose neighbourhood moved within the latest <see cref="FieldOptions.DriftHold"/>.</summary>
    public string[] Moved(double now) => around.Where(entry => entry.Value.IsMoved(now, options)).Select(entry => entry.Key).Order(StringComparer.Ordinal).ToArray();

    /// <summary>Whether the field's attention as a whole moved within that time.</summary>
    public bool HasFieldMoved(double now) => whole.IsMoved(now, options);

    /// <summary>When the field's attention moved last, field time; −∞ where it never did.</summary>
    public double FieldMovedAt => whole.MovedAt;

    private Neighbourhood Around(string id)
    {
        if (!around.TryGetValue(id, out var own))
        {
            around[id] = own = new Neighbourhood();
        }

        return own;
    }

    private void Forget(string id)
    {
        whole.Remove(id);
        if (around.Remove(id, out var own))
        {
            foreach (var neighbour in own.Members)
            {
                around.GetValueOrDefault(neighbour)?.Remove(id);
            }
        }
    }

    /// <summary>What something is said with, lately and before.</summary>
    private sealed class Neighbourhood
    {
        private readonly SortedDictionary<string, TwoAverages> members = new(StringComparer.Ordinal);
        private PageHinkley test;
        private double begun = double.NaN;

        public IEnumerable<string> Members => members.Keys;

        public double MovedAt { get; private set; } = double.NegativeInfinity;

        public void Add(string id, double weight, double now, double fast, double slow)
        {
            begun = double.IsNaN(begun) ? now : begun;
            members[id] = members.GetValueOrDefault(id, new TwoAverages(0, 0, now)).With(weight, now, fast, slow);
        }

        public void Remove(string id) => members.Remove(id);

        public bool IsMoved(double now, FieldOptions options) => now - MovedAt < options.DriftHold.TotalSeconds;

        public double Test(double now, FieldOptions options, double alarm)
        {
            var (fast, slow) = (options.DriftFast.TotalSeconds, options.DriftSlow.TotalSeconds);
            var p = new double[members.Count];
            var q = new double[members.Count];
            var faded = new List<string>();
            var i = 0;
            foreach (var (id, averages) in members)
            {
                var current = averages.At(now, fast, slow);
                (p[i], q[i]) = (current.Fast, current.Slow);
                if (current.Fast < Faded && current.Slow < Faded)
                {
                    faded.Add(id);
                }

                i++;
            }

            faded.ForEach(id => members.Remove(id));
            var divergence = JensenShannon.Divergence(p, q);
            if (now - begun < fast)
            {
                return divergence; // Both averages are still the same few words.
            }

            test = test.With(divergence, options.DriftTolerance);
            if (test.HasRisen(alarm))
            {
                test = default;
                MovedAt = now;
            }

            return divergence;
        }
    }
}
