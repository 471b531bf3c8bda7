using Itori.Contracts;

namespace Itori.Grains.ConceptGraphs;

/// <summary>Files for the graph: a lot of work that must not hold up the others, and all of it or nothing.</summary>
internal sealed partial class ConceptGraphGrain
{
    /// <summary>Concepts and relations that are decided on at a time, before others get their turn: a millisecond or two.</summary>
    private const int DecidedPerTurn = 1_000;

    /// <summary>How often an import is decided anew because the graph changed meanwhile, before it is decided in one stretch.</summary>
    private const int MostBeginnings = 3;

    public Task<Result<Receipt>> Import(ImportGraph command) => Guard(async () =>
    {
        var plan = await Task.Run(() => ImportPlan.Of(command, options), Lifetime);
        for (var beginning = 1; ; beginning++)
        {
            // Each time: the same command may have come twice, and the other one have been carried out while this one was got ready.
            if (await Before(command.CommandId, plan.Print) is { } before)
            {
                return before;
            }

            if (plan.Refusal is { } refusal)
            {
                return refusal;
            }

            var import = new GraphImport(graph, plan, options, Now);
            while (import.Advance(beginning < MostBeginnings ? DecidedPerTurn : int.MaxValue) && !import.IsStale)
            {
                await Task.Yield();
            }

            if (import.IsStale)
            {
                continue;
            }

            // From here to the commit nothing is awaited: what was decided goes into the graph at once, and is written by one append. Nobody ever sees, and no crash ever leaves, a part of it.
            var decided = import.ToDeltas();
            if (decided.Value is not { } deltas)
            {
                return decided.Refusal!;
            }

            await Commit(deltas);
            var cause = deltas[^1].Cause;
            return new Receipt { Topic = topic, Seq = deltas[^1].Seq, Concepts = cause.Concepts, Relations = cause.Relations };
        }
    });
}
