using Itori.Contracts;
using Itori.Grains.Assistants.Context;

namespace Itori.Grains.Assistants.Embedded;

internal static partial class AnswerWriter
{
    private const int MostGroups = 4;
    private const int MostNames = 6;

    private static IEnumerable<string> Phase(TurnContext turn)
    {
        if (turn.Field is not { } field || turn.Graph.Strongest.Count == 0)
        {
            return [NoField(turn)];
        }

        var asked = turn.Question.Concepts;
        if (asked.Count >= 2)
        {
            return [Compare(turn.Graph, field.Frame, asked[0], asked[1])];
        }

        if (asked.Count == 1 && PhaseGroup.PhaseOf(asked[0], turn.Graph, field.Frame) is { } phase)
        {
            var with = turn.Graph.Strongest
                .Where(concept => concept.ConceptId != asked[0].ConceptId && PhaseGroup.PhaseOf(concept, turn.Graph, field.Frame) is { } other && PhaseGroup.Distance(phase, other) <= PhaseGroup.Tolerance / 2)
                .ToArray();
            return with.Length == 0
                ? [$"{Bold(asked[0].Label)} is at {Degrees(phase)}; no other concept is within {Degrees(PhaseGroup.Tolerance / 2)} of it right now."]
                : [$"In phase with {Bold(asked[0].Label)} (at {Degrees(phase)}, within {Degrees(PhaseGroup.Tolerance / 2)}): {Some(with)}."];
        }

        var groups = PhaseGroup.Of(turn.Graph, field.Frame);
        if (groups.Count == 0)
        {
            return [$"No two concepts are in phase right now: none lie within {Degrees(PhaseGroup.Tolerance)} of each other. The field's order parameter is {Digits(field.Frame.OrderParameter)}."];
        }

        var pieces = new List<string> { $"Right now these concepts are in phase (within {Degrees(PhaseGroup.Tolerance)} of each other):\n\n" };
        foreach (var group in groups.Take(MostGroups))
        {
            pieces.Add($"- {Some(group.Concepts)}, spread over {Degrees(group.Spread)} (r = {Digits(group.OrderParameter)})\n");
        }

        if (groups.Count > MostGroups)
        {
            pieces.Add($"- and {Number(groups.Count - MostGroups, "smaller group")}\n");
        }

        pieces.Add($"\nThe whole field has order parameter r = {Digits(field.Frame.OrderParameter)}: {InWords(field.Frame.OrderParameter)}.");
        return pieces;
    }

    private static IEnumerable<string> Drift(TurnContext turn)
    {
        if (turn.Field?.Spectral is not { } spectral)
        {
            yield return turn.Field is null || turn.Graph.Strongest.Count == 0 ? NoField(turn) : "The field's spectral state is not computed yet; ask again in some seconds.";
            yield break;
        }

        var drifting = spectral.DriftingConcepts.Select(turn.Graph.ById).OfType<ConceptState>().ToArray();
        if (turn.Question.Concepts.Count == 1)
        {
            var asked = turn.Question.Concepts[0];
            yield return drifting.Any(concept => concept.ConceptId == asked.ConceptId)
                ? $"Yes: {Bold(asked.Label)} does not keep the frequency of the concepts that it is related to."
                : $"No: {Bold(asked.Label)} keeps the frequency of the concepts that it is related to.";
            yield break;
        }

        yield return drifting.Length == 0
            ? "No concept drifts: each keeps the frequency of the concepts that it is related to."
            : $"{Number(drifting.Length, "concept drifts", "concepts drift")} (not keeping the frequency of what {(drifting.Length == 1 ? "it is" : "they are")} related to): {Some(drifting)}.";
    }

    private static IEnumerable<string> Coherence(TurnContext turn)
    {
        if (turn.Field is not { } field || turn.Graph.Strongest.Count == 0)
        {
            yield return NoField(turn);
            yield break;
        }

        yield return $"The field's order parameter is r = {Digits(field.Frame.OrderParameter)} over {Number(turn.Graph.Strongest.Count, "concept")}: {InWords(field.Frame.OrderParameter)}. ";
        if (field.Spectral is not { } spectral)
        {
            yield break;
        }

        yield return $"Coherence along the relations is {Digits(spectral.Coherence)}. ";
        var parts = spectral.Connectivity;
        yield return parts.ComponentCount <= 1
            ? $"The graph hangs together in one piece (algebraic connectivity {Digits(parts.Algebraic)}). "
            : $"The graph falls into {Number(parts.ComponentCount, "part")} that no relation joins, so these cannot pull each other into phase. ";
        if (spectral.DriftDetected)
        {
            var drifting = spectral.DriftingConcepts.Select(turn.Graph.ById).OfType<ConceptState>().ToArray();
            yield return drifting.Length > 0 ? $"Drifting: {Some(drifting)}." : string.Empty;
        }
    }

    private static string Compare(GraphView graph, PhaseFrame frame, ConceptState a, ConceptState b)
    {
        if (PhaseGroup.PhaseOf(a, graph, frame) is not { } one || PhaseGroup.PhaseOf(b, graph, frame) is not { } other)
        {
            return $"The field has no phase of {Bold(a.Label)} or {Bold(b.Label)} yet; ask again in a moment.";
        }

        var apart = PhaseGroup.Distance(one, other);
        return apart <= PhaseGroup.Tolerance ? $"Yes: {Bold(a.Label)} and {Bold(b.Label)} are {Degrees(apart)} apart, which is in phase (within {Degrees(PhaseGroup.Tolerance)})."
            : apart >= Math.PI - PhaseGroup.Tolerance ? $"No: {Bold(a.Label)} and {Bold(b.Label)} are {Degrees(apart)} apart, close to opposite phases."
            : $"No: {Bold(a.Label)} and {Bold(b.Label)} are {Degrees(apart)} apart.";
    }

    private static string NoField(TurnContext turn) => turn.Graph.Strongest.Count == 0
        ? "The field is empty: no concept was found in this graph yet. Write or paste a text, and its concepts begin to turn."
        : "The field's state cannot be read right now; ask again in a moment.";

    private static string InWords(double r) => r switch
    {
        >= 0.85 => "nearly all concepts turn together",
        >= 0.6 => "most concepts turn together",
        >= 0.35 => "some concepts turn together, others on their own",
        _ => "the concepts turn mostly on their own",
    };

    private static string Some(IReadOnlyList<ConceptState> concepts) => concepts.Count <= MostNames
        ? Labels(concepts)
        : $"{string.Join(", ", concepts.Take(MostNames).Select(concept => Bold(concept.Label)))} and {concepts.Count - MostNames} more";

    private static string Degrees(double radians) => $"{Math.Round(radians * 180 / Math.PI):0}°";
}
