namespace Itori.Numerics.Communities;

/// <summary>
/// The refinement phase of Leiden: within each community, nodes that are well connected to it start alone and merge, at random among the
/// merges that do not lower modularity. What merges is connected, which is where Leiden's guarantee comes from.
/// </summary>
internal static class Refinement
{
    /// <summary>θ of the paper: how much the draw favours the better merge. The gain is measured in parts of the node's strength.</summary>
    private const double Randomness = 0.01;

    /// <returns>The refined group of each node, in [0, N).</returns>
    public static int[] Run(AggregateNetwork network, int[] labels, double resolution, double total, ref SplitMix64 random, CancellationToken cancellationToken)
    {
        var nodes = network.NodeCount;
        var refined = Enumerable.Range(0, nodes).ToArray();
        var groupStrength = (double[])network.Strengths.Clone();
        var communityStrength = new double[nodes];
        var toRest = new double[nodes];
        for (var i = 0; i < nodes; i++)
        {
            communityStrength[labels[i]] += network.Strengths[i];
            for (var p = network.RowStarts[i]; p < network.RowStarts[i + 1]; p++)
            {
                toRest[i] += labels[network.Columns[p]] == labels[i] ? network.Weights[p] : 0;
            }
        }

        var alone = new bool[nodes];
        Array.Fill(alone, true);
        var weightTo = new double[nodes];
        var candidates = new List<int>();
        var odds = new List<double>();
        var order = Enumerable.Range(0, nodes).ToArray();
        random.Shuffle(order);
        foreach (var node in order)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var community = communityStrength[labels[node]];
            if (!alone[node] || !IsWellConnected(toRest[node], network.Strengths[node], community))
            {
                continue;
            }

            candidates.Clear();
            for (var p = network.RowStarts[node]; p < network.RowStarts[node + 1]; p++)
            {
                var neighbour = network.Columns[p];
                if (labels[neighbour] != labels[node])
                {
                    continue;
                }

                if (weightTo[refined[neighbour]] == 0)
                {
                    candidates.Add(refined[neighbour]);
                }

                weightTo[refined[neighbour]] += network.Weights[p];
            }

            var chosen = Draw(node, community, ref random);
            if (chosen != node)
            {
                groupStrength[chosen] += network.Strengths[node];
                groupStrength[node] = 0;
                alone[node] = false;
                alone[chosen] = false;
                refined[node] = chosen;

                // What the group sends to the rest of its community: what both sent, without what now lies inside, seen from both sides.
                toRest[chosen] += toRest[node] - 2 * weightTo[chosen];
            }

            foreach (var candidate in candidates)
            {
                weightTo[candidate] = 0;
            }
        }

        return refined;

        bool IsWellConnected(double outside, double strength, double community) =>
            outside >= resolution * strength * (community - strength) / total;

        int Draw(int node, double community, ref SplitMix64 random)
        {
            odds.Clear();
            var sum = 0.0;
            var best = double.NegativeInfinity;
            foreach (var candidate in candidates)
            {
                best = Math.Max(best, Gain(candidate));
            }

            foreach (var candidate in candidates)
            {
                var gain = Gain(candidate);
                var eligible = gain >= 0 && IsWellConnected(toRest[candidate], groupStrength[candidate], community);
                sum += eligible ? Math.Exp((gain - best) / (Randomness * network.Strengths[node])) : 0;
                odds.Add(sum);
            }

            if (sum == 0)
            {
                return node;
            }

            var draw = random.NextDouble() * sum;
            return candidates[odds.FindIndex(bound => draw < bound)];

            double Gain(int candidate) =>
                weightTo[candidate] - resolution * network.Strengths[node] * groupStrength[candidate] / total;
        }
    }
}
