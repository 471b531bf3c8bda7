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
    /// <summary>What short texts have together that share a turn on the thread pool: below a millisecond's work, beside which the turn's own cost is little.</summary>
    private const int CharactersPerTurn = 4_096;

    private readonly SemaphoreSlim free = new(Environment.ProcessorCount);

    /// <summary>The findings of each text, in their order.</summary>
    public async Task<TextFindings[]> Extract(string[] texts, CancellationToken cancellationToken)
    {
        var found = new TextFindings[texts.Length];
        var turns = new List<Task>();
        for (var (begin, end) = (0, 0); begin < texts.Length; begin = end)
        {
            var characters = texts[end++].Length;
            while (end < texts.Length && characters + texts[end].Length <= CharactersPerTurn)
            {
                characters += texts[end++].Length;
            }

            turns.Add(ExtractTurn(texts, found, begin, end, cancellationToken));
        }

        await Task.WhenAll(turns);
        return found;
    }

    public async Task<TextFindings> Extract(string text, CancellationToken cancellationToken)
    {
        if (extractor is ConceptExtractor own)
        {
            return new TextFindings(await Compute(() => own.Extract(text, cancellationToken), cancellationToken), null);
        }

        return await Task.Run(() => Ask(text, cancellationToken), cancellationToken);
    }

    public void Dispose() => free.Dispose();

    private Task ExtractTurn(string[] texts, TextFindings[] found, int begin, int end, CancellationToken cancellationToken)
    {
        if (extractor is ConceptExtractor own)
        {
            return Compute(
                () =>
                {
                    for (var i = begin; i < end; i++)
                    {
                        found[i] = new TextFindings(own.Extract(texts[i], cancellationToken), null);
                    }

                    return true;
                },
                cancellationToken);
        }

        return Task.Run(
            async () =>
            {
                // All are begun before one is waited for.
                var asked = new Task<TextFindings>[end - begin];
                for (var i = begin; i < end; i++)
                {
                    asked[i - begin] = Ask(texts[i], cancellationToken);
                }

                (await Task.WhenAll(asked)).CopyTo(found, begin);
            },
            cancellationToken);
    }

    /// <summary>Asks the configured extractor, which waits for others more than it computes, and bounds itself how much it does at a time.</summary>
    private async Task<TextFindings> Ask(string text, CancellationToken cancellationToken)
    {
        try
        {
            return new TextFindings(await extractor.ExtractAsync(text, cancellationToken), null);
        }
        catch (ExtractionFailedException e)
        {
            LogExtractionFailed(logger, e.Message, e);
            return new TextFindings(await Compute(() => builtIn.Extract(text, cancellationToken), cancellationToken), e.Message);
        }
    }

    private async Task<T> Compute<T>(Func<T> extract, CancellationToken cancellationToken)
    {
        await free.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(extract, cancellationToken);
        }
        finally
        {
            free.Release();
        }
    }
}
