using System.Xml;

namespace Itori.Gateway.Exchange;

/// <summary>GEXF of all versions (1.1draft, 1.2draft, 1.3), as Gephi and others write it; nested nodes are one graph, times are not looked at.</summary>
internal sealed class GexfElements(GraphFile file) : XmlGraphElements(file)
{
    private readonly Dictionary<string, Declared> nodeAttributes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Declared> edgeAttributes = new(StringComparer.Ordinal);
    private readonly Stack<FileNode> nodes = new();
    private Dictionary<string, Declared>? declaring;
    private Declared? attribute;
    private FileEdge? edge;
    private int textDepth = -1;

    public override void Begin(string name, int depth, XmlReader attributes)
    {
        switch (name)
        {
            case "graph":
                File.HasGraph = true;
                var type = attributes.GetAttribute("defaultedgetype") ?? attributes.GetAttribute("edgetype");
                File.Directed = type is "directed" or "mutual";
                break;
            case "attributes":
                declaring = attributes.GetAttribute("class") == "edge" ? edgeAttributes : nodeAttributes;
                break;
            case "attribute" when declaring is not null:
                var id = Needed(attributes, "id", "attribute");
                attribute = new Declared(attributes.GetAttribute("title") ?? id);
                Declare(declaring, id, attribute);
                break;
            case "default" when attribute is not null:
                textDepth = depth + 1;
                break;
            case "node" when File.HasGraph:
                var node = NewNode(Needed(attributes, "id", "node"));
                SetDefaults(nodeAttributes, node.Set);
                SetIfThere(attributes, "label", node.Set);
                nodes.Push(node);
                break;
            case "edge" when File.HasGraph:
                edge = new FileEdge
                {
                    Source = Needed(attributes, "source", "edge"),
                    Target = Needed(attributes, "target", "edge"),
                    Mutual = attributes.GetAttribute("type") == "mutual",
                    Directed = attributes.GetAttribute("type") is { } said ? said != "undirected" : null,
                };
                SetDefaults(edgeAttributes, edge.Set);
                SetIfThere(attributes, "label", edge.Set);
                SetIfThere(attributes, "kind", edge.Set);
                SetIfThere(attributes, "weight", edge.Set);
                break;
            case "attvalue":
                // 1.0 and 1.1 call the attribute's id otherwise.
                var which = attributes.GetAttribute("for") ?? attributes.GetAttribute("id");
                var value = attributes.GetAttribute("value");
                if (which is not null && value is not null)
                {
                    Set(which, value);
                }

                break;
            case "position" when nodes.Count > 0 && edge is null:
                nodes.Peek().SetDrawnPlace(attributes.GetAttribute("x"), attributes.GetAttribute("y"));
                break;
            default:
                break;
        }
    }

    public override bool WantsText(int depth) => depth == textDepth;

    public override void Text(string text)
    {
        if (attribute is not null)
        {
            attribute.Default = text;
        }
    }

    public override void End(string name, int depth)
    {
        switch (name)
        {
            case "attributes":
                declaring = null;
                break;
            case "attribute":
                attribute = null;
                break;
            case "default":
                textDepth = -1;
                break;
            case "node" when nodes.TryPop(out var node):
                File.Add(node);
                break;
            case "edge" when edge is not null:
                File.Add(edge);
                edge = null;
                break;
            default:
                break;
        }
    }

    private static void SetIfThere(XmlReader attributes, string name, Action<string, string> set)
    {
        if (attributes.GetAttribute(name) is { } value)
        {
            set(name, value);
        }
    }

    private static void SetDefaults(Dictionary<string, Declared> declared, Action<string, string> set)
    {
        foreach (var one in declared.Values)
        {
            if (one.Default is { } value)
            {
                set(one.Title, value);
            }
        }
    }

    private void Set(string which, string value)
    {
        if (edge is not null)
        {
            edge.Set(edgeAttributes.GetValueOrDefault(which)?.Title ?? which, value);
        }
        else if (nodes.TryPeek(out var node))
        {
            node.Set(nodeAttributes.GetValueOrDefault(which)?.Title ?? which, value);
        }
    }

    private sealed class Declared(string title)
    {
        public string Title => title;

        public string? Default { get; set; }
    }
}
