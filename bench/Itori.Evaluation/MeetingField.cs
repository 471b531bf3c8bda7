using Itori.Contracts;
using Itori.Grains.ConceptGraphs;
using Itori.Grains.Fields;
using Itori.Text;

namespace Itori.Evaluation;

/// <summary>A meeting heard by the product's own graph and field, turn by turn, in the meeting's time.</summary>
internal sealed class MeetingField(FieldOptions options)
{
    private static readonly UserRef Speaker = new() { Id = "speaker", Name = "Speaker" };
    private readonly ConceptGraphOptions graphOptions = new();
    private readonly ConceptGraph graph = new("meeting");
    private readonly ConceptExtractor extractor = new();
    private double clock;

    public FieldSimulation Field { get; } = Begin(options);

    /// <summary>Hears a turn, then lets the field turn for as long as it took to say; <paramref name="onForecast"/> after each step of its forecast.</summary>
    public void Hear(string text, int turn, Action? onForecast = null)
    {
        var now = (long)(clock * 1000);
        var draft = new GraphDraft(graph, graphOptions);
        TextAbsorption.Apply(draft, extractor.Extract(text), new ConceptSource { Session = "s", Seq = turn + 1, Start = 0, Length = 0 }, 0, graphOptions, now);
        var cause = new GraphCause { Kind = "message", User = Speaker, Session = "s", MessageSeq = turn + 1 };
        var delta = draft.ToDelta(cause, null, null, graph.Seq + 1, now, always: false);
        if (delta is not null)
        {
            graph.Apply(delta);
            Field.Apply(delta);
        }

        clock += Meeting.SecondsOf(text);
        for (var until = Field.StepAt((long)(clock * 1000)); Field.Steps < until;)
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
