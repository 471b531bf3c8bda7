using Itori.Contracts;
using Itori.Grains.ConceptGraphs;
using Itori.Text;

namespace Itori.Grains.Tests.Support;

/// <summary>A graph that is changed the way its grain changes it, without one: decide on a draft, apply the delta; every delta is kept.</summary>
internal sealed class GraphUnderTest(ConceptGraphOptions? options = null)
{
    private readonly Dictionary<string, long> told = new(StringComparer.Ordinal);

    public ConceptGraphOptions Options { get; } = options ?? new ConceptGraphOptions();

    public ConceptGraph Graph { get; } = new("g");

    public List<GraphDelta> Deltas { get; } = [];

    public long Now { get; set; } = 1_764_000_000_000;

    public ConceptState this[string conceptId] => Graph.Concepts[conceptId];

    /// <summary>Null where it was done.</summary>
    public Refusal? Try(params ConceptOperation[] operations)
    {
        var draft = new GraphDraft(Graph, Options);
        if (HandOperations.Apply(draft, new ApplyOperations { User = People.Ada, Operations = operations }, Options, Now) is { } refusal)
        {
            return refusal;
        }

        Commit(draft.ToDelta(new GraphCause { Kind = "concept_op", User = People.Ada }, null, null, Graph.Seq + 1, Now, always: true)!);
        return null;
    }

    public GraphDelta Do(params ConceptOperation[] operations)
    {
        Assert.Null(Try(operations));
        return Deltas[^1];
    }

    /// <summary>Null where it was done.</summary>
    public Refusal? TryImport(ImportGraph command)
    {
        var plan = ImportPlan.Of(command, Options);
        if (plan.Refusal is { } refusal)
        {
            return refusal;
        }

        var import = new GraphImport(Graph, plan, Options, Now);
        while (import.Advance(3))
        {
        }

        var decided = import.ToDeltas();
        foreach (var delta in decided.Value ?? [])
        {
            Commit(delta);
        }

        return decided.Refusal;
    }

    public void Import(ImportGraph command) => Assert.Null(TryImport(command));

    /// <summary>The delta of a session's next message; null where the message changed nothing.</summary>
    public GraphDelta? Hear(Extraction text, string session = "s")
    {
        var seq = told[session] = told.GetValueOrDefault(session) + 1;
        var draft = new GraphDraft(Graph, Options);
        TextAbsorption.Apply(draft, text, new ConceptSource { Session = session, Seq = seq, Start = 0, Length = 0 }, 0, Options, Now);
        var cause = new GraphCause { Kind = "message", User = People.Ada, Session = session, MessageSeq = seq };
        if (draft.ToDelta(cause, null, null, Graph.Seq + 1, Now, always: false) is not { } delta)
        {
            return null;
        }

        Commit(delta);
        return delta;
    }

    /// <summary>Takes back the session's message that a delta took in.</summary>
    public GraphDelta Withdraw(GraphDelta heard)
    {
        var session = heard.Cause.Session!;
        var seq = told[session] = told.GetValueOrDefault(session) + 1;
        var draft = new GraphDraft(Graph, Options);
        TextWithdrawal.Apply(draft, heard.Support!, new ConceptSource { Session = session, Seq = heard.Cause.MessageSeq, Start = 0, Length = 0 }, heard.Timestamp, Options, Now);
        Commit(draft.ToDelta(new GraphCause { Kind = "deletion", User = People.Ada, Session = session, MessageSeq = seq }, null, null, Graph.Seq + 1, Now, always: true)!);
        return Deltas[^1];
    }

    public RelationState? Between(string a, string b) =>
        Graph.Relations.Values.SingleOrDefault(relation => (relation.Source == a && relation.Target == b) || (relation.Source == b && relation.Target == a));

    private void Commit(GraphDelta delta)
    {
        Graph.Apply(delta);
        Deltas.Add(delta);
    }
}
