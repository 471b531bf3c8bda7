using System.Diagnostics;
using System.Text;

using Itori.Contracts;
using Itori.Gateway.Exchange;

namespace Itori.Gateway.Tests.Exchange;

/// <summary>Files that go through networkx itself, where the machine has it.</summary>
public sealed class NetworkxTests
{
    private static readonly Lazy<bool> IsThere = new(() => Run("import networkx", "") is not null);

    [Fact]
    public async Task Networkx_opens_GraphML_that_mixes_relations_with_and_without_direction() =>
        Assert.Equal("DiGraph|n0:concept 0:0.5,n1:concept 1:0.5,n2:concept 2:0.5|n0>n1:causes:0.25:True,n1>n2:co_occurs:0.25:False", await Opened("graphml", mixed: true));

    [Theory]
    [InlineData("graphml", "co_occurs")]
    [InlineData("gexf", "None")] // networkx does not look at an edge's kind in GEXF.
    public async Task Networkx_opens_files_of_relations_without_direction(string format, string kind) =>
        Assert.Equal($"Graph|n0:concept 0:0.5,n1:concept 1:0.5,n2:concept 2:0.5|n0>n1:{kind}:0.25:False,n1>n2:{kind}:0.25:False", await Opened(format, mixed: false));

    [Theory]
    [InlineData("graphml", "nx.write_graphml(g, out)")]
    [InlineData("gexf", "nx.write_gexf(g, out)")]
    [InlineData("json", "out.write(json.dumps(nx.node_link_data(g)).encode())")]
    public async Task What_networkx_writes_is_read(string format, string write)
    {
        Assert.SkipUnless(IsThere.Value, "networkx is not on this machine.");
        var written = Run($"import networkx as nx, io, json, sys\ng = nx.les_miserables_graph()\nout = io.BytesIO()\n{write}\nsys.stdout.buffer.write(out.getvalue())", "")!;
        var file = await Graphs.Read(GraphFormats.Of(format), written);
        Assert.Equal((77, 254), (file.Concepts.Count, file.Relations.Count));
        Assert.Equal(31, file.LargestEdgeWeight);
        Assert.Contains(file.Concepts, concept => concept.Label == "Valjean");
        Assert.All(file.Relations, relation => Assert.Equal(RelationKinds.Related, relation.Kind));
    }

    private static async Task<string> Opened(string format, bool mixed)
    {
        Assert.SkipUnless(IsThere.Value, "networkx is not on this machine.");
        var graph = Graphs.Large(3, 2);
        graph = mixed ? graph with { Relations = [graph.Relations[0] with { Kind = "causes" }, graph.Relations[1]] } : graph;
        var text = Encoding.UTF8.GetString(await Graphs.Written(GraphFormats.Of(format)!.Value, graph));
        var direction = format == "gexf" ? "g.is_directed()" : "d['directed']";
        return Run(
            "import networkx as nx, io, sys\n"
            + $"g = nx.read_{format}(io.BytesIO(sys.stdin.buffer.read()))\n"
            + "nodes = ','.join(f\"{n}:{d['label']}:{d['weight']}\" for n, d in sorted(g.nodes(data=True)))\n"
            + $"edges = ','.join(f\"{{a}}>{{b}}:{{d.get('kind')}}:{{d['weight']}}:{{{direction}}}\" for a, b, d in sorted(g.edges(data=True), key=lambda e: e[:2]))\n"
            + "sys.stdout.write(f\"{type(g).__name__}|{nodes}|{edges}\")",
            text)!;
    }

    private static string? Run(string program, string input)
    {
        try
        {
            using var python = Process.Start(new ProcessStartInfo("python3", ["-c", program])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                StandardInputEncoding = new UTF8Encoding(false),
                StandardOutputEncoding = new UTF8Encoding(false),
            })!;
            python.StandardInput.Write(input);
            python.StandardInput.Close();
            var output = python.StandardOutput.ReadToEnd();
            python.WaitForExit();
            return python.ExitCode == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // No Python.
        }
    }
}
