using Itori.Numerics.Graphs;

namespace Itori.Numerics.Tests.Support;

/// <summary>The 78 friendships in a karate club of 34 (Zachary 1977), numbered from 0.</summary>
internal static class KarateClub
{
    // Each line: a member and those above him that he was friends with, numbered from 1 as in the paper.
    private static readonly int[][] Friends =
    [
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 18, 20, 22, 32],
        [2, 3, 4, 8, 14, 18, 20, 22, 31],
        [3, 4, 8, 9, 10, 14, 28, 29, 33],
        [4, 8, 13, 14],
        [5, 7, 11],
        [6, 7, 11, 17],
        [7, 17],
        [9, 31, 33, 34],
        [10, 34],
        [14, 34],
        [15, 33, 34],
        [16, 33, 34],
        [19, 33, 34],
        [20, 34],
        [21, 33, 34],
        [23, 33, 34],
        [24, 26, 28, 30, 33, 34],
        [25, 26, 28, 32],
        [26, 32],
        [27, 30, 34],
        [28, 34],
        [29, 32, 34],
        [30, 33, 34],
        [31, 33, 34],
        [32, 33, 34],
        [33, 34],
    ];

    public static WeightedGraph Graph { get; } =
        WeightedGraph.FromEdges(34, [.. Friends.SelectMany(row => row.Skip(1).Select(other => new WeightedEdge(row[0] - 1, other - 1, 1)))]);
}
