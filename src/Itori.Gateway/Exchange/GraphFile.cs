using Itori.Contracts;

namespace Itori.Gateway.Exchange;

/// <summary>What is read of a file: nodes and edges in any order, bounded, put together when the file has ended.</summary>
internal sealed class GraphFile(ExchangeOptions limits)
{
    private readonly Dictionary<string, int> indexes = new(StringComparer.Ordinal);
    private readonly List<FileNode?> nodes = [];
    private readonly List<Edge> edges = [];
    private readonly Dictionary<string, string> kinds = new(StringComparer.Ordinal);
    private int begun;
    private int declared;
    private double largestNode;
    private double largestEdge;
    private bool someEdgeHasWeight;

    /// <summary>Whether edges that do not say so themselves are directed.</summary>
    public bool Directed { get; set; }

    /// <summary>The node's id is the concept's: so in JSON, not in XML, where it has to be a name.</summary>
    public bool IdsAreConcepts { get; init; }

    /// <summary>The format says that an edge without a weight has 1; counts where another edge has one.</summary>
    public bool UnsaidWeightIsOne { get; init; }

    /// <summary>The name of what the file stands for was found: a graph, however empty.</summary>
    public bool HasGraph { get; set; }

    /// <summary>A node begins: counted at once, so that a file of too many is refused at the first one too many.</summary>
    public void CountNode()
    {
        if (++begun > limits.MaxNodes)
        {
            throw BadGraphFileException.TooLarge($"The file has more than {limits.MaxNodes} nodes.", "nodes");
        }
    }

    public void Add(FileNode node)
    {
        var index = IndexOf(node.Id);
        if (nodes[index] is not null)
        {
            throw new BadGraphFileException($"Two nodes have the id '{FileNode.Cut(node.Id)}'.", "id");
        }

        nodes[index] = node;
        declared++;
        largestNode = Math.Max(largestNode, node.Weight ?? 0);
    }

    public void Add(FileEdge edge)
    {
        if (edge.Source is null || edge.Target is null)
        {
            throw new BadGraphFileException("An edge has no source or no target.", edge.Source is null ? "source" : "target");
        }

        if (edges.Count >= limits.MaxEdges)
        {
            throw BadGraphFileException.TooLarge($"The file has more than {limits.MaxEdges} edges.", "edges");
        }

        var (source, target) = (IndexOf(edge.Source), IndexOf(edge.Target));
        var kind = edge.Kind is { } word ? Shared(word) : null;
        someEdgeHasWeight |= edge.Weight is not null;
        largestEdge = Math.Max(largestEdge, edge.Weight ?? 0);
        edges.Add(new Edge(source, target, edge.Weight, kind, edge.Mutual ? true : edge.Directed));
        if (edge.Mutual)
        {
            edges.Add(new Edge(target, source, edge.Weight, kind, Directed: true));
        }
    }

    /// <summary>The whole as a command.</summary>
    public GraphFileContent Build()
    {
        if (!HasGraph)
        {
            throw new BadGraphFileException("The file has no graph.");
        }

        if (declared < nodes.Count)
        {
            var unknown = indexes.Where(entry => nodes[entry.Value] is null).Take(3).Select(entry => $"'{FileNode.Cut(entry.Key)}'");
            throw new BadGraphFileException($"Edges have ends that are no nodes of the file: {string.Join(", ", unknown)}{(nodes.Count - declared > 3 ? "…" : "")}.", "edges");
        }

        // Other programs' weights may be any numbers: the largest becomes 1.
        var (nodeScale, edgeScale) = (Math.Max(1, largestNode), Math.Max(1, largestEdge));
        double? unsaid = UnsaidWeightIsOne && someEdgeHasWeight ? 1 : null;
        var relations = new List<ImportedRelation>(edges.Count);
        var loops = 0;
        foreach (var edge in edges)
        {
            if (edge.Source == edge.Target)
            {
                loops++;
                continue;
            }

            var kind = edge.Kind ?? (edge.Directed ?? Directed ? RelationKinds.PointsTo : RelationKinds.Related);
            relations.Add(new ImportedRelation { Source = edge.Source, Target = edge.Target, Weight = Scaled(edge.Weight ?? unsaid, edgeScale), Kind = kind });
        }

        return new GraphFileContent
        {
            Concepts = [.. nodes.Select(node => node!.ToConcept(nodeScale, IdsAreConcepts))],
            Relations = relations,
            Edges = edges.Count,
            SelfLoops = loops,
            LargestNodeWeight = nodeScale,
            LargestEdgeWeight = edgeScale,
        };
    }

    /// <summary>Above 0 also where the division comes to nothing.</summary>
    public static double? Scaled(double? weight, double largest) => weight is { } given ? Math.Max(given / largest, double.Epsilon) : null;

    private int IndexOf(string id)
    {
        if (indexes.TryGetValue(id, out var index))
        {
            return index;
        }

        // Also the ends of edges that name no node: each must be one in the end.
        if (nodes.Count >= limits.MaxNodes)
        {
            throw BadGraphFileException.TooLarge($"The file has more than {limits.MaxNodes} nodes.", "nodes");
        }

        indexes.Add(id, nodes.Count);
        nodes.Add(null);
        return nodes.Count - 1;
    }

    private string Shared(string kind)
    {
        if (kinds.TryGetValue(kind, out var known))
        {
            return known;
        }

        kinds.Add(kind, kind);
        return kind;
    }

    private readonly record struct Edge(int Source, int Target, double? Weight, string? Kind, bool? Directed);
}

/// <summary>A file as a command's content, and what is to be reported of it.</summary>
internal sealed record GraphFileContent
{
    public required IReadOnlyList<ImportedConcept> Concepts { get; init; }

    public required IReadOnlyList<ImportedRelation> Relations { get; init; }

    /// <summary>Edges read; a mutual one counts twice.</summary>
    public required int Edges { get; init; }

    /// <summary>Edges from a node to itself, which no graph of ours has.</summary>
    public required int SelfLoops { get; init; }

    /// <summary>What the weights of nodes were divided by; 1: they stayed.</summary>
    public required double LargestNodeWeight { get; init; }

    /// <summary>What the weights of edges were divided by; 1: they stayed.</summary>
    public required double LargestEdgeWeight { get; init; }
}
