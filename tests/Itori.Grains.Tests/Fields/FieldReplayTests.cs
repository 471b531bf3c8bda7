using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using CsCheck;
using Itori.Contracts;
using Itori.Grains.Fields;
using Itori.Grains.Tests.Support;

namespace Itori.Grains.Tests.Fields;

/// <summary>A field's trajectory follows from its graph's deltas, the options and the step, to the bit: in another process, and from any state on the way.</summary>
public sealed class FieldReplayTests
{
    private static readonly FieldOptions Plain = new();
    private static readonly FieldOptions Learning = new() { HebbianRate = 0.5, FrequencySteps = 3, PhaseLag = 0.2 };

    [Fact]
    public void A_trajectory_has_the_bits_that_were_recorded()
    {
        var (deltas, snapshot) = Talk(seed: 7, texts: 120);
        var bits = new List<ulong>();
        foreach (var options in new[] { Plain, Learning })
        {
            var field = Begin(snapshot, options);
            foreach (var delta in deltas)
            {
                field.AdvanceTo(field.StepAt(delta.Timestamp));
                field.Apply(delta);
            }

            field.Advance(333);
            bits.AddRange(field.Capture().Oscillators.Select(oscillator => BitConverter.DoubleToUInt64Bits(oscillator.Phase)));
        }

        // Recorded once. Any other value means that a re-simulation would differ from what people saw.
        Assert.Equal("D20DDA53A9ECDD8A", Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes<ulong>(bits.ToArray())))[..16]);
    }

    [Theory]
    [InlineData("EnableAVX2")]
    [InlineData("EnableHWIntrinsic")]
    [InlineData("TieredCompilation")]
    public async Task A_trajectory_has_the_same_bits_in_a_process_without(string feature)
    {
        var itself = Environment.ProcessPath!;
        var start = new ProcessStartInfo(itself)
        {
            RedirectStandardOutput = true,
            ArgumentList = { "-method", $"{typeof(FieldReplayTests).FullName}.{nameof(A_trajectory_has_the_bits_that_were_recorded)}", "-noColor" },
            Environment = { [$"DOTNET_{feature}"] = "0" },
        };
        if (Path.GetFileNameWithoutExtension(itself) == "dotnet")
        {
            start.ArgumentList.Insert(0, typeof(FieldReplayTests).Assembly.Location);
        }

        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Contains("Total: 1, Errors: 0, Failed: 0", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_goes_on_from_any_state_as_if_it_had_never_been_put_down() => Gen.Select(Gen.Int[0, 1000], Gen.Int[0, 30], Gen.Int[0, 9], Gen.Bool).Sample(
        (seed, cut, extra, learning) =>
        {
            var options = learning ? Learning : Plain;
            var (deltas, snapshot) = Talk(seed, texts: 31);
            var (whole, first) = (Begin(snapshot, options), Begin(snapshot, options));
            FieldSimulation? resumed = null;
            for (var i = 0; i < deltas.Length; i++)
            {
                var due = whole.StepAt(deltas[i].Timestamp);
                whole.AdvanceTo(due);
                whole.Apply(deltas[i]);
                var other = resumed ?? first;
                other.AdvanceTo(due);
                other.Apply(deltas[i]);
                if (i == cut)
                {
                    // Not only just after a delta: some steps later, between two looks at the frequencies.
                    whole.Advance(extra);
                    first.Advance(extra);
                    var json = JsonSerializer.Serialize(first.Capture());
                    resumed = FieldSimulation.Restore(JsonSerializer.Deserialize<FieldBody>(json)!, options);
                }
            }

            whole.Advance(200);
            (resumed ?? first).Advance(200);
            Assert.Equal(whole.Frame("g", 1, 5).Phases.Select(BitConverter.SingleToInt32Bits), (resumed ?? first).Frame("g", 1, 5).Phases.Select(BitConverter.SingleToInt32Bits));
            Assert.Equal(JsonSerializer.Serialize(whole.Capture()), JsonSerializer.Serialize((resumed ?? first).Capture()));
        },
        iter: 60);

    [Fact]
    public void A_delta_belongs_to_the_first_step_that_begins_after_it()
    {
        var field = new FieldSimulation(Plain);
        field.Advance(50); // A second.
        field.BeginAt(1_000_000);
        Assert.Equal([50, 51, 51, 100, 101], new[] { 1_000_000L, 1_000_001, 1_000_020, 1_001_000, 1_001_001 }.Select(field.StepAt));
    }

    [Fact]
    public void Learning_is_off_unless_asked_for_and_then_moves_the_field()
    {
        var (deltas, snapshot) = Talk(seed: 3, texts: 20);
        string Run(FieldOptions options)
        {
            var field = Begin(snapshot, options);
            foreach (var delta in deltas)
            {
                field.Apply(delta);
                field.Advance(20);
            }

            return string.Join(',', field.Frame("g", 1, 5).Phases);
        }

        Assert.Equal(Run(new()), Run(new() { HebbianRate = 0 }));
        Assert.Equal(Run(new()), Run(new() { HebbianRate = 1, HebbianGain = 0 }));
        Assert.NotEqual(Run(new()), Run(new() { HebbianRate = 1 }));
    }

    private static FieldSimulation Begin(GraphSnapshot snapshot, FieldOptions options)
    {
        var field = new FieldSimulation(options);
        field.Load(snapshot);
        field.BeginAt(1_764_000_000_000);
        return field;
    }

    /// <summary>A journal made by hand, so that its bits are nobody else's business: concepts that are said, related and removed, something every half second or so.</summary>
    private static (GraphDelta[] Deltas, GraphSnapshot Before) Talk(int seed, int texts)
    {
        var random = new Random(seed);
        var mentions = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var relations = new SortedDictionary<string, RelationState>(StringComparer.Ordinal);
        var deltas = new List<GraphDelta>();
        var (now, slot) = (1_764_000_000_000L, 0);
        for (var i = 0; i < texts; i++)
        {
            now += random.Next(1, 900);
            if (i % 17 == 16 && mentions.Count > 0)
            {
                var gone = mentions.Keys.ElementAt(random.Next(mentions.Count));
                string[] loose = [.. relations.Values.Where(relation => relation.Source == gone || relation.Target == gone).Select(relation => relation.RelationId)];
                mentions.Remove(gone);
                Array.ForEach(loose, id => relations.Remove(id));
                deltas.Add(Delta() with { Removed = [gone], RelationsRemoved = loose });
                continue;
            }

            string[] named = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => $"c{random.Next(14):00}").Distinct().Order(StringComparer.Ordinal)];
            ConceptState[] added = [.. named.Where(id => !mentions.ContainsKey(id)).Select(id => new ConceptState
            {
                ConceptId = id, Key = id, Label = id, Slot = slot++, Weight = 0.5, Phase = random.Next(1000) / 160.0, Mentions = 1, CreatedAt = now, LastSeen = now,
            })];
            ConceptChange[] changed = [.. named.Where(mentions.ContainsKey).Select(id => new ConceptChange { ConceptId = id, Mentions = mentions[id] + 1, Cluster = random.Next(1, 4) })];
            Array.ForEach(named, id => mentions[id] = mentions.GetValueOrDefault(id) + 1);
            RelationState[] related = [.. named.Zip(named.Skip(1), (a, b) => new RelationState
            {
                RelationId = $"{a}~{b}", Source = a, Target = b, Kind = "co_occurs", Weight = (1 + random.Next(15)) / 16.0,
            })];
            deltas.Add(Delta() with
            {
                Added = added,
                Changed = changed,
                RelationsAdded = related.Where(relation => !relations.ContainsKey(relation.RelationId)).ToArray(),
                RelationsChanged = related.Where(relation => relations.ContainsKey(relation.RelationId)).ToArray(),
            });
            Array.ForEach(related, relation => relations[relation.RelationId] = relation);
        }

        return ([.. deltas], new GraphSnapshot { Graph = "g", Epoch = 1, Seq = 0, Concepts = [], Relations = [] });

        GraphDelta Delta() => new() { Seq = deltas.Count + 1, Timestamp = now, Epoch = 1, Cause = new GraphCause { Kind = "message", User = People.Ada } };
    }
}
