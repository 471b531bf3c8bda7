namespace Itori.Numerics.Communities;

/// <summary>
/// The fast local moving phase of Leiden: each node goes to the neighbouring community, or one of its own, where modularity gains most, until no
/// node wants to move. Only neighbours of a node that moved are visited again.
/// </summary>
internal static class LocalMoving
{
    /// <summary>Moves nodes in place; labels are in [0, N) before and after.</summary>
    /// <returns>Whether any node moved.</returns>
    public static bool Run(AggregateNetwork network, int[] labels, double resolution, double total, ref SplitMix64 random, CancellationToken cancellationToken)
    {
        var nodes = network.NodeCount;
        var communityStrength = new double[nodes];
        var communitySize = new int[nodes];
        for (var i = 0; i < nodes; i++)
        {
            communityStrength[labels[i]] += network.Strengths[i];
            communitySize[labels[i]]++;
        }

        var empty = new Stack<int>();
        for (var c = nodes - 1; c >= 0; c--)
        {
            if (communitySize[c] == 0)
            {
                empty.Push(c);
            }
        }

        var order = Enumerable.Range(0, nodes).ToArray();
        random.Shuffle(order);
        var queue = new Queue<int>(order);
        var queued = new bool[nodes];
        Array.Fill(queued, true);
        var weightTo = new double[nodes];
        var candidates = new List<int>();
        var moved = false;
        while (queue.TryDequeue(out var node))
        {
            cancellationToken.ThrowIfCancellationRequested();
            queued[node] = false;
            var own = labels[node];
            var strength = network.Strengths[node];
            communityStrength[own] -= strength;
            if (--communitySize[own] == 0)
            {
                communityStrength[own] = 0;
            }

            candidates.Clear();
            for (var p = network.RowStarts[node]; p < network.RowStarts[node + 1]; p++)
            {
                var community = labels[network.Columns[p]];
                if (weightTo[community] == 0)
                {
                    candidates.Add(community);
                }

                weightTo[community] += network.Weights[p];
            }

            // The gain over being alone is w(node, c) − γ s(node) S(c) / 2m. Staying wins ties, and rounding must not make two nodes chase each other.
            var slack = 1e-12 * strength;
            var best = own;
            var bestGain = weightTo[own] - resolution * strength * communityStrength[own] / total;
            var stayGain = bestGain;
            foreach (var community in candidates)
            {
                var gain = weightTo[community] - resolution * strength * communityStrength[community] / total;
                if (gain > Math.Max(bestGain, stayGain + slack))
                {
                    best = community;
                    bestGain = gain;
                }
            }

            if (bestGain < -slack && communitySize[own] > 0 && empty.TryPop(out var fresh))
            {
                best = fresh;
            }

            foreach (var community in candidates)
            {
                weightTo[community] = 0;
            }

            if (best != own && communitySize[own] == 0)
            {
                empty.Push(own);
            }

            communityStrength[best] += strength;
            communitySize[best]++;
            if (best == own)
            {
                continue;
            }

            labels[node] = best;
            moved = true;
            for (var p = network.RowStarts[node]; p < network.RowStarts[node + 1]; p++)
            {
                var neighbour = network.Columns[p];
                if (labels[neighbour] != best && !queued[neighbour])
                {
                    queued[neighbour] = true;
                    queue.Enqueue(neighbour);
                }
            }
        }

        return moved;
    }
}
