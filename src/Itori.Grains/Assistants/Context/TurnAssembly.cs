using Itori.Contracts;
using Itori.Grains.Assistants.Questions;
using Itori.Text;

namespace Itori.Grains.Assistants.Context;

/// <summary>A message understood, and what to search for.</summary>
/// <param name="Question">The message.</param>
/// <param name="Named">What a statement names.</param>
/// <param name="Query">What to search for; empty for nothing.</param>
/// <param name="Expansion">What else.</param>
internal sealed record TurnDraft(Question Question, NamedConcept[] Named, string Query, Dictionary<string, double> Expansion);

/// <summary>Makes a turn's context of what is known. Decides all that there is to decide about it, and knows no grain.</summary>
internal sealed class TurnAssembly(SessionMemory memory, GraphView graph, ConceptExtractor extractor)
{
    /// <summary>How many passages of each kind are looked at.</summary>
    public const int MostHits = 40;

    private const int LongestQuestionBefore = 400;

    public SessionMemory Memory => memory;

    public TurnDraft Understand(TurnRequest request, CancellationToken cancellationToken)
    {
        var question = Read(request);
        var named = question.Kind is QuestionKind.Statement ? Name(request.Text, cancellationToken) : [];
        var query = question.Kind switch
        {
            QuestionKind.Statement => string.Join(' ', named.Take(5).Select(concept => concept.Label)),
            QuestionKind.Summary or QuestionKind.MainConcepts when question.Subject.Length == 0 => string.Join(' ', graph.Strongest.Take(8).Select(concept => concept.Label)),
            _ => string.Join(' ', question.Terms),
        };
        if (question.Kind is QuestionKind.Statement)
        {
            question = question with { Terms = SearchTerms.OfQuestion(query) };
        }

        return new TurnDraft(question, named, query, ConceptExpansion.Of(question.Concepts.Take(8).ToArray(), graph));
    }

    public TurnContext Compose(TurnRequest request, TurnDraft draft, IReadOnlyList<LibraryPassage> written, FieldState? field)
    {
        var said = draft.Query.Length > 0 ? memory.Search(draft.Query, MostHits, draft.Expansion, request.InReplyTo) : [];
        return new TurnContext
        {
            Question = draft.Question,
            UserName = request.User.Name,
            Session = request.Session,
            InReplyTo = request.InReplyTo,
            Transcript = memory.Entries.Where(entry => entry.Seq < request.InReplyTo).ToArray(),
            Graph = graph,
            Field = field,
            Passages = PassageRanker.Rank(draft.Question, said, written, draft.Expansion, memory.Rarity),
            Named = draft.Named,
        };
    }

    private Question Read(TurnRequest request)
    {
        var question = QuestionReader.Read(request.Text, graph, memory.Speakers);
        if (question.Kind is not QuestionKind.Lookup || question.HasSubject)
        {
            return question;
        }

        // "Why?", "tell me more": about what was asked before.
        var before = memory.Entries.LastOrDefault(entry => !entry.IsAssistant && entry.Seq < request.InReplyTo);
        return before is { Text.Length: <= LongestQuestionBefore }
            ? QuestionReader.Read(before.Text, graph, memory.Speakers) with { Kind = QuestionKind.Lookup, Text = request.Text, Asked = request.Text }
            : question;
    }

    // The message's own concepts may not be in the graph yet: it is told of them beside this turn.
    private NamedConcept[] Name(string text, CancellationToken cancellationToken) =>
        extractor.Extract(text, cancellationToken).Concepts.Select(concept => new NamedConcept(concept.Key, concept.Label)).ToArray();
}
