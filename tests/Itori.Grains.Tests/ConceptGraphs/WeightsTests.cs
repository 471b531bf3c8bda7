using CsCheck;
using Itori.Grains.ConceptGraphs;

namespace Itori.Grains.Tests.ConceptGraphs;

public sealed class WeightsTests
{
    [Fact]
    public void A_weight_comes_back_from_the_evidence_made_of_it() =>
        Gen.Select(Gen.Double[Weights.Smallest, 0.9999], Gen.Double[0.01, 1_000])
            .Sample((weight, scale) => Math.Abs(Weights.OfEvidence(Weights.ToEvidence(weight, scale), scale) - weight) < 1e-9);

    [Fact]
    public void Every_evidence_has_a_weight_above_zero_and_at_most_one() =>
        Gen.Select(Gen.Double[0, 1e9], Gen.Double[0.01, 1_000]).Sample((evidence, scale) => Weights.OfEvidence(evidence, scale) is > 0 and <= 1);

    [Fact]
    public void The_full_weight_has_finite_evidence() => Assert.True(double.IsFinite(Weights.ToEvidence(1, 3)));

    [Fact]
    public void A_first_phase_is_the_same_everywhere_and_always()
    {
        Assert.Equal(Weights.FirstPhase("main", "pulsar"), Weights.FirstPhase("main", "pulsar"));
        Assert.NotEqual(Weights.FirstPhase("main", "pulsar"), Weights.FirstPhase("other", "pulsar"));
        Assert.Equal(0.77570996595082631, Weights.FirstPhase("main", "pulsar"));
    }

    [Fact]
    public void First_phases_are_spread_evenly()
    {
        var eighths = new int[8];
        for (var i = 0; i < 8_000; i++)
        {
            eighths[(int)(Weights.FirstPhase("main", $"concept-{i}") / (2 * Math.PI) * 8)]++;
        }

        // Binomial(8000, 1/8): mean 1000, standard deviation 29.6. Six of them.
        Assert.All(eighths, count => Assert.InRange(count, 822, 1178));
    }
}
