using Itori.Text;
using Microsoft.Extensions.Logging;

namespace Itori.Grains.ConceptGraphs;

/// <summary>What was found in a text.</summary>
/// <param name="Found">The concepts and relations.</param>
/// <param name="Failure">Null, or why the configured extractor did not find them and the built-in one did: people must hear of it.</param>
internal sealed record TextFindings(Extraction Found, string? Failure);

/// <summary>
/// Extraction off the grains' own threads of control, so that a long document delays no operation: on the thread pool, as many at a time as there are cores, the rest waits in
/// its callers. Where the configured extractor fails, the built-in one does the work, and the failure is told.
/// </summary>
internal sealed partial class TextExtraction(IConceptExtractor extractor, ConceptExtractor builtIn, ILogger<TextExtraction> logger) : IDisposable
{
    private readonly SemaphoreSlim free = new(Environment.ProcessorCount);

    public async Task<TextFindings> Extract(string text, CancellationToken cancellationToken)
    {
        if (extractor is ConceptExtractor own)
        {
            return new TextFindings(await Compute(own, text, cancellationToken), null);
        }

        // It waits for others more than it computes, and bounds itself how much it does at a time.
        try
        {
            return new TextFindings(await Task.Run(() => extractor.ExtractAsync(text, cancellationToken).AsTask(), cancellationToken), null);
        }
        catch (ExtractionFailedException e)
        {
            LogExtractionFailed(logger, e.Message, e);
            return new TextFindings(await Compute(builtIn, text, cancellationToken), e.Message);
        }
    }

    public void Dispose() => free.Dispose();

    private async Task<Extraction> Compute(ConceptExtractor own, string text, CancellationToken cancellationToken)
    {
        await free.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => own.Extract(text, cancellationToken), cancellationToken);
        }
        finally
        {
            free.Release();
        }
    }
}
