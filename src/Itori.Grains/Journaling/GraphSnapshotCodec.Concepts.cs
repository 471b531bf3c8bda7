using Itori.Contracts;

namespace Itori.Grains.Journaling;

/// <summary>A graph's concepts with their sources.</summary>
internal static partial class GraphSnapshotCodec
{
    private const int ConceptX = 1;
    private const int ConceptY = 2;
    private const int ConceptPinned = 4;
    private const int ConceptWindows = 8;
    private const int ConceptMerged = 16;
    private const int ConceptArranged = 32;
    private const int SourceSeq = 1;

    private static void Write(CompactWriter writer, IReadOnlyList<ConceptState> concepts)
    {
        writer.Count(concepts.Count);
        var time = 0L;
        foreach (var concept in concepts)
        {
            writer.Parts((concept.X is not null, ConceptX), (concept.Y is not null, ConceptY), (concept.Pinned, ConceptPinned), (concept.Windows != 0, ConceptWindows), (concept.Merged, ConceptMerged), (concept.Arranged, ConceptArranged));
            writer.Name(concept.ConceptId);
            writer.Name(concept.Label);
            writer.Name(concept.Key);
            writer.Count(concept.Aliases.Count);
            foreach (var alias in concept.Aliases)
            {
                writer.Name(alias);
            }

            writer.Count(concept.Slot);
            writer.Number(concept.Weight);
            writer.Number(concept.Phase);
            if (concept.X is { } x)
            {
                writer.Number(x);
            }

            if (concept.Y is { } y)
            {
                writer.Number(y);
            }

            writer.Signed(concept.Cluster);
            writer.Signed(concept.Mentions);
            writer.Signed(concept.CreatedAt - time);
            writer.Signed(concept.LastSeen - concept.CreatedAt);
            time = concept.CreatedAt;
            writer.Number(concept.Evidence);
            if (concept.Windows != 0)
            {
                writer.Number(concept.Windows);
            }

            Write(writer, concept.Sources);
        }
    }

    private static void Write(CompactWriter writer, IReadOnlyList<ConceptSource> sources)
    {
        writer.Count(sources.Count);
        foreach (var source in sources)
        {
            writer.Parts((source.Seq is not null, SourceSeq));
            writer.Name(source.Session);
            writer.Name(source.Source);
            if (source.Seq is { } seq)
            {
                writer.Signed(seq);
            }

            writer.Signed(source.Start);
            writer.Signed(source.Length);
        }
    }

    private static ConceptState[] ReadConcepts(ref CompactReader reader)
    {
        var concepts = new ConceptState[reader.Things()];
        var time = 0L;
        for (var i = 0; i < concepts.Length; i++)
        {
            var parts = reader.Parts(ConceptX | ConceptY | ConceptPinned | ConceptWindows | ConceptMerged | ConceptArranged);
            concepts[i] = new ConceptState
            {
                ConceptId = reader.Name(),
                Label = reader.Name(),
                Key = reader.Name(),
                Aliases = ReadNames(ref reader),
                Slot = reader.Small(),
                Weight = reader.Number(),
                Phase = reader.Number(),
                X = (parts & ConceptX) != 0 ? reader.Number() : null,
                Y = (parts & ConceptY) != 0 ? reader.Number() : null,
                Pinned = (parts & ConceptPinned) != 0,
                Cluster = (int)reader.Signed(),
                Mentions = reader.Signed(),
                CreatedAt = time = unchecked(time + reader.Signed()),
                LastSeen = unchecked(time + reader.Signed()),
                Evidence = reader.Number(),
                Windows = (parts & ConceptWindows) != 0 ? reader.Number() : 0,
                Merged = (parts & ConceptMerged) != 0,
                Arranged = (parts & ConceptArranged) != 0,
                Sources = ReadSources(ref reader),
            };
        }

        return concepts;
    }

    private static string[] ReadNames(ref CompactReader reader)
    {
        var names = NewArray<string>(reader.Things());
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = reader.Name();
        }

        return names;
    }

    private static ConceptSource[] ReadSources(ref CompactReader reader)
    {
        var sources = NewArray<ConceptSource>(reader.Things());
        for (var i = 0; i < sources.Length; i++)
        {
            var parts = reader.Parts(SourceSeq);
            sources[i] = new ConceptSource
            {
                Session = reader.NameOrNull(),
                Source = reader.NameOrNull(),
                Seq = (parts & SourceSeq) != 0 ? reader.Signed() : null,
                Start = (int)reader.Signed(),
                Length = (int)reader.Signed(),
            };
        }

        return sources;
    }
}
