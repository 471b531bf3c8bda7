using Itori.Contracts;

namespace Itori.Grains.Sessions;

/// <summary>
/// Carries what the sessions of this silo say to their graphs. One commit of the journal wakes many sessions at once, and a call of each to the same graph costs more than the graph does with it: what they hand over until
/// the thread pool gets to it goes in one call. Nothing waits for company: where nothing else is to be done, a lone text goes at once.
/// </summary>
internal sealed class TextCourier(IGrainFactory grains) : IThreadPoolWorkItem
{
    // What one call to a graph carries at most: some hundredths of a second of its work.
    public const int MaxTexts = 256;
    public const int MaxCharacters = 65_536;

    private readonly Lock gate = new();

    // No more than the silo has sessions: each hands over once it is told of what it handed over before.
    private List<Parcel> waiting = [];

    /// <summary>Completes when the graph has a session's texts, at most <see cref="MaxTexts"/> of them.</summary>
    public Task Absorb(string graph, SessionText[] texts)
    {
        var parcel = new Parcel(graph, texts);
        lock (gate)
        {
            waiting.Add(parcel);
            if (waiting.Count > 1)
            {
                return parcel.Delivered.Task;
            }
        }

        // Behind everything that the pool has to do already, other sessions' turns among it; and in no session's own context, for the call is not one session's.
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return parcel.Delivered.Task;
    }

    void IThreadPoolWorkItem.Execute()
    {
        List<Parcel> load;
        lock (gate)
        {
            (load, waiting) = (waiting, []);
        }

        if (load.Count == 1)
        {
            _ = Deliver(load[0]);
            return;
        }

        foreach (var ofGraph in load.GroupBy(parcel => parcel.Graph, StringComparer.Ordinal))
        {
            foreach (var joint in Calls(ofGraph))
            {
                _ = Deliver(ofGraph.Key, joint);
            }
        }
    }

    /// <summary>Splits what goes to one graph by what one call carries.</summary>
    private static IEnumerable<List<Parcel>> Calls(IEnumerable<Parcel> parcels)
    {
        var call = new List<Parcel>();
        var (texts, characters) = (0, 0);
        foreach (var parcel in parcels)
        {
            if (call.Count > 0 && (texts + parcel.Texts.Length > MaxTexts || characters + parcel.Characters > MaxCharacters))
            {
                yield return call;
                call = [];
                (texts, characters) = (0, 0);
            }

            call.Add(parcel);
            texts += parcel.Texts.Length;
            characters += parcel.Characters;
        }

        yield return call;
    }

    private async Task Deliver(string graph, List<Parcel> parcels)
    {
        if (parcels.Count > 1)
        {
            try
            {
                await grains.Grain<IConceptGraphGrain>(graph).Absorb([.. parcels.SelectMany(parcel => parcel.Texts)]);
                foreach (var parcel in parcels)
                {
                    parcel.Delivered.SetResult();
                }

                return;
            }
            catch (Exception)
            {
                // Whatever it was, one session's text must not keep another's from the graph: each for itself, which then fails or not for reasons of its own. The graph ignores what it has.
            }
        }

        await Task.WhenAll(parcels.Select(Deliver));
    }

    private async Task Deliver(Parcel parcel)
    {
        try
        {
            await grains.Grain<IConceptGraphGrain>(parcel.Graph).Absorb(parcel.Texts);
            parcel.Delivered.SetResult();
        }
        catch (Exception e)
        {
            parcel.Delivered.SetException(e); // The session tells it again.
        }
    }

    private sealed class Parcel(string graph, SessionText[] texts)
    {
        public string Graph { get; } = graph;

        public SessionText[] Texts { get; } = texts;

        public int Characters { get; } = texts.Sum(text => text.Text.Length);

        public TaskCompletionSource Delivered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
