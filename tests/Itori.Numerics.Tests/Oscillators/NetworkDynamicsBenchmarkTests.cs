using Itori.Numerics.Graphs;
using Itori.Numerics.Oscillators;
using Itori.Numerics.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Itori.Numerics.Tests.Oscillators;

/// <summary>
/// The 30 small-world systems of PIK-ICoN/NetworkDynamicsBenchmarks (BSD-2), against an adaptive reference of high order that this test runs itself.
/// The data are no part of this repository: their folder is named by ITORI_DATA.
/// </summary>
public sealed class NetworkDynamicsBenchmarkTests
{
    private const double Duration = 5;

    [Fact]
    public void Published_systems_follow_the_reference()
    {
        var folder = Environment.GetEnvironmentVariable("ITORI_DATA");
        var file = Path.Combine(folder ?? "", "kuramoto-bench-networkdynamics.db");
        Assert.SkipUnless(folder is not null && File.Exists(file), "Set ITORI_DATA to the folder of kuramoto-bench-networkdynamics.db to run this test.");

        using var database = new SqliteConnection($"Data Source={file};Mode=ReadOnly");
        database.Open();
        var systems = Read(database, "SELECT id, nodes, coupling_constant FROM systems ORDER BY id", row => (Id: row.GetInt32(0), Nodes: row.GetInt32(1), Coupling: row.GetDouble(2)));
        Assert.Equal(30, systems.Count);
        foreach (var system in systems)
        {
            var nodes = Read(database, $"SELECT omega, initialCondition FROM nodes WHERE system = {system.Id} ORDER BY id", row => (Omega: row.GetDouble(0), Phase: row.GetDouble(1)));
            var edges = Read(database, $"SELECT source, dest FROM edges WHERE system = {system.Id}", row => (Source: row.GetInt32(0) - 1, Target: row.GetInt32(1) - 1));
            Assert.Equal(system.Nodes, nodes.Count);
            Compare(system.Id, system.Coupling, [.. nodes.Select(node => node.Omega)], [.. nodes.Select(node => node.Phase)], edges);
        }
    }

    private static void Compare(int id, double coupling, double[] frequencies, double[] start, List<(int Source, int Target)> edges)
    {
        var lookup = edges.ToHashSet();
        Assert.All(edges, edge => Assert.Contains((edge.Target, edge.Source), lookup));
        var once = edges.Where(edge => edge.Source < edge.Target).Select(edge => new WeightedEdge(edge.Source, edge.Target, 1)).ToArray();
        var matrix = CouplingMatrix.FromEdges(frequencies.Length, once, CouplingNormalisation.None);

        var reference = GraggBulirschStoer.Integrate(Slope, start, Duration, 1e-12);
        var coarse = Run(0.02);
        var fine = Run(0.01);
        var worst = 0.0;
        var allowed = 0.0;
        for (var i = 0; i < start.Length; i++)
        {
            worst = Math.Max(worst, Math.Abs(Phase.Difference(reference[i], fine[i])));
            allowed = Math.Max(allowed, Math.Abs(Phase.Difference(coarse[i], fine[i])));
        }

        // Order 4: the finer run is off by 1/15 of what it differs from the coarser; half as much again for higher orders.
        Assert.True(allowed < 1e-4, $"System {id}: too coarse to be compared, {allowed}.");
        Assert.True(worst <= 1.5 * allowed / 15 + 1e-10, $"System {id}: off by {worst}, expected at most {1.5 * allowed / 15}.");

        double[] Run(double step)
        {
            var phases = (double[])start.Clone();
            var integrator = new KuramotoIntegrator(matrix, new() { Coupling = coupling, TimeStep = step });
            integrator.Advance(phases, frequencies, (int)Math.Round(Duration / step));
            return phases;
        }

        void Slope(double[] phases, double[] slopes)
        {
            frequencies.CopyTo(slopes, 0);
            foreach (var (source, target) in edges)
            {
                slopes[target] += coupling * Math.Sin(phases[source] - phases[target]);
            }
        }
    }

    private static List<T> Read<T>(SqliteConnection database, string query, Func<SqliteDataReader, T> map)
    {
        using var command = database.CreateCommand();
#pragma warning disable CA2100 // Queries are constants with an integer in them.
        command.CommandText = query;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(map(reader));
        }

        return rows;
    }
}
