using Itori.Contracts;
using Itori.Numerics.Graphs;

namespace Itori.Grains.Fields;

/// <summary>The state as a value, and what learnt coupling remembers while the graph changes under it.</summary>
internal sealed partial class FieldSimulation
{
    public int RelationCount => relations.Count;

    /// <summary>When the next step begins, Unix ms.</summary>
    public long ClockMs => originMs + (long)Math.Floor(Time * 1000);

    /// <summary>All that the future follows from.</summary>
    public FieldBody Capture()
    {
        KeepAgreements();
        return new FieldBody
        {
            Seq = Seq,
            Epoch = Epoch,
            Steps = steps,
            OriginMs = originMs,
            FrequenciesKnown = frequenciesKnown,
            Slots = slots,
            Oscillators = nodes.Select((node, i) => new FieldOscillator
            {
                ConceptId = node.Id,
                Slot = node.Slot,
                Cluster = node.Cluster,
                Mentions = node.Mentions,
                Weight = node.Weight,
                Phase = phases[i],
                Frequency = frequencies[i],
                Fast = node.Activity.Fast,
                Slow = node.Activity.Slow,
                AsOf = node.Activity.AsOf,
            }).ToArray(),
            Relations = relations.Values.OrderBy(relation => relation.RelationId, StringComparer.Ordinal).Select(relation => new FieldRelation
            {
                RelationId = relation.RelationId,
                Source = relation.Source,
                Target = relation.Target,
                Weight = relation.Weight,
                Agreement = agreements.GetValueOrDefault(Pair(relation.Source, relation.Target)),
            }).ToArray(),
        };
    }

    /// <summary>A field that goes on where another one was captured.</summary>
    public static FieldSimulation Restore(FieldBody body, FieldOptions options)
    {
        var field = new FieldSimulation(options) { Seq = body.Seq, Epoch = body.Epoch };
        (field.steps, field.originMs, field.slots, field.frequenciesKnown) = (body.Steps, body.OriginMs, body.Slots, body.FrequenciesKnown);
        field.Grow(body.Oscillators.Count);
        foreach (var oscillator in body.Oscillators)
        {
            var i = field.nodes.Count;
            field.indexById[oscillator.ConceptId] = i;
            (field.phases[i], field.frequencies[i]) = (oscillator.Phase, oscillator.Frequency);
            field.nodes.Add(new Node(
                oscillator.ConceptId, oscillator.Slot, oscillator.Cluster, oscillator.Mentions, oscillator.Weight, new TwoAverages(oscillator.Fast, oscillator.Slow, oscillator.AsOf)));
        }

        foreach (var relation in body.Relations)
        {
            field.relations[relation.RelationId] = new RelationState
            {
                RelationId = relation.RelationId,
                Source = relation.Source,
                Target = relation.Target,
                Weight = relation.Weight,
                Kind = "",
            };
            if (relation.Agreement != 0)
            {
                field.agreements[Pair(relation.Source, relation.Target)] = relation.Agreement;
            }
        }

        field.Meter.ForgetTurns(field.steps);
        return field;
    }

    private static (string A, string B) Pair(string a, string b) => string.CompareOrdinal(a, b) <= 0 ? (a, b) : (b, a);

    /// <summary>Before the graph changes: what each pair of concepts has learnt, by their ids.</summary>
    private void KeepAgreements()
    {
        if (hebbian is null || graph is null)
        {
            return;
        }

        agreements.Clear();
        for (var i = 0; i < graph.NodeCount; i++)
        {
            var neighbours = graph.NeighboursOf(i);
            for (var p = 0; p < neighbours.Length; p++)
            {
                if (neighbours[p] > i)
                {
                    agreements[Pair(nodes[i].Id, nodes[neighbours[p]].Id)] = hebbian.Agreement[graph.RowStarts[i] + p];
                }
            }
        }
    }

    private double[] KnownAgreements(WeightedGraph of)
    {
        var known = new double[of.Columns.Length];
        for (var i = 0; i < of.NodeCount; i++)
        {
            var neighbours = of.NeighboursOf(i);
            for (var p = 0; p < neighbours.Length; p++)
            {
                known[of.RowStarts[i] + p] = agreements.GetValueOrDefault(Pair(nodes[i].Id, nodes[neighbours[p]].Id));
            }
        }

        return known;
    }
}
