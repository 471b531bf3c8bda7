using System.IO.Pipelines;
using System.Text;

using CsCheck;

using Itori.Contracts;
using Itori.Gateway.Exchange;

namespace Itori.Gateway.Tests.Exchange;

/// <summary>Graphs to be exchanged, and the way of one through a file.</summary>
internal static class Graphs
{
    // What file formats trip over: markup, what XML cannot hold, what looks like an escape, white space, beyond the BMP, right to left, joined and zero-width characters.
    private static readonly string[] Pieces =
    [
        "phase", "Ö", "0", " ", "\t", "\n", "\r", "\r\n", "\"", "'", "<", ">", "&amp;", "<![CDATA[", "]]>", "<!--", "\\", "\\u0001", "_x0001_", "\u0001", "\u001F", "\u007F", "\u0085", "\uFFFE", "\uFFFF",
        "😀", "👩‍🔬", "\u202Eעברית", "漢字", "\u200B", "\u2028", "e\u0301",
    ];

    private static readonly string[] Kinds = ["co_occurs", "related", "causes", "is_a", "points_to", "<&\"", "вызывает"];

    private static readonly Gen<string> Texts = Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]).Array[1, 6].Select(pieces => "x" + string.Concat(pieces) + "x");

    private static readonly Gen<double?> Places = Gen.OneOf(Gen.Const((double?)null), Gen.Double[-1e9, 1e9].Select(x => (double?)x), Gen.Const((double?)-0.0));

    private static readonly Gen<double> Weights = Gen.OneOf(Gen.Double[1e-9, 1], Gen.Const(1.0), Gen.Const(double.Epsilon));

    private static readonly Gen<ConceptState> Concepts = Gen.Select(
        Gen.Select(Texts, Texts, Texts.Array[0, 3]),
        Gen.Select(Weights, Places, Places, Gen.Bool, Gen.Bool),
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Long[0, long.MaxValue], Gen.Long[0, 4_000_000_000_000], Gen.Double[0, Math.Tau]),
        (names, drawn, counted) => new ConceptState
        {
            ConceptId = "",
            Label = names.Item1,
            Key = names.Item2,
            Aliases = names.Item3,
            Slot = 0,
            Weight = drawn.Item1,
            X = drawn.Item2,
            Y = drawn.Item3,
            Pinned = drawn.Item4,
            Arranged = drawn.Item5,
            Cluster = counted.Item1,
            Mentions = counted.Item2,
            CreatedAt = counted.Item3,
            LastSeen = counted.Item3,
            Phase = counted.Item4,
        });

    private static readonly Gen<(int Source, int Target, double Weight, string Kind)> Relations =
        Gen.Select(Gen.Int[0, 20], Gen.Int[0, 20], Weights, Gen.Int[0, Kinds.Length - 1].Select(i => Kinds[i]));

    public static readonly Gen<GraphSnapshot> Any = Gen.Select(Concepts.Array[0, 12], Relations.Array[0, 20], Gen.Long[0, long.MaxValue], (concepts, relations, seq) => new GraphSnapshot
    {
        Graph = "g",
        Epoch = 3,
        Seq = seq,
        Concepts = [.. concepts.Select((concept, i) => concept with { ConceptId = $"id {i} é", Slot = 2 * i })],
        Relations =
        [
            .. relations.Where(relation => relation.Source != relation.Target && relation.Source < concepts.Length && relation.Target < concepts.Length)
                .Select(relation => new RelationState
                {
                    RelationId = "",
                    Source = $"id {relation.Source} é",
                    Target = $"id {relation.Target} é",
                    Weight = relation.Weight,
                    Kind = relation.Kind,
                }),
        ],
    });

    public static GraphSnapshot Large(int concepts, int relations) => new()
    {
        Graph = "large",
        Epoch = 1,
        Seq = 9,
        Concepts =
        [
            .. Enumerable.Range(0, concepts).Select(i => new ConceptState
            {
                ConceptId = $"concept-{i}",
                Label = $"concept {i}",
                Key = $"concept {i}",
                Slot = i,
                Weight = 0.5,
                Phase = 1,
                X = i,
                Y = -i,
                Mentions = i,
                CreatedAt = 1_764_000_000_000,
                LastSeen = 1_764_000_000_000,
            }),
        ],
        Relations =
        [
            .. Enumerable.Range(0, relations).Select(i => new RelationState
            {
                RelationId = "",
                Source = $"concept-{i % concepts}",
                Target = $"concept-{(i + 1 + (i / concepts)) % concepts}",
                Weight = 0.25,
                Kind = "co_occurs",
            }),
        ],
    };

    public static async Task<byte[]> Written(GraphFormat format, GraphSnapshot graph)
    {
        using var file = new MemoryStream();
        var writer = PipeWriter.Create(file, new StreamPipeWriterOptions(leaveOpen: true));
        await GraphExport.Write(writer, format, graph, null, TestContext.Current.CancellationToken);
        await writer.CompleteAsync();
        return file.ToArray();
    }

    public static Task<GraphFileContent> Read(GraphFormat? format, byte[] file, ExchangeOptions? limits = null, int pieceBytes = int.MaxValue)
    {
        limits ??= new ExchangeOptions();
        var stream = new PieceStream(file, pieceBytes);
        return format is GraphFormat.Json
            ? JsonGraphReader.Read(PipeReader.Create(stream), limits, TestContext.Current.CancellationToken)
            : XmlGraphReader.Read(stream, format, limits, TestContext.Current.CancellationToken);
    }

    public static Task<GraphFileContent> Read(GraphFormat? format, string file, ExchangeOptions? limits = null) => Read(format, Encoding.UTF8.GetBytes(file), limits);

    /// <summary>Gives a file in pieces, as a network does.</summary>
    private sealed class PieceStream(byte[] file, int pieceBytes) : MemoryStream(file)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, pieceBytes)]);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, pieceBytes));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer, offset, count));
    }
}
