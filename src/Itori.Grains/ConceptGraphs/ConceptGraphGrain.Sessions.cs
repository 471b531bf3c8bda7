using Itori.Contracts;
using Itori.Text;

namespace Itori.Grains.ConceptGraphs;

/// <summary>What sessions tell the graph: messages, and that one was deleted.</summary>
internal sealed partial class ConceptGraphGrain
{
    private const int DeltasPerLook = 256;

    // Clocks of different machines differ by less: a message is never taken in so long before it was said.
    private static readonly TimeSpan ClockDifference = TimeSpan.FromMinutes(10);

    private static string[] SessionsOf(SessionText[] texts)
    {
        var first = texts[0].Session;
        return Array.TrueForAll(texts, text => text.Session == first) ? [first] : [.. texts.Select(text => text.Session).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>One word of a session after the other, though the grain interleaves.</summary>
    private async Task InOrder(string[] sessions, Func<Task, Task> next)
    {
        var earlier = sessions is [var only]
            ? absorbing.GetValueOrDefault(only, Task.CompletedTask)
            : Task.WhenAll(sessions.Select(absorbing.GetValueOrDefault).OfType<Task>());
        var work = next(earlier);
        foreach (var session in sessions)
        {
            absorbing[session] = work;
        }

        try
        {
            await work;
        }
        finally
        {
            foreach (var session in sessions)
            {
                if (absorbing.GetValueOrDefault(session) == work)
                {
                    absorbing.Remove(session);
                }
            }
        }
    }

    private async Task AbsorbAfter(Task earlier, SessionText[] texts)
    {
        await earlier.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        var fresh = Array.FindAll(texts, text => !graph.HasAbsorbed(text));
        var found = await extraction.Extract(Array.ConvertAll(fresh, text => text.Text), Lifetime);
        for (var i = 0; i < fresh.Length; i++)
        {
            if (found[i].Failure is { } failure)
            {
                await TellTrouble(failure, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"session:{fresh[i].Session} {fresh[i].Seq}"));
            }
        }

        try
        {
            for (var i = 0; i < fresh.Length; i++)
            {
                if (!graph.HasAbsorbed(fresh[i]))
                {
                    AbsorbNow(fresh[i], found[i].Found);
                }
            }
        }
        finally
        {
            BeginWriting();
        }

        await WhenStored(graph.Seq);
    }

    private void AbsorbNow(SessionText text, Extraction found)
    {
        var now = Now;
        if (found.Concepts.Count == 0)
        {
            graph.Absorbed(text.Session, text.Seq, now); // It names nothing, so it changes nothing.
            return;
        }

        var draft = new GraphDraft(graph, options);
        TextAbsorption.Apply(draft, found, PlaceOf(text.Session, text.Seq), 0, options, now);
        var cause = new GraphCause { Kind = GraphCauses.Message, User = text.User, Session = text.Session, MessageSeq = text.Seq };
        if (draft.ToDelta(cause, null, null, NextSeq, now, always: false) is { } delta)
        {
            _ = Raise(delta);
        }
        else
        {
            graph.Absorbed(text.Session, text.Seq, now);
        }
    }

    private async Task WithdrawAfter(Task earlier, SessionDeletion deletion)
    {
        await earlier.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (deletion.Seq <= graph.AbsorbedThrough(deletion.Session))
        {
            await WhenStored(graph.Seq);
            return;
        }

        var given = await FindDelta(deletion);
        var now = Now;
        var draft = new GraphDraft(graph, options);
        if (given?.Support is { } support)
        {
            TextWithdrawal.Apply(draft, support, PlaceOf(deletion.Session, deletion.MessageSeq), given.Timestamp, options, now);
        }

        // Always an event: it says that this deletion is done, however often the session tells it again.
        var cause = new GraphCause { Kind = GraphCauses.Deletion, User = deletion.User, Session = deletion.Session, MessageSeq = deletion.Seq };
        await Commit(draft.ToDelta(cause, null, null, NextSeq, now, always: true)!);
    }

    /// <summary>
    /// The delta that took a message in, looked for from the latest back to the time when the message was said; null where it named nothing, or that history is no longer kept.
    /// </summary>
    private async Task<GraphDelta?> FindDelta(SessionDeletion deletion)
    {
        await WhenStored(graph.Seq);
        var oldest = deletion.MessageTimestamp - (long)ClockDifference.TotalMilliseconds;
        long? before = null;
        while (true)
        {
            var page = await ReadBefore(before, DeltasPerLook);
            for (var i = page.Events.Count - 1; i >= 0; i--)
            {
                if (page.Events[i] is GraphDelta { Cause.Kind: GraphCauses.Message } delta && delta.Cause.Session == deletion.Session && delta.Cause.MessageSeq == deletion.MessageSeq)
                {
                    return delta;
                }

                if (page.Events[i].Timestamp < oldest)
                {
                    return null;
                }
            }

            if (page.Events.Count == 0 || !page.More)
            {
                return null;
            }

            before = page.Events[0].Seq;
        }
    }

    private Task TellTrouble(string message, string details) =>
        Publish(new TopicTrouble { Timestamp = Now, Reason = ItoriError.ExtractionFailed.Reason, Message = message, Details = details });

    private static ConceptSource PlaceOf(string session, long seq) => new() { Session = session, Seq = seq, Start = 0, Length = 0 };
}
