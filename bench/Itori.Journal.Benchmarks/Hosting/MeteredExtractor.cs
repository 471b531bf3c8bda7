using Itori.Text;

namespace Itori.Journal.Benchmarks.Hosting;

/// <summary>The product's extraction, counted; or none, so that a session's own work can be told from its graph's.</summary>
internal sealed class MeteredExtractor(bool extracts) : IConceptExtractor
{
    private static readonly Extraction Nothing = new() { Concepts = [], Relations = [], Language = "und" };
    private readonly ConceptExtractor inner = new();
    private long count;

    public long Count => Interlocked.Read(ref count);

    public ValueTask<Extraction> ExtractAsync(string text, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref count);
        return extracts ? inner.ExtractAsync(text, cancellationToken) : new(Nothing);
    }
}
