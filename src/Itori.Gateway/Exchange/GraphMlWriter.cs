using System.Buffers;
using System.Xml;

using Itori.Contracts;

namespace Itori.Gateway.Exchange;

/// <summary>
/// Writes GraphML 1.0 (graphml.graphdrawing.org): attributes as <c>data</c> of declared keys. GraphML could mix directed edges with others, but networkx opens no such file: where one relation has a direction all edges are
/// written as directed, and which really are is an attribute.
/// </summary>
internal sealed class GraphMlWriter(IBufferWriter<byte> output) : XmlGraphWriter(output)
{
    public const string Namespace = "http://graphml.graphdrawing.org/xmlns";
    private const string SchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";
    private const string EdgePrefix = "edge_";
    private const string Directed = "directed";

    public override void Begin(GraphSnapshot graph)
    {
        Xml.WriteStartDocument();
        Xml.WriteStartElement("graphml", Namespace);
        Xml.WriteAttributeString("xmlns", "xsi", null, SchemaInstance);
        Xml.WriteAttributeString("xsi", "schemaLocation", SchemaInstance, Namespace + " http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd");
        Key(NodeAttributes.Label, "node", NodeAttributes.Label, "string");
        foreach (var (name, type) in NodeAttributes.All)
        {
            Key(name, "node", name, type);
        }

        Key(EdgePrefix + NodeAttributes.Weight, "edge", NodeAttributes.Weight, "double");
        Key(EdgePrefix + NodeAttributes.Kind, "edge", NodeAttributes.Kind, "string");
        Key(EdgePrefix + Directed, "edge", Directed, "boolean");
        Key("seq", "graph", "seq", "long");
        Xml.WriteStartElement("graph", Namespace);
        Xml.WriteAttributeString("id", "graph");
        Xml.WriteAttributeString("edgedefault", graph.Relations.Any(relation => RelationKinds.IsDirected(relation.Kind)) ? "directed" : "undirected");
        Data("seq", XmlConvert.ToString(graph.Seq));
    }

    public override void Write(ConceptState concept, double? phase)
    {
        Xml.WriteStartElement("node", Namespace);
        Xml.WriteAttributeString("id", NameOf(concept));
        Data(NodeAttributes.Label, XmlText.Clean(concept.Label));
        foreach (var (name, text) in AttributesOf(concept, phase))
        {
            Data(name, text);
        }

        Xml.WriteEndElement();
    }

    public override void BeginRelations()
    {
        // Edges follow the nodes without anything between.
    }

    public override void Write(RelationState relation)
    {
        Xml.WriteStartElement("edge", Namespace);
        Xml.WriteAttributeString("id", NextRelation());
        Xml.WriteAttributeString("source", NodeOf(relation.Source));
        Xml.WriteAttributeString("target", NodeOf(relation.Target));
        Data(EdgePrefix + NodeAttributes.Weight, XmlConvert.ToString(relation.Weight));
        Data(EdgePrefix + NodeAttributes.Kind, XmlText.Clean(relation.Kind));
        Data(EdgePrefix + Directed, XmlConvert.ToString(RelationKinds.IsDirected(relation.Kind)));
        Xml.WriteEndElement();
    }

    private void Key(string id, string owner, string name, string type)
    {
        Xml.WriteStartElement("key", Namespace);
        Xml.WriteAttributeString("id", id);
        Xml.WriteAttributeString("for", owner);
        Xml.WriteAttributeString("attr.name", name);
        Xml.WriteAttributeString("attr.type", type);
        Xml.WriteEndElement();
    }

    private void Data(string key, string text)
    {
        Xml.WriteStartElement("data", Namespace);
        Xml.WriteAttributeString("key", key);
        Xml.WriteString(text);
        Xml.WriteEndElement();
    }
}
