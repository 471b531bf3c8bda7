using Itori.Contracts;
using Itori.Text;
using Microsoft.Extensions.Logging;

namespace Itori.Grains.Assistants.Context;

/// <summary>
/// Gathers what a turn knows: transcript, graph, field, documents. Keeps the transcript and the graph between turns and reads only what is new. Without the
/// session there is no turn; without one of the others there is, and it knows less.
/// </summary>
internal sealed partial class TurnContextReader(IGrainFactory grains, ConceptExtractor extractor, AssistantOptions options, ILogger logger)
{
    private const int PageSize = 500;

    private readonly SessionMemory _memory = new(options.MaxTranscriptMessages);
    private GraphView _graph = GraphView.Empty(ConceptKey.Of);
    private string? _graphId;

    public async Task<TurnContext> ReadAsync(TurnRequest request, CancellationToken cancellationToken)
    {
        await ReadTranscriptAsync(grains.Grain<ISessionGrain>(request.Session), request.InReplyTo, cancellationToken);
        await ReadGraphAsync(request.Graph, cancellationToken);
        var field = await TryAsync("field", () => grains.Grain<IFieldGrain>(request.Graph).GetState(), cancellationToken);

        var assembly = new TurnAssembly(_memory, _graph, extractor);
        var draft = assembly.Understand(request, cancellationToken);
        var written = draft.Query.Length == 0
            ? null
            : await TryAsync("library", () => grains.Grain<ILibraryGrain>(request.Graph).Search(draft.Query, TurnAssembly.MostHits, draft.Expansion).AsTask(), cancellationToken);
        return assembly.Compose(request, draft, written ?? [], field);
    }

    private async Task ReadTranscriptAsync(ISessionGrain session, long inReplyTo, CancellationToken cancellationToken)
    {
        if (_memory.Seq == 0)
        {
            var pages = new Stack<IReadOnlyList<DurableEvent>>();
            long? before = inReplyTo + 1;
            for (var left = options.MaxTranscriptMessages; left > 0;)
            {
                var page = await session.ReadBefore(before, Math.Min(left, PageSize)).AsTask().WaitAsync(cancellationToken);
                if (page.Events.Count == 0)
                {
                    break;
                }

                pages.Push(page.Events);
                left -= page.Events.Count;
                before = page.Events[0].Seq;
                if (!page.More)
                {
                    break;
                }
            }

            while (pages.TryPop(out var events))
            {
                _memory.Add(events);
            }

            return;
        }

        while (_memory.Seq < inReplyTo)
        {
            var page = await session.ReadAfter(_memory.Seq, PageSize).AsTask().WaitAsync(cancellationToken);
            if (page.First > _memory.Seq + 1)
            {
                _memory.Clear();
                await ReadTranscriptAsync(session, inReplyTo, cancellationToken);
                return;
            }

            _memory.Add(page.Events);
            if (!page.More)
            {
                return;
            }
        }
    }

    private async Task ReadGraphAsync(string graph, CancellationToken cancellationToken)
    {
        var snapshot = await TryAsync("graph", () => grains.Grain<IConceptGraphGrain>(graph).GetSnapshot().AsTask(), cancellationToken);
        if (snapshot is null)
        {
            _graph = _graphId == graph ? _graph : GraphView.Empty(ConceptKey.Of);
        }
        else if (_graphId != graph || _graph.Seq != snapshot.Seq || _graph.Epoch != snapshot.Epoch)
        {
            _graph = new GraphView(snapshot, ConceptKey.Of);
        }

        _graphId = graph;
    }

    private async Task<T?> TryAsync<T>(string part, Func<Task<T>> read, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await read().WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException)
        {
            LogPartMissing(exception, part);
            return null;
        }
    }

    [LoggerMessage(AssistantEventIds.TurnContextPartMissing, LogLevel.Warning, "The {Part} could not be read; the turn goes on without it.")]
    private partial void LogPartMissing(Exception exception, string part);
}
