using Itori.Contracts;
using Itori.Numerics.Graphs;
using Itori.Numerics.Oscillators;

namespace Itori.Grains.Fields;

/// <summary>
/// The oscillators of one graph, without a cluster and without a clock: what it does is a function of the snapshot it began with, the deltas applied between
/// its steps, and the options. Two runs agree bit for bit.
/// <para>
/// dθᵢ/dt = ωᵢ + K Σⱼ wᵢⱼ sin(θⱼ − θᵢ − α), with wᵢⱼ the relations' weights divided by the strength of i (Σⱼ wᵢⱼ = 1), and ωᵢ = ω₀ + Ω (aᵢ − ā): aᵢ ∈ (−1, 1) is the squashed
/// difference of a fast and a slow moving average of the concept's mentions, ā its mean over the concept's component. So concepts that are being talked about run ahead of what
/// they are related to and pull it along; a field at rest falls in step.
/// </para>
/// </summary>
internal sealed class FieldSimulation
{
    private const int StepsPerFrequency = 5;

    private readonly FieldOptions options;
    private readonly KuramotoParameters parameters;
    private readonly Dictionary<string, int> indexById = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RelationState> relations = new(StringComparer.Ordinal);
    private readonly List<Node> nodes = [];
    private double[] phases = [];
    private double[] frequencies = [];
    private double[] advance = [];
    private double[] before = [];
    private int[] components = [];
    private int[] sizes = [];
    private double[] componentMeans = [];
    private KuramotoIntegrator? integrator;
    private WeightedGraph? graph;
    private int slots;
    private long steps;
    private long advanceFrom;
    private bool frequenciesKnown;

    public FieldSimulation(FieldOptions options)
    {
        this.options = options;
        parameters = new KuramotoParameters { Coupling = options.Coupling, PhaseLag = options.PhaseLag, TimeStep = options.StepSeconds };
    }

    /// <summary>The graph's last delta that is in the field.</summary>
    public long Seq { get; private set; }

    /// <summary>The epoch of slots.</summary>
    public long Epoch { get; private set; } = 1;

    /// <summary>Field time, seconds.</summary>
    public double Time => steps * options.StepSeconds;

    public int Count => nodes.Count;

    /// <summary>Takes a graph's state. Concepts that were here keep their phase and activity.</summary>
    public void Load(GraphSnapshot snapshot)
    {
        var known = nodes.Select((node, i) => (node, phase: phases[i])).ToDictionary(entry => entry.node.Id, StringComparer.Ordinal);
        nodes.Clear();
        indexById.Clear();
        relations.Clear();
        slots = 0;
        Grow(snapshot.Concepts.Count);
        foreach (var concept in snapshot.Concepts)
        {
            Add(concept);
            if (known.TryGetValue(concept.ConceptId, out var old))
            {
                phases[nodes.Count - 1] = old.phase;
                nodes[^1] = nodes[^1] with { Fast = old.node.Fast, Slow = old.node.Slow, AsOf = old.node.AsOf };
            }
        }

        foreach (var relation in snapshot.Relations)
        {
            relations[relation.RelationId] = relation;
        }

        (Seq, Epoch) = (snapshot.Seq, snapshot.Epoch);
        integrator = null;
        frequenciesKnown = false;
        ForgetAdvance();
    }

    /// <summary>Applies the graph's next delta between two steps.</summary>
    /// <exception cref="InvalidOperationException">It is not the next one.</exception>
    public void Apply(GraphDelta delta)
    {
        if (delta.Seq != Seq + 1)
        {
            throw new InvalidOperationException($"Delta {delta.Seq} does not follow {Seq}.");
        }

        foreach (var relationId in delta.RelationsRemoved)
        {
            relations.Remove(relationId);
        }

        foreach (var removed in delta.Removed)
        {
            Remove(removed);
        }

        if (delta.Epoch != Epoch)
        {
            slots = 0;
        }

        Grow(nodes.Count + delta.Added.Count);
        foreach (var concept in delta.Added)
        {
            Add(concept);
            Mentioned(nodes.Count - 1, concept.Mentions);
        }

        foreach (var change in delta.Changed)
        {
            var i = indexById[change.ConceptId];
            if (change.Mentions is { } mentions)
            {
                Mentioned(i, mentions - nodes[i].Mentions);
            }

            nodes[i] = nodes[i] with { Slot = change.Slot ?? nodes[i].Slot, Mentions = change.Mentions ?? nodes[i].Mentions, Weight = change.Weight ?? nodes[i].Weight };
            slots = Math.Max(slots, nodes[i].Slot + 1);
        }

        foreach (var relation in delta.RelationsAdded.Concat(delta.RelationsChanged))
        {
            relations[relation.RelationId] = relation;
        }

        if (delta.Added.Count + delta.Removed.Count + delta.RelationsAdded.Count + delta.RelationsChanged.Count + delta.RelationsRemoved.Count > 0)
        {
            integrator = null;
            if (delta.Added.Count + delta.Removed.Count > 0)
            {
                ForgetAdvance();
            }
        }

        (Seq, Epoch) = (delta.Seq, delta.Epoch);
        frequenciesKnown = false;
    }

    /// <summary>Turns the oscillators by this many steps.</summary>
    public void Advance(int count)
    {
        if (nodes.Count == 0)
        {
            steps += count;
            return;
        }

        Prepare();
        var current = phases.AsSpan(0, nodes.Count);
        for (var step = 0; step < count; step++)
        {
            // At fixed steps, not once a call: how a stretch of time is cut into calls is an accident of the clock and must not be seen.
            if (!frequenciesKnown || steps % StepsPerFrequency == 0)
            {
                SetFrequencies();
            }

            current.CopyTo(before);
            integrator!.Step(current, frequencies.AsSpan(0, nodes.Count));
            steps++;
            for (var i = 0; i < current.Length; i++)
            {
                // Within a step no oscillator turns by half a turn (the options' rules see to that), so the shorter way round is the way it went.
                var turned = current[i] - before[i];
                advance[i] += turned > Math.PI ? turned - (2 * Math.PI) : turned < -Math.PI ? turned + (2 * Math.PI) : turned;
            }
        }
    }

    /// <summary>The phases by slot.</summary>
    public PhaseFrame Frame(string graphId, long number, long timestamp)
    {
        var order = Order();
        var bySlot = new float[slots];
        Array.Fill(bySlot, float.NaN);
        for (var i = 0; i < nodes.Count; i++)
        {
            // A double just below 2π may round up to the float of 2π.
            var phase = (float)phases[i];
            bySlot[nodes[i].Slot] = phase < 2 * MathF.PI ? phase : 0;
        }

        return new PhaseFrame
        {
            Timestamp = timestamp,
            Graph = graphId,
            Epoch = Epoch,
            Frame = number,
            T = Time,
            OrderParameter = order.R,
            MeanPhase = order.MeanPhase,
            Phases = bySlot,
        };
    }

    /// <summary>What the spectral state needs, copied, so that it can be computed while the field turns on. Begins the next measurement of frequencies.</summary>
    public SpectralInput BeginSpectral()
    {
        Prepare();
        var elapsed = (steps - advanceFrom) * options.StepSeconds;
        var input = new SpectralInput
        {
            Graph = graph!,
            Coupling = integrator!.Coupling,
            Phases = phases.AsSpan(0, nodes.Count).ToArray(),
            Frequencies = elapsed > 0 ? advance.AsSpan(0, nodes.Count).ToArray().Select(turned => turned / elapsed).ToArray() : null,
            ConceptIds = nodes.Select(node => node.Id).ToArray(),
            ConceptWeights = nodes.Select(node => node.Weight).ToArray(),
            Order = Order(),
        };
        ForgetAdvance();
        return input;
    }

    private OrderParameter Order() => OrderParameter.Of(phases.AsSpan(0, nodes.Count));

    private void Prepare()
    {
        if (integrator is not null && integrator.NodeCount == nodes.Count)
        {
            return;
        }

        var edges = relations.Values
            .OrderBy(relation => relation.RelationId, StringComparer.Ordinal) // Sums of doubles depend on their order; a dictionary's is an accident.
            .Select(relation => new WeightedEdge(indexById[relation.Source], indexById[relation.Target], relation.Weight)).ToArray();
        graph = WeightedGraph.FromEdges(nodes.Count, edges);
        integrator = new KuramotoIntegrator(CouplingMatrix.FromGraph(graph, CouplingNormalisation.Strength), parameters);
        var connected = ConnectedComponents.Of(graph);
        components = connected.Labels.ToArray();
        componentMeans = new double[connected.Count];
        sizes = new int[connected.Count];
        foreach (var label in components)
        {
            sizes[label]++;
        }
    }

    private void SetFrequencies()
    {
        frequenciesKnown = true;
        var now = Time;
        Array.Clear(componentMeans);
        for (var i = 0; i < nodes.Count; i++)
        {
            var node = nodes[i];
            var since = now - node.AsOf;
            frequencies[i] = Math.Tanh((node.Fast * Math.Exp(-since / options.FastActivity.TotalSeconds))
                - (node.Slow * Math.Exp(-since / options.SlowActivity.TotalSeconds)));
            componentMeans[components[i]] += frequencies[i] / sizes[components[i]];
        }

        for (var i = 0; i < nodes.Count; i++)
        {
            frequencies[i] = options.BaseFrequency + (options.FrequencySpread * (frequencies[i] - componentMeans[components[i]]));
        }
    }

    /// <summary>
    /// Both averages are of mentions per <see cref="FieldOptions.FastActivity"/>: one mention now raises the fast one by 1 and the slow one by the ratio of the time constants.
    /// </summary>
    private void Mentioned(int i, long times)
    {
        if (times <= 0)
        {
            return;
        }

        var node = nodes[i];
        var since = Time - node.AsOf;
        nodes[i] = node with
        {
            Fast = (node.Fast * Math.Exp(-since / options.FastActivity.TotalSeconds)) + times,
            Slow = (node.Slow * Math.Exp(-since / options.SlowActivity.TotalSeconds)) + (times * (options.FastActivity / options.SlowActivity)),
            AsOf = Time,
        };
    }

    private void Add(ConceptState concept)
    {
        indexById[concept.ConceptId] = nodes.Count;
        phases[nodes.Count] = concept.Phase;
        nodes.Add(new Node(concept.ConceptId, concept.Slot, concept.Mentions, concept.Weight, 0, 0, Time));
        slots = Math.Max(slots, concept.Slot + 1);
    }

    private void Remove(string conceptId)
    {
        if (!indexById.Remove(conceptId, out var i))
        {
            return;
        }

        // The last one takes its place: the order of nodes is a function of the deltas, so this too is the same in every run.
        var last = nodes.Count - 1;
        if (i != last)
        {
            nodes[i] = nodes[last];
            phases[i] = phases[last];
            indexById[nodes[i].Id] = i;
        }

        nodes.RemoveAt(last);
    }

    private void Grow(int count)
    {
        if (count <= phases.Length)
        {
            return;
        }

        var size = Math.Max(count, phases.Length * 2);
        Array.Resize(ref phases, size);
        Array.Resize(ref frequencies, size);
        Array.Resize(ref advance, size);
        Array.Resize(ref before, size);
    }

    private void ForgetAdvance()
    {
        Array.Clear(advance);
        advanceFrom = steps;
    }

    private readonly record struct Node(string Id, int Slot, long Mentions, double Weight, double Fast, double Slow, double AsOf);
}
