using System.Buffers;

using Itori.Contracts;

namespace Itori.Gateway.Exchange;

/// <summary>
/// Writes a graph in one format, concept by concept and relation by relation, into a buffer that its caller empties from time to time: no more of the file is ever in memory than lies between two such times.
/// </summary>
internal abstract class GraphWriter : IDisposable
{
    /// <summary>Bytes that the caller has not emptied yet, as far as is known.</summary>
    public abstract long Unflushed { get; }

    public static GraphWriter Create(GraphFormat format, IBufferWriter<byte> output) => format switch
    {
        GraphFormat.Json => new JsonGraphWriter(output),
        GraphFormat.GraphMl => new GraphMlWriter(output),
        _ => new GexfWriter(output),
    };

    /// <summary>What comes before the first concept.</summary>
    public abstract void Begin(GraphSnapshot graph);

    /// <summary>A concept. <paramref name="phase"/>: of its oscillator, radians in [0, 2π); null where that is not known.</summary>
    public abstract void Write(ConceptState concept, double? phase);

    /// <summary>What comes between the last concept and the first relation.</summary>
    public abstract void BeginRelations();

    /// <summary>A relation between two concepts that were written.</summary>
    public abstract void Write(RelationState relation);

    /// <summary>What comes after the last relation.</summary>
    public abstract void End();

    /// <summary>Puts everything written so far into the buffer.</summary>
    public abstract void Flush();

    public abstract void Dispose();

    /// <summary>The normal forms by which Itori knows a concept, its own first: a file that has them is Itori's own.</summary>
    protected static string[] NamesOf(ConceptState concept) => [concept.Key, .. concept.Aliases];
}
