using Itori.Grains.ConceptGraphs;
using Itori.Grains.Fields;

namespace Itori.Evaluation;

/// <summary>A meeting heard by the product's own graph and field, turn by turn, in the meeting's time.</summary>
internal sealed class MeetingField(FieldOptions options)
{
    private readonly MeetingGraph graph = new();

    public FieldSimulation Field { get; } = Begin(options);

    /// <summary>Hears a turn, then lets the field turn for as long as it took to say; <paramref name="onForecast"/> after each step of its forecast.</summary>
    public void Hear(string text, int turn, Action? onForecast = null)
    {
        var delta = graph.Decide(text, turn);
        graph.Applied(text, delta);
        if (delta is not null)
        {
            Field.Apply(delta);
        }

        for (var until = Field.StepAt((long)(graph.Clock * 1000)); Field.Steps < until;)
        {
            var before = Field.Meter.ForecastCount;
            Field.Advance(1);
            if (Field.Meter.ForecastCount > before)
            {
                onForecast?.Invoke();
            }
        }
    }

    private static FieldSimulation Begin(FieldOptions options)
    {
        var field = new FieldSimulation(options);
        field.Load(new ConceptGraph("meeting").ToSnapshot());
        return field;
    }
}
