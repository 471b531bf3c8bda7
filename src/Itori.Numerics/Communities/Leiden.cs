using Itori.Numerics.Graphs;

namespace Itori.Numerics.Communities;

/// <summary>
/// Communities by the Leiden method (Traag, Waltman, van Eck 2019), which seeks the partition of highest modularity.
/// </summary>
/// <remarks>
/// Every community is connected; isolated nodes are communities of their own. The result depends on graph, seed, options and warm start alone
/// (on one platform: drawing uses its exponential). About O(M) an iteration. Finding the best partition is NP-hard, so what is found is good, not proven best.
/// </remarks>
public static class Leiden
{
    /// <summary>Finds communities.</summary>
    /// <param name="graph">Any graph.</param>
    /// <param name="seed">Fixes the order of visits and draws.</param>
    /// <param name="warmStart">
    /// Labels from before, at least zero, −1 for a node that had none; may be shorter than N, as when nodes were added. The search starts there, and a community keeps the label of
    /// the one that gave it most of its strength, so that unchanged communities keep theirs. Null starts from single nodes.
    /// </param>
    /// <param name="options">How to look; the defaults if null.</param>
    /// <param name="cancellationToken">Looked at for each visited node.</param>
    /// <returns>
    /// The label of each node, length N. Without a warm start they run from 0 in the order of each community's smallest node; new communities beside a warm start get the
    /// smallest labels that are free.
    /// </returns>
    /// <exception cref="ArgumentException"><paramref name="warmStart"/> is longer than N or holds a label below −1.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static int[] Detect(
        WeightedGraph graph,
        ulong seed,
        IReadOnlyList<int>? warmStart = null,
        CommunityOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        options ??= new CommunityOptions();
        var random = new SplitMix64(seed);
        if (warmStart is not null)
        {
            var before = Extend(warmStart, graph.NodeCount);
            var start = Grouping.Compact(before, out _);
            var found = Iterate(graph, start, options, ref random, cancellationToken);
            return WarmLabels.Keep(graph, before, warmStart, found);
        }

        int[] best = [];
        var bestModularity = double.NegativeInfinity;
        for (var i = 0; i < options.Starts; i++)
        {
            var alone = Enumerable.Range(0, graph.NodeCount).ToArray();
            var found = Iterate(graph, alone, options, ref random, cancellationToken);
            var modularity = Modularity.Of(graph, found, options.Resolution);
            if (modularity > bestModularity)
            {
                best = found;
                bestModularity = modularity;
            }
        }

        return best;
    }

    /// <summary>Labels of all nodes: those given, and one of its own for each node that had none.</summary>
    private static int[] Extend(IReadOnlyList<int> labels, int nodes)
    {
        if (labels.Count > nodes)
        {
            throw new ArgumentException($"{labels.Count} labels for {nodes} nodes.", nameof(labels));
        }

        var all = new int[nodes];
        for (var i = 0; i < nodes; i++)
        {
            var label = i < labels.Count ? labels[i] : -1;
            all[i] = label switch
            {
                >= 0 => label,
                // Below every label in use, each once.
                -1 => -2 - i,
                _ => throw new ArgumentException($"Label {i} is {label}; labels are at least 0, or -1 for none.", nameof(labels)),
            };
        }

        return all;
    }

    private static int[] Iterate(WeightedGraph graph, int[] labels, CommunityOptions options, ref SplitMix64 random, CancellationToken cancellationToken)
    {
        var total = graph.TotalStrength;
        if (total == 0)
        {
            return Enumerable.Range(0, graph.NodeCount).ToArray();
        }

        var network = AggregateNetwork.Of(graph);
        for (var i = 0; i < options.Iterations; i++)
        {
            var next = Pass(network, labels, options.Resolution, total, ref random, cancellationToken);
            next = SplitDisconnected(graph, next);
            if (next.AsSpan().SequenceEqual(labels))
            {
                break;
            }

            labels = next;
        }

        return labels;
    }

    /// <summary>One iteration: moves, refines and joins until every community is one node of the aggregate.</summary>
    private static int[] Pass(AggregateNetwork network, int[] labels, double resolution, double total, ref SplitMix64 random, CancellationToken cancellationToken)
    {
        var nodeOf = Enumerable.Range(0, network.NodeCount).ToArray();
        labels = (int[])labels.Clone();
        while (true)
        {
            LocalMoving.Run(network, labels, resolution, total, ref random, cancellationToken);
            Grouping.Compact(labels, out var communities);
            if (communities == network.NodeCount)
            {
                break;
            }

            var refined = Refinement.Run(network, labels, resolution, total, ref random, cancellationToken);
            var group = Grouping.Compact(refined, out var groups);
            if (groups == network.NodeCount)
            {
                // Nothing merged in the refinement, so there is nothing to join: the moves stand.
                break;
            }

            var groupLabels = new int[groups];
            for (var i = 0; i < group.Length; i++)
            {
                groupLabels[group[i]] = labels[i];
            }

            labels = Grouping.Compact(groupLabels, out _);
            network = network.Join(group, groups);
            for (var i = 0; i < nodeOf.Length; i++)
            {
                nodeOf[i] = group[nodeOf[i]];
            }
        }

        return Grouping.Compact(Array.ConvertAll(nodeOf, node => labels[node]), out _);
    }

    /// <summary>
    /// Makes a community of each connected part of a community. Parts share no edge, so this never lowers modularity. The method itself leaves none but where it stops at a refinement
    /// that merged nothing, or began at a warm start in which a bridge was removed.
    /// </summary>
    private static int[] SplitDisconnected(WeightedGraph graph, int[] labels)
    {
        var part = new int[labels.Length];
        Array.Fill(part, -1);
        var pending = new Stack<int>();
        var parts = 0;
        for (var root = 0; root < labels.Length; root++)
        {
            if (part[root] >= 0)
            {
                continue;
            }

            part[root] = parts;
            pending.Push(root);
            while (pending.TryPop(out var node))
            {
                foreach (var neighbour in graph.NeighboursOf(node))
                {
                    if (part[neighbour] < 0 && labels[neighbour] == labels[root])
                    {
                        part[neighbour] = parts;
                        pending.Push(neighbour);
                    }
                }
            }

            parts++;
        }

        return part;
    }
}
