using System.Buffers;
using System.Xml;

using Itori.Contracts;

namespace Itori.Gateway.Exchange;

/// <summary>Writes GEXF 1.3 (gexf.net), with places of its <c>viz</c> module.</summary>
internal sealed class GexfWriter(IBufferWriter<byte> output) : XmlGraphWriter(output)
{
    public const string Namespace = "http://gexf.net/1.3";
    public const string VizNamespace = "http://gexf.net/1.3/viz";

    public override void Begin(GraphSnapshot graph)
    {
        Xml.WriteStartDocument();
        Xml.WriteStartElement("gexf", Namespace);
        Xml.WriteAttributeString("xmlns", "viz", null, VizNamespace);
        Xml.WriteAttributeString("version", "1.3");
        Xml.WriteStartElement("meta", Namespace);
        Xml.WriteElementString("creator", Namespace, "Itori");
        Xml.WriteElementString("description", Namespace, $"Graph {graph.Graph} as of seq {XmlConvert.ToString(graph.Seq)}");
        Xml.WriteEndElement();
        Xml.WriteStartElement("graph", Namespace);
        Xml.WriteAttributeString("defaultedgetype", "undirected");
        Xml.WriteAttributeString("mode", "static");
        Xml.WriteStartElement("attributes", Namespace);
        Xml.WriteAttributeString("class", "node");
        foreach (var (name, type) in NodeAttributes.All)
        {
            Xml.WriteStartElement("attribute", Namespace);
            Xml.WriteAttributeString("id", name);
            Xml.WriteAttributeString("title", name);
            Xml.WriteAttributeString("type", type == "int" ? "integer" : type);
            Xml.WriteEndElement();
        }

        Xml.WriteEndElement();
        Xml.WriteStartElement("nodes", Namespace);
        Xml.WriteAttributeString("count", XmlConvert.ToString(graph.Concepts.Count));
    }

    public override void Write(ConceptState concept, double? phase)
    {
        Xml.WriteStartElement("node", Namespace);
        Xml.WriteAttributeString("id", NameOf(concept));
        Xml.WriteAttributeString("label", XmlText.Clean(concept.Label));
        Xml.WriteStartElement("attvalues", Namespace);
        foreach (var (name, text) in AttributesOf(concept, phase))
        {
            Xml.WriteStartElement("attvalue", Namespace);
            Xml.WriteAttributeString("for", name);
            Xml.WriteAttributeString("value", text);
            Xml.WriteEndElement();
        }

        Xml.WriteEndElement();

        // Where both are known, for tools that draw; the same numbers are attributes, since one alone cannot stand here.
        if (concept is { X: { } x, Y: { } y })
        {
            Xml.WriteStartElement("viz", "position", VizNamespace);
            Xml.WriteAttributeString("x", XmlConvert.ToString(x));
            Xml.WriteAttributeString("y", XmlConvert.ToString(y));
            Xml.WriteAttributeString("z", "0.0");
            Xml.WriteEndElement();
        }

        Xml.WriteEndElement();
    }

    public override void BeginRelations()
    {
        Xml.WriteEndElement();
        Xml.WriteStartElement("edges", Namespace);
    }

    public override void Write(RelationState relation)
    {
        Xml.WriteStartElement("edge", Namespace);
        Xml.WriteAttributeString("id", NextRelation());
        Xml.WriteAttributeString("source", NodeOf(relation.Source));
        Xml.WriteAttributeString("target", NodeOf(relation.Target));
        Xml.WriteAttributeString("type", RelationKinds.IsDirected(relation.Kind) ? "directed" : "undirected");
        Xml.WriteAttributeString("weight", XmlConvert.ToString(relation.Weight));
        Xml.WriteAttributeString("kind", XmlText.Clean(relation.Kind));
        Xml.WriteEndElement();
    }
}
