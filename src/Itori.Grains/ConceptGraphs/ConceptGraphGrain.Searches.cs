using Itori.Contracts;

namespace Itori.Grains.ConceptGraphs;

/// <summary>What is looked for some time after the graph changed, beside the grain's work: its communities, and places for its concepts.</summary>
internal sealed partial class ConceptGraphGrain
{
    private static readonly UserRef Machine = new() { Id = "itori", Name = "Itori" };

    private readonly LateSearch clusterSearch;
    private readonly LateSearch placeSearch;
    private bool isOpen;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await base.OnActivateAsync(cancellationToken);

        // The activation before may have gone between a change and its clusters or places.
        clustersAreOld |= GraphClusters.AreMissing(graph);
        unsettled.LookAt(graph);
        isOpen = true;
        clusterSearch.Later();
        placeSearch.Later();
    }

    /// <summary>A search that is begun a while after it is due, and never twice at a time.</summary>
    private sealed class LateSearch(ConceptGraphGrain grain, TimeSpan delay, Func<bool> isDue, Func<Task> search, Action<Exception> failed)
    {
        // A search that takes long is followed by a longer pause: at most a fifth of a core goes into one graph's clusters, and as much into its places.
        private const int PauseFactor = 4;

        private IGrainTimer? timer;
        private TimeSpan pause;

        /// <summary>The journal is away, or the activation goes: there is another time, which has to look for the same.</summary>
        public static bool IsPutOff(Exception e) => e is TopicUnavailableException or OperationCanceledException;

        /// <summary>Begins after the delay, if it is due and the journal has been read.</summary>
        public void Later()
        {
            if (timer is not null || !grain.isOpen || !isDue())
            {
                return;
            }

            // It interleaves, as the grain does: it decides in one synchronous stretch, after what it awaited.
            var due = delay > pause ? delay : pause;
            timer = grain.RegisterGrainTimer(Begin, new GrainTimerCreationOptions(due, Timeout.InfiniteTimeSpan) { Interleave = true });
        }

        /// <summary>Looks for something off the grain's thread. How long that takes is how long the pause will be.</summary>
        public async Task<T> Beside<T>(Func<T> find)
        {
            var began = grain.Time.GetTimestamp();
            var found = await Task.Run(find, grain.Lifetime);
            pause = PauseFactor * grain.Time.GetElapsedTime(began);
            return found;
        }

        private async Task Begin(CancellationToken cancellationToken)
        {
            try
            {
                await search();
            }
            catch (Exception e)
            {
                failed(e);
            }
            finally
            {
                timer?.Dispose();
                timer = null;
                if (!grain.Lifetime.IsCancellationRequested)
                {
                    Later();
                }
            }
        }
    }
}
