using System.Text;
using System.Xml;

namespace Itori.Gateway.Exchange;

/// <summary>
/// GraphML: keys of any id with attributes of any name (networkx, igraph, Gephi), keys without a name (by their id), labels and places as yEd draws them; nested graphs are one graph.
/// </summary>
internal sealed class GraphMlElements(GraphFile file) : XmlGraphElements(file)
{
    private readonly Dictionary<string, Key> keys = new(StringComparer.Ordinal);
    private readonly Stack<FileNode> nodes = new();
    private readonly Stack<bool> directed = new();
    private readonly StringBuilder text = new();
    private FileEdge? edge;
    private Key? key;
    private Key? data;
    private int dataDepth = -1;
    private int textDepth = -1;

    public override void Begin(string name, int depth, XmlReader attributes)
    {
        if (dataDepth >= 0)
        {
            Drawn(name, depth, attributes);
            return;
        }

        switch (name)
        {
            case "key":
                var id = Needed(attributes, "id", "key");
                key = new Key(attributes.GetAttribute("attr.name") ?? id, attributes.GetAttribute("for") ?? "all");
                Declare(keys, id, key);
                break;
            case "default" when key is not null:
                textDepth = depth + 1;
                break;
            case "graph":
                File.HasGraph = true;
                directed.Push(attributes.GetAttribute("edgedefault") == "directed");
                break;
            case "node" when directed.Count > 0:
                var node = NewNode(Needed(attributes, "id", "node"));
                SetDefaults("node", node.Set);
                nodes.Push(node);
                break;
            case "edge" when directed.Count > 0:
                edge = new FileEdge
                {
                    Source = Needed(attributes, "source", "edge"),
                    Target = Needed(attributes, "target", "edge"),
                    Directed = attributes.GetAttribute("directed") is { } said ? said is "true" or "1" : directed.Peek(),
                };
                SetDefaults("edge", edge.Set);
                break;
            case "hyperedge":
                throw new BadGraphFileException("The file has hyperedges; a relation has two ends.", "hyperedge");
            case "data" when edge is not null || nodes.Count > 0:
                data = keys.GetValueOrDefault(Needed(attributes, "key", "data"));
                dataDepth = depth;
                textDepth = depth + 1;
                break;
            default:
                break;
        }
    }

    public override bool WantsText(int depth) => depth == textDepth;

    public override void Text(string text) => this.text.Append(text);

    public override void End(string name, int depth)
    {
        if (dataDepth >= 0 && depth > dataDepth)
        {
            if (depth == textDepth - 1)
            {
                SetDrawnLabel(Taken().Trim());
                textDepth = -1;
            }

            return;
        }

        switch (name)
        {
            case "key":
                key = null;
                break;
            case "default" when key is not null:
                key.Default = Taken();
                textDepth = -1;
                break;
            case "data" when dataDepth == depth:
                if (data is not null && textDepth == depth + 1)
                {
                    Set(data.Name, Taken());
                }

                text.Clear();
                (data, dataDepth, textDepth) = (null, -1, -1);
                break;
            case "node" when nodes.TryPop(out var node):
                File.Add(node);
                break;
            case "edge" when edge is not null:
                File.Add(edge);
                edge = null;
                break;
            case "graph":
                directed.TryPop(out _);
                break;
            default:
                break;
        }
    }

    // yEd puts a drawing into a node's or an edge's data: its label is an element's text, its place another one's attributes.
    private void Drawn(string name, int depth, XmlReader attributes)
    {
        switch (name)
        {
            case "NodeLabel" or "EdgeLabel":
                text.Clear();
                textDepth = depth + 1;
                break;
            case "Geometry" when edge is null:
                nodes.Peek().SetDrawnPlace(attributes.GetAttribute("x"), attributes.GetAttribute("y"));
                break;
            default:
                if (textDepth == dataDepth + 1)
                {
                    textDepth = -1; // Not a text but a structure.
                }

                break;
        }
    }

    private void Set(string name, string value)
    {
        if (edge is not null)
        {
            edge.Set(name, value);
        }
        else
        {
            nodes.Peek().Set(name, value);
        }
    }

    private void SetDrawnLabel(string label)
    {
        if (label.Length == 0)
        {
            return;
        }

        if (edge is not null)
        {
            edge.DrawnLabel ??= label;
        }
        else
        {
            nodes.Peek().DrawnLabel ??= label;
        }
    }

    private void SetDefaults(string owner, Action<string, string> set)
    {
        foreach (var known in keys.Values)
        {
            if (known.Default is { } value && (known.For == owner || known.For == "all"))
            {
                set(known.Name, value);
            }
        }
    }

    private string Taken()
    {
        var taken = text.ToString();
        text.Clear();
        return taken;
    }

    private sealed class Key(string name, string owner)
    {
        public string Name => name;

        public string For => owner;

        public string? Default { get; set; }
    }
}
