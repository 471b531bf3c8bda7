using System.IO.Hashing;
using System.Text;
using Itori.Contracts;
using Itori.Text;
using RelationKinds = Itori.Contracts.RelationKinds;

namespace Itori.Grains.ConceptGraphs;

/// <summary>From evidence to weight and back, and what else is a function of a concept alone.</summary>
internal static class Weights
{
    /// <summary>The weight of something that has no evidence yet; above 0, so that it can be seen.</summary>
    public const double Smallest = 0.01;

    /// <summary>
    /// w = 1 − exp(−e / s): grows with every mention, ever less, and never reaches 1, so that a concept's weight depends on its own evidence only and one mention changes one
    /// concept.
    /// </summary>
    public static double OfEvidence(double evidence, double scale) => Math.Clamp(1 - Math.Exp(-evidence / scale), Smallest, 1);

    /// <summary>The evidence that has this weight. A weight of 1 counts as 0.9999.</summary>
    public static double ToEvidence(double weight, double scale) => -scale * Math.Log(1 - Math.Min(weight, 0.9999));

    /// <summary>Weight, halved for every half-life since the concept was last said.</summary>
    public static double Faded(ConceptState concept, long now, TimeSpan halfLife) => Faded(concept.Weight, concept.LastSeen, now, halfLife);

    /// <summary>An amount of the time <paramref name="then"/>, halved for every half-life until <paramref name="now"/>; as it is where the clock went back.</summary>
    public static double Faded(double amount, long then, long now, TimeSpan halfLife) =>
        amount * double.Exp2(-Math.Max(0, now - then) / halfLife.TotalMilliseconds);

    /// <summary>
    /// The weight of a relation that texts support, in (0, 1]: what its evidence gives; where its ends only stood together, less the less they stand together more than chance has it
    /// (<see cref="Association"/>).
    /// </summary>
    public static double OfRelation(string kind, double evidence, double together, double source, double target, double windows, double scale)
    {
        var weight = OfEvidence(evidence, scale);
        return kind == RelationKinds.CoOccurs
            ? Math.Clamp(weight * Association.Factor(together, source, target, windows), Smallest, 1)
            : weight;
    }

    /// <summary>The phase that a concept's oscillator begins with, in [0, 2π): spread evenly by a hash (XxHash64), the same everywhere and always.</summary>
    public static double FirstPhase(string graph, string conceptId)
    {
        var hash = XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(graph + "\n" + conceptId));
        return (hash >> 11) * (2 * Math.PI / (1UL << 53));
    }
}
