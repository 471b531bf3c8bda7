using Itori.Contracts;
using Itori.Gateway.Exchange;

namespace Itori.Gateway.Tests.Exchange;

/// <summary>Files of other programs, in the shapes in which those write them.</summary>
public sealed class ForeignFileTests
{
    [Fact]
    public async Task Networkx_writes_attributes_as_keys_with_ids_of_its_own()
    {
        var file = await Graphs.Read(null, """
            <?xml version='1.0' encoding='utf-8'?>
            <graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
              <key id="d3" for="edge" attr.name="relation" attr.type="string" />
              <key id="d2" for="edge" attr.name="weight" attr.type="long" />
              <key id="d1" for="node" attr.name="born" attr.type="long" />
              <key id="d0" for="node" attr.name="name" attr.type="string" />
              <graph edgedefault="directed">
                <node id="0"><data key="d0">Ada Lovelace</data><data key="d1">1815</data></node>
                <node id="1"><data key="d0">Analytical Engine</data></node>
                <node id="2" />
                <edge source="0" target="1"><data key="d2">4</data><data key="d3">wrote about</data></edge>
                <edge source="1" target="2"><data key="d2">2</data></edge>
                <edge source="2" target="2" />
              </graph>
            </graphml>
            """);
        Assert.Equal(["Ada Lovelace", "Analytical Engine", "2"], file.Concepts.Select(concept => concept.Label));
        Assert.All(file.Concepts, concept => Assert.Equal((null, null, 0L), (concept.ConceptId, concept.Key, concept.Mentions)));
        Assert.Equal([(0, 1, 1.0, "wrote_about"), (1, 2, 0.5, "points_to")], file.Relations.Select(relation => (relation.Source, relation.Target, relation.Weight!.Value, relation.Kind!)));
        Assert.Equal((4.0, 1, 3), (file.LargestEdgeWeight, file.SelfLoops, file.Edges));
    }

    [Fact]
    public async Task YEd_draws_its_labels_and_places_and_nests_groups()
    {
        var file = await Graphs.Read(GraphFormat.GraphMl, """
            <?xml version="1.0" encoding="UTF-8" standalone="no"?>
            <graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:y="http://www.yworks.com/xml/graphml">
              <key attr.name="description" attr.type="string" for="node" id="d5"/>
              <key for="node" id="d6" yfiles.type="nodegraphics"/>
              <key for="edge" id="d10" yfiles.type="edgegraphics"/>
              <graph edgedefault="directed" id="G">
                <data key="d0" xml:space="preserve"/>
                <node id="n0" yfiles.foldertype="group">
                  <data key="d6"><y:ProxyAutoBoundsNode><y:Realizers active="0"><y:GroupNode><y:Geometry height="1" width="2" x="5.0" y="6.0"/><y:NodeLabel>Field</y:NodeLabel></y:GroupNode></y:Realizers></y:ProxyAutoBoundsNode></data>
                  <graph edgedefault="directed" id="n0:">
                    <node id="n0::n0">
                      <data key="d5"><![CDATA[not the label]]></data>
                      <data key="d6"><y:ShapeNode><y:Geometry height="30.0" width="30.0" x="-12.5" y="40"/><y:NodeLabel alignment="center">Phase
            angle<y:LabelModel><y:SmartNodeLabelModel distance="4.0"/></y:LabelModel></y:NodeLabel><y:Shape type="rectangle"/></y:ShapeNode></data>
                    </node>
                  </graph>
                </node>
                <edge id="e0" source="n0" target="n0::n0"><data key="d10"><y:PolyLineEdge><y:Path sx="0.0"/><y:EdgeLabel>has part</y:EdgeLabel></y:PolyLineEdge></data></edge>
              </graph>
            </graphml>
            """);
        var concepts = file.Concepts.ToDictionary(concept => concept.Label);
        Assert.Equal((-12.5, 40.0), (concepts["Phase\nangle"].X, concepts["Phase\nangle"].Y));
        Assert.Equal(5.0, concepts["Field"].X);
        Assert.Equal("has_part", file.Relations.Single().Kind);
    }

    [Fact]
    public async Task Gephi_writes_GEXF_with_classes_places_and_weights()
    {
        var file = await Graphs.Read(null, """
            <?xml version='1.0' encoding='UTF-8'?>
            <gexf xmlns="http://gexf.net/1.3" version="1.3" xmlns:viz="http://gexf.net/1.3/viz" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
              <meta lastmodifieddate="2025-01-01"><creator>Gephi 0.10.1</creator></meta>
              <graph defaultedgetype="undirected" mode="static">
                <attributes class="node" mode="static"><attribute id="modularity_class" title="Modularity Class" type="integer"><default>0</default></attribute></attributes>
                <nodes count="2">
                  <node id="11" label="Valjean"><attvalues><attvalue for="modularity_class" value="4"/></attvalues><viz:size value="10.0"/><viz:position x="-87.9" y="0.5" z="0.0"/><viz:color r="1" g="2" b="3"/></node>
                  <node id="0.0" label="Myriel"/>
                  <node id="x"/>
                </nodes>
                <edges>
                  <edge id="0" source="11" target="0.0" weight="8.0"/>
                  <edge id="1" source="x" target="0.0" type="directed"/>
                  <edge id="2" source="x" target="11" type="mutual" label="Knows" weight="4"/>
                </edges>
              </graph>
            </gexf>
            """);
        Assert.Equal([("Valjean", 4, -87.9), ("Myriel", 0, null), ("x", 0, (double?)null)], file.Concepts.Select(concept => (concept.Label, concept.Cluster, concept.X)));
        Assert.Equal(
            [(0, 1, 1.0, "related"), (2, 1, 0.125, "points_to"), (2, 0, 0.5, "Knows"), (0, 2, 0.5, "Knows")],
            file.Relations.Select(relation => (relation.Source, relation.Target, relation.Weight!.Value, relation.Kind!)));
    }

    [Theory]
    [InlineData("http://www.gexf.net/1.1draft")]
    [InlineData("http://www.gexf.net/1.2draft")]
    public async Task Older_GEXF_with_nested_nodes_is_one_graph(string version)
    {
        var file = await Graphs.Read(GraphFormat.Gexf, $"""
            <gexf xmlns="{version}"><graph edgetype="directed"><attributes class="edge"><attribute id="0" title="weight" type="float"/></attributes>
            <nodes><node id="a" label="A"><nodes><node id="b" label="B"/></nodes></node></nodes>
            <edges><edge source="a" target="b"><attvalues><attvalue id="0" value="0.25"/></attvalues></edge></edges></graph></gexf>
            """);
        Assert.Equal(["A", "B"], file.Concepts.Select(concept => concept.Label).Order());
        Assert.Equal((0.25, "points_to"), (file.Relations.Single().Weight!.Value, file.Relations.Single().Kind));
    }

    [Fact]
    public async Task An_undirected_GEXF_without_weights_leaves_them_to_the_graph()
    {
        var file = await Graphs.Read(GraphFormat.Gexf, "<gexf><graph><nodes><node id=\"a\"/><node id=\"b\"/></nodes><edges><edge source=\"a\" target=\"b\"/></edges></graph></gexf>");
        Assert.Equal((null, RelationKinds.Related), (file.Relations.Single().Weight, file.Relations.Single().Kind));
    }

    [Theory]
    [InlineData("links", true)]
    [InlineData("edges", false)]
    public async Task Node_link_JSON_has_numbers_as_ids_and_says_at_any_place_whether_it_is_directed(string list, bool directed)
    {
        var file = await Graphs.Read(GraphFormat.Json, "\uFEFF{\"" + list + "\":[{\"source\":1,\"target\":2,\"key\":0,\"weight\":null}],\"multigraph\":false,\"graph\":{\"deep\":[{\"nodes\":[]}]},\"nodes\":[{\"id\":1,\"label\":\"one\",\"tags\":[\"x\",{}]},{\"title\":\"two\",\"id\":2}],\"directed\":"
            + (directed ? "true}" : "false}"));
        Assert.Equal(["one", "two"], file.Relations.SelectMany(relation => (string[])[file.Concepts[relation.Source].Label, file.Concepts[relation.Target].Label]));
        Assert.Equal(directed ? RelationKinds.PointsTo : RelationKinds.Related, file.Relations.Single().Kind);
    }

    [Fact]
    public async Task What_a_client_is_shown_of_a_graph_can_be_imported()
    {
        var file = await Graphs.Read(GraphFormat.Json, """{"graph":"main","epoch":1,"seq":2,"concepts":[{"id":"c1","label":"phase","slot":0,"weight":0.8,"phase":1.57,"cluster":2,"mentions":3,"createdAt":1,"lastSeen":1,"sources":[{"session":"s","seq":1,"start":0,"length":5}]},{"id":"c2","label":"angle"}],"relations":[{"id":"r","source":"c1","target":"c2","weight":0.5,"kind":"co_occurs"}]}""");
        Assert.Equal(("phase", 0.8, 2), (file.Concepts[0].Label, file.Concepts[0].Weight!.Value, file.Concepts[0].Cluster));
        Assert.Equal("co_occurs", file.Relations.Single().Kind);
    }

    [Theory]
    [InlineData("  ")]
    [InlineData("> ~")]
    public async Task A_kind_of_which_nothing_is_left_is_none(string kind)
    {
        var file = await Graphs.Read(GraphFormat.Json, "{\"nodes\":[{\"id\":\"a\"},{\"id\":\"b\"}],\"edges\":[{\"source\":\"a\",\"target\":\"b\",\"kind\":\"" + kind + "\"}]}");
        Assert.Equal(RelationKinds.Related, file.Relations.Single().Kind);
    }
}
