using System.IO.Pipelines;

using Itori.Contracts;

namespace Itori.Gateway.Exchange;

/// <summary>Sends a graph as a file at the pace at which its reader takes it.</summary>
internal static class GraphExport
{
    /// <summary>Bytes that are written before it is waited for the reader.</summary>
    private const int PieceBytes = 32 * 1024;

    public static async Task Write(PipeWriter output, GraphFormat format, GraphSnapshot graph, PhaseFrame? phases, CancellationToken cancellation)
    {
        // A frame of another epoch numbers its slots otherwise.
        var frame = phases is not null && phases.Epoch == graph.Epoch ? phases.Phases : [];
        using var writer = GraphWriter.Create(format, output);
        writer.Begin(graph);
        foreach (var concept in graph.Concepts)
        {
            writer.Write(concept, concept.Slot < frame.Length && float.IsFinite(frame[concept.Slot]) ? Math.Round(frame[concept.Slot], 5) : concept.Phase);
            if (writer.Unflushed >= PieceBytes && await Send(output, writer, cancellation))
            {
                return;
            }
        }

        writer.BeginRelations();
        foreach (var relation in graph.Relations)
        {
            writer.Write(relation);
            if (writer.Unflushed >= PieceBytes && await Send(output, writer, cancellation))
            {
                return;
            }
        }

        writer.End();
        await Send(output, writer, cancellation);
    }

    /// <summary>True: nobody reads any more.</summary>
    private static async ValueTask<bool> Send(PipeWriter output, GraphWriter writer, CancellationToken cancellation)
    {
        writer.Flush();
        return (await output.FlushAsync(cancellation)).IsCompleted;
    }
}
