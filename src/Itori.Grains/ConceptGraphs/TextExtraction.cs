using Itori.Text;

namespace Itori.Grains.ConceptGraphs;

/// <summary>
/// Extraction off the grains' own threads of control, so that a long document delays no operation: on the thread pool, as many at a time as there are cores, the rest waits in
/// its callers.
/// </summary>
internal sealed class TextExtraction(IConceptExtractor extractor) : IDisposable
{
    private readonly SemaphoreSlim free = new(Environment.ProcessorCount);

    public async Task<Extraction> Extract(string text, CancellationToken cancellationToken)
    {
        await free.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => extractor.Extract(text, cancellationToken), cancellationToken);
        }
        finally
        {
            free.Release();
        }
    }

    public void Dispose() => free.Dispose();
}
