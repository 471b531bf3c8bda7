using Itori.Contracts;
using Itori.Grains.Assistants.Context;

namespace Itori.Grains.Assistants.Embedded;

/// <summary>Concepts whose phases lie together.</summary>
/// <param name="Concepts">Two or more, the heaviest first.</param>
/// <param name="Spread">The width of the arc that has them all, radians.</param>
/// <param name="OrderParameter">r of the group, in [0, 1].</param>
internal sealed record PhaseGroup(IReadOnlyList<ConceptState> Concepts, double Spread, double OrderParameter)
{
    /// <summary>The widest arc of a group: π/6, 30°.</summary>
    public const double Tolerance = Math.PI / 6;

    /// <summary>
    /// Groups the concepts along the circle: each group lies within <see cref="Tolerance"/>. Begins behind the widest gap, so that no group is parted by where the circle is
    /// cut. Concepts without a phase, and those alone in their arc, are in none. The heaviest group first.
    /// </summary>
    public static List<PhaseGroup> Of(GraphView graph, PhaseFrame frame)
    {
        var turning = graph.Strongest
            .Select(concept => (Concept: concept, Phase: PhaseOf(concept, graph, frame)))
            .Where(item => item.Phase is not null)
            .Select(item => (item.Concept, Phase: item.Phase!.Value))
            .OrderBy(item => item.Phase)
            .ToArray();
        var groups = new List<PhaseGroup>();
        if (turning.Length < 2)
        {
            return groups;
        }

        var start = 0;
        var widest = -1.0;
        for (var i = 0; i < turning.Length; i++)
        {
            var before = turning[(i + turning.Length - 1) % turning.Length].Phase;
            var gap = Forward(before, turning[i].Phase);
            if (gap > widest)
            {
                (start, widest) = (i, gap);
            }
        }

        var members = new List<(ConceptState Concept, double Phase)>();
        for (var i = 0; i < turning.Length; i++)
        {
            var item = turning[(start + i) % turning.Length];
            if (members.Count > 0 && Forward(members[0].Phase, item.Phase) > Tolerance)
            {
                Close();
            }

            members.Add(item);
        }

        Close();
        return groups.OrderByDescending(group => group.Concepts.Sum(concept => concept.Weight)).ToList();

        void Close()
        {
            if (members.Count >= 2)
            {
                var x = members.Sum(member => Math.Cos(member.Phase)) / members.Count;
                var y = members.Sum(member => Math.Sin(member.Phase)) / members.Count;
                var heaviestFirst = members.Select(member => member.Concept).OrderByDescending(concept => concept.Weight).ToArray();
                groups.Add(new PhaseGroup(heaviestFirst, Forward(members[0].Phase, members[^1].Phase), Math.Sqrt((x * x) + (y * y))));
            }

            members.Clear();
        }
    }

    /// <summary>A concept's phase in [0, 2π); null where the frame has none of it.</summary>
    public static double? PhaseOf(ConceptState concept, GraphView graph, PhaseFrame frame) =>
        frame.Epoch == graph.Epoch && concept.Slot >= 0 && concept.Slot < frame.Phases.Length && float.IsFinite(frame.Phases[concept.Slot]) ? frame.Phases[concept.Slot] : null;

    /// <summary>How far apart two phases are, in [0, π].</summary>
    public static double Distance(double a, double b)
    {
        var forward = Forward(a, b);
        return Math.Min(forward, Math.Tau - forward);
    }

    private static double Forward(double from, double to) => (to - from + Math.Tau) % Math.Tau;
}
