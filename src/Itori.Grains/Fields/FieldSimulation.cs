using Itori.Contracts;
using Itori.Numerics;
using Itori.Numerics.Forecasting;
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
internal sealed partial class FieldSimulation
{
    private readonly FieldOptions options;
    private readonly KuramotoParameters parameters;
    private readonly double fastSeconds;
    private readonly double slowSeconds;
    private readonly Dictionary<string, int> indexById = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RelationState> relations = new(StringComparer.Ordinal);
    private readonly Dictionary<(string A, string B), double> agreements = [];
    private readonly List<Node> nodes = [];
    private double[] phases = [];
    private double[] frequencies = [];
    private int[] components = [];
    private int[] sizes = [];
    private double[] componentMeans = [];
    private KuramotoIntegrator? integrator;
    private HebbianCoupling? hebbian;
    private WeightedGraph? graph;
    private int slots;
    private long steps;
    private long originMs;
    private bool frequenciesKnown;

    public FieldSimulation(FieldOptions options)
    {
        this.options = options;
        parameters = new KuramotoParameters { Coupling = options.Coupling, PhaseLag = options.PhaseLag, TimeStep = options.StepSeconds };
        (fastSeconds, slowSeconds) = (options.FastActivity.TotalSeconds, options.SlowActivity.TotalSeconds);
        Meter = new FieldMeter(options);
        Drift = new FieldDrift(options);
    }

    /// <summary>The graph's last delta that is in the field.</summary>
    public long Seq { get; private set; }

    /// <summary>The epoch of slots.</summary>
    public long Epoch { get; private set; } = 1;

    /// <summary>Steps made since the field was built.</summary>
    public long Steps => steps;

    /// <summary>Field time, seconds.</summary>
    public double Time => steps * options.StepSeconds;

    public int Count => nodes.Count;

    /// <summary>What is measured of the field as it turns.</summary>
    public FieldMeter Meter { get; }

    /// <summary>What is seen to move in the graph.</summary>
    public FieldDrift Drift { get; }

    /// <summary>Says that the next step begins now. Deltas stored from now on belong to steps by their timestamp.</summary>
    public void BeginAt(long nowMs) => originMs = nowMs - (long)Math.Round(Time * 1000);

    /// <summary>The first step that begins at or after a moment.</summary>
    public long StepAt(long unixMs) => (long)Math.Ceiling((unixMs - originMs) / 1000.0 / options.StepSeconds);

    /// <summary>Takes a graph's state. Concepts that were here keep their phase and activity.</summary>
    public void Load(GraphSnapshot snapshot)
    {
        var known = nodes.Select((node, i) => (node, phase: phases[i])).ToDictionary(entry => entry.node.Id, StringComparer.Ordinal);
        KeepAgreements();
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
                nodes[^1] = nodes[^1] with { Activity = old.node.Activity };
            }
        }

        foreach (var relation in snapshot.Relations)
        {
            relations[relation.RelationId] = relation;
        }

        (Seq, Epoch) = (snapshot.Seq, snapshot.Epoch);
        Rebuild();
        Drift.Load(snapshot);
        Meter.ForgetTurns(steps);
        frequenciesKnown = false;
    }

    /// <summary>Applies the graph's next delta between two steps.</summary>
    /// <exception cref="InvalidOperationException">It is not the next one.</exception>
    public void Apply(GraphDelta delta)
    {
        if (delta.Seq != Seq + 1)
        {
            throw new InvalidOperationException($"Delta {delta.Seq} does not follow {Seq}.");
        }

        KeepAgreements();
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

        Drift.Follow(delta, MentionsOf(delta.Changed), Time);
        foreach (var change in delta.Changed)
        {
            Change(change);
        }

        foreach (var relation in delta.RelationsAdded.Concat(delta.RelationsChanged))
        {
            relations[relation.RelationId] = relation;
        }

        if (delta.Added.Count + delta.Removed.Count + delta.RelationsAdded.Count + delta.RelationsChanged.Count + delta.RelationsRemoved.Count > 0)
        {
            Rebuild();
            if (delta.Added.Count + delta.Removed.Count > 0)
            {
                Meter.ForgetTurns(steps);
            }
        }

        (Seq, Epoch) = (delta.Seq, delta.Epoch);
        frequenciesKnown = false;
    }

    /// <summary>Turns the oscillators up to a step; nothing where they are there.</summary>
    public void AdvanceTo(long step) => Advance((int)Math.Clamp(step - steps, 0, int.MaxValue));

    /// <summary>Turns the oscillators by this many steps.</summary>
    public void Advance(int count)
    {
        for (var step = 0; step < count; step++)
        {
            if (nodes.Count > 0)
            {
                Turn();
            }

            steps++;
            if (Meter.IsDue(steps))
            {
                Prepare();
                Meter.Measure(steps, phases.AsSpan(0, nodes.Count), graph!, integrator!.Coupling, Clusters());
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
        if (!frequenciesKnown)
        {
            // As at the next step; looking moves nothing, so the flag stays.
            SetFrequencies();
            frequenciesKnown = false;
        }

        var input = new SpectralInput
        {
            Graph = graph!,
            Coupling = integrator!.Coupling,
            Phases = phases.AsSpan(0, nodes.Count).ToArray(),
            NaturalFrequencies = frequencies.AsSpan(0, nodes.Count).ToArray(),
            Frequencies = Meter.TurnedSince(steps, nodes.Count),
            ConceptIds = nodes.Select(node => node.Id).ToArray(),
            ConceptWeights = nodes.Select(node => node.Weight).ToArray(),
            Clusters = Clusters(),
            ClusterCoherence = Meter.ClusterMoments(),
            Universal = Meter.Universal,
            Moved = Drift.Moved(Time),
            FieldMoved = Drift.HasFieldMoved(Time),
            Order = Order(),
        };
        Meter.ForgetTurns(steps);
        return input;
    }

    /// <summary>The forecasts as they are; of the present alone where nothing was measured yet.</summary>
    public IEnumerable<(string Name, ShareForecast Forecast)> ForecastNow()
    {
        if (Meter.ForecastCount == 0)
        {
            Prepare();
            Meter.Sample(phases.AsSpan(0, nodes.Count), graph!, integrator!.Coupling);
        }

        return Meter.Forecasts;
    }

    private OrderParameter Order() => OrderParameter.Of(phases.AsSpan(0, nodes.Count));

    private int[] Clusters() => nodes.Select(node => node.Cluster).ToArray();

    private void Turn()
    {
        Prepare();

        // At fixed steps, not once a call: how a stretch of time is cut into calls is an accident of the clock and must not be seen.
        var current = phases.AsSpan(0, nodes.Count);
        if (!frequenciesKnown || steps % options.FrequencySteps == 0)
        {
            SetFrequencies();
        }

        if (hebbian is not null && steps % options.FrequencySteps == 0)
        {
            hebbian.Learn(current, options.FrequencySteps * options.StepSeconds);
        }

        Meter.BeforeTurn(current);
        integrator!.Step(current, frequencies.AsSpan(0, nodes.Count));
        Meter.AfterTurn(current);
    }

    private void Rebuild()
    {
        integrator = null;
        hebbian = null;
    }

    private void Prepare()
    {
        if (integrator is not null && integrator.NodeCount == nodes.Count)
        {
            return;
        }

        // A relation that could not pull (of a concept to itself, or without weight) is none.
        var edges = relations.Values
            .Where(relation => relation.Source != relation.Target && relation.Weight > 0)
            .OrderBy(relation => relation.RelationId, StringComparer.Ordinal) // Sums of doubles depend on their order; a dictionary's is an accident.
            .Select(relation => new WeightedEdge(indexById[relation.Source], indexById[relation.Target], relation.Weight)).ToArray();
        graph = WeightedGraph.FromEdges(nodes.Count, edges);
        if (options.HebbianRate > 0)
        {
            hebbian = new HebbianCoupling(graph, options.HebbianRate, options.HebbianGain, KnownAgreements(graph));
        }

        integrator = new KuramotoIntegrator(hebbian?.Matrix ?? CouplingMatrix.FromGraph(graph), parameters);
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
            var activity = nodes[i].Activity.At(now, fastSeconds, slowSeconds);
            frequencies[i] = Exponential.Tanh(activity.Fast - activity.Slow);
            componentMeans[components[i]] += frequencies[i] / sizes[components[i]];
        }

        for (var i = 0; i < nodes.Count; i++)
        {
            frequencies[i] = options.BaseFrequency + (options.FrequencySpread * (frequencies[i] - componentMeans[components[i]]));
        }
    }

    private Dictionary<string, long> MentionsOf(IEnumerable<ConceptChange> changes) =>
        changes.Where(change => change.Mentions is not null).ToDictionary(change => change.ConceptId, change => nodes[indexById[change.ConceptId]].Mentions, StringComparer.Ordinal);

    private void Mentioned(int i, long times)
    {
        if (times > 0)
        {
            nodes[i] = nodes[i] with { Activity = nodes[i].Activity.With(times, Time, fastSeconds, slowSeconds) };
        }
    }

    private void Add(ConceptState concept)
    {
        indexById[concept.ConceptId] = nodes.Count;
        phases[nodes.Count] = concept.Phase;
        nodes.Add(new Node(concept.ConceptId, concept.Slot, concept.Cluster, concept.Mentions, concept.Weight, new TwoAverages(0, 0, Time)));
        slots = Math.Max(slots, concept.Slot + 1);
    }

    private void Change(ConceptChange change)
    {
        var i = indexById[change.ConceptId];
        if (change.Mentions is { } mentions)
        {
            Mentioned(i, mentions - nodes[i].Mentions);
        }

        nodes[i] = nodes[i] with
        {
            Slot = change.Slot ?? nodes[i].Slot,
            Cluster = change.Cluster ?? nodes[i].Cluster,
            Mentions = change.Mentions ?? nodes[i].Mentions,
            Weight = change.Weight ?? nodes[i].Weight,
        };
        slots = Math.Max(slots, nodes[i].Slot + 1);
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
    }

    private readonly record struct Node(string Id, int Slot, int Cluster, long Mentions, double Weight, TwoAverages Activity);
}
