using Itori.Contracts;
using Itori.Grains.ConceptGraphs;
using Itori.Text;

namespace Itori.Evaluation;

/// <summary>A meeting heard by the product's own graph, turn by turn, in the meeting's time.</summary>
internal sealed class MeetingGraph
{
    private static readonly UserRef Speaker = new() { Id = "speaker", Name = "Speaker" };
    private readonly ConceptGraphOptions options = new();
    private readonly ConceptGraph graph = new("meeting");
    private readonly ConceptExtractor extractor = new();

    /// <summary>When the next turn begins, seconds.</summary>
    public double Clock { get; private set; }

    /// <summary>How often each concept was said so far.</summary>
    public long MentionsOf(string conceptId) => graph.Find(conceptId)?.Mentions ?? 0;

    /// <summary>What a turn changes, before it is applied; null where nothing. <see cref="Applied"/> follows.</summary>
    public GraphDelta? Decide(string text, int turn)
    {
        var now = (long)(Clock * 1000);
        var draft = new GraphDraft(graph, options);
        TextAbsorption.Apply(draft, extractor.Extract(text), new ConceptSource { Session = "s", Seq = turn + 1, Start = 0, Length = 0 }, 0, options, now);
        var cause = new GraphCause { Kind = "message", User = Speaker, Session = "s", MessageSeq = turn + 1 };
        return draft.ToDelta(cause, null, null, graph.Seq + 1, now, always: false);
    }

    /// <summary>The turn was said.</summary>
    public void Applied(string text, GraphDelta? delta)
    {
        if (delta is not null)
        {
            graph.Apply(delta);
        }

        Clock += Meeting.SecondsOf(text);
    }
}
