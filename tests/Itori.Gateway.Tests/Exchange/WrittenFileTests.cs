using System.IO.Pipelines;
using System.Text.RegularExpressions;
using System.Xml.Linq;

using CsCheck;

using Itori.Gateway.Exchange;

namespace Itori.Gateway.Tests.Exchange;

/// <summary>What other programs rely on in the files that are written.</summary>
public sealed partial class WrittenFileTests
{
    private static readonly XNamespace GraphMl = GraphMlWriter.Namespace;
    private static readonly XNamespace Gexf = GexfWriter.Namespace;
    private static readonly XNamespace Viz = GexfWriter.VizNamespace;

    [Fact]
    public async Task GraphML_has_names_as_ids_declared_keys_and_edges_between_its_nodes() => await Graphs.Any.SampleAsync(
        async graph =>
        {
            var root = await Parsed(GraphFormat.GraphMl, graph);
            Assert.Equal(GraphMl + "graphml", root.Name);
            var types = root.Elements(GraphMl + "key").ToDictionary(key => (string)key.Attribute("id")!, key => (For: (string)key.Attribute("for")!, Type: (string)key.Attribute("attr.type")!));
            Assert.All(types.Values, key => Assert.Contains(key.Type, (string[])["boolean", "int", "long", "float", "double", "string"]));
            var body = root.Elements(GraphMl + "graph").Single();
            Assert.Equal(graph.Relations.Any(relation => Contracts.RelationKinds.IsDirected(relation.Kind)) ? "directed" : "undirected", (string?)body.Attribute("edgedefault"));
            var nodes = body.Elements(GraphMl + "node").Select(node => (string)node.Attribute("id")!).ToHashSet();
            Assert.Equal(graph.Concepts.Count, nodes.Count);
            Assert.All(nodes, id => Assert.Matches(NameToken(), id));
            foreach (var edge in body.Elements(GraphMl + "edge"))
            {
                Assert.Contains((string)edge.Attribute("source")!, nodes);
                Assert.Contains((string)edge.Attribute("target")!, nodes);
            }

            foreach (var data in body.Descendants(GraphMl + "data"))
            {
                var (owner, type) = types[(string)data.Attribute("key")!];
                Assert.Equal(owner, data.Parent!.Name.LocalName);
                Assert.True(IsA(type, data.Value), $"{data.Value} is no {type}");
            }

            Assert.Equal(body.Elements(GraphMl + "data").Concat(body.Elements(GraphMl + "node")).Concat(body.Elements(GraphMl + "edge")), body.Elements());
        },
        iter: 100);

    [Fact]
    public async Task GEXF_has_attributes_nodes_and_edges_in_the_order_of_its_schema() => await Graphs.Any.SampleAsync(
        async graph =>
        {
            var root = await Parsed(GraphFormat.Gexf, graph);
            Assert.Equal((Gexf + "gexf", "1.3"), (root.Name, (string?)root.Attribute("version")));
            Assert.Equal([Gexf + "meta", Gexf + "graph"], root.Elements().Select(element => element.Name));
            var body = root.Element(Gexf + "graph")!;
            Assert.Equal([Gexf + "attributes", Gexf + "nodes", Gexf + "edges"], body.Elements().Select(element => element.Name));
            var types = body.Element(Gexf + "attributes")!.Elements().ToDictionary(attribute => (string)attribute.Attribute("id")!, attribute => (string)attribute.Attribute("type")!);
            var nodes = body.Element(Gexf + "nodes")!.Elements(Gexf + "node").ToDictionary(node => (string)node.Attribute("id")!);
            Assert.Equal(graph.Concepts.Count, nodes.Count);
            foreach (var node in nodes.Values)
            {
                Assert.NotNull(node.Attribute("label"));
                foreach (var value in node.Element(Gexf + "attvalues")!.Elements(Gexf + "attvalue"))
                {
                    Assert.True(IsA(types[(string)value.Attribute("for")!], (string)value.Attribute("value")!));
                }

                if (node.Element(Viz + "position") is { } position)
                {
                    Assert.True(IsA("double", (string)position.Attribute("x")!) && IsA("double", (string)position.Attribute("y")!));
                }
            }

            foreach (var edge in body.Element(Gexf + "edges")!.Elements(Gexf + "edge"))
            {
                Assert.True(nodes.ContainsKey((string)edge.Attribute("source")!) && nodes.ContainsKey((string)edge.Attribute("target")!));
                Assert.Contains((string)edge.Attribute("type")!, (string[])["directed", "undirected"]);
                Assert.True(IsA("double", (string)edge.Attribute("weight")!));
            }
        },
        iter: 100);

    [Theory]
    [InlineData("json")]
    [InlineData("graphml")]
    [InlineData("gexf")]
    public async Task No_more_than_a_piece_is_written_ahead_of_a_reader(string name)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var writing = GraphExport.Write(pipe.Writer, GraphFormats.Of(name)!.Value, Graphs.Large(20_000, 40_000), null, TestContext.Current.CancellationToken);
        long total = 0;
        long most = 0;
        var completing = Completed(writing, pipe.Writer);
        while (true)
        {
            var read = await pipe.Reader.ReadAsync(TestContext.Current.CancellationToken);
            most = Math.Max(most, read.Buffer.Length);
            total += read.Buffer.Length;
            pipe.Reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                break;
            }
        }

        await completing;
        Assert.InRange(total, 5_000_000, long.MaxValue);
        Assert.InRange(most, 1, 100_000);
    }

    [Fact]
    public async Task Writing_ends_when_nobody_reads_any_more()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        await pipe.Reader.CompleteAsync();
        await GraphExport.Write(pipe.Writer, GraphFormat.Gexf, Graphs.Large(20_000, 0), null, TestContext.Current.CancellationToken);
        Assert.InRange(pipe.Writer.UnflushedBytes, 0, 100_000);
    }

    private static async Task Completed(Task writing, PipeWriter writer)
    {
        await writing;
        await writer.CompleteAsync();
    }

    private static async Task<XElement> Parsed(GraphFormat format, Contracts.GraphSnapshot graph)
    {
        using var file = new MemoryStream(await Graphs.Written(format, graph));
        return XDocument.Load(file).Root!;
    }

    private static bool IsA(string type, string text) => type switch
    {
        "boolean" => text is "true" or "false",
        "int" or "integer" => int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out _),
        "long" => long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out _),
        "double" => double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) && double.IsFinite(number),
        _ => true,
    };

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9._-]*$")]
    private static partial Regex NameToken();
}
