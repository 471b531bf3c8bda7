using System.Globalization;

namespace Itori.Cluster.Tests;

/// <summary>How a run is to be, from the environment: <c>tests/soak.sh</c> sets it.</summary>
internal sealed record RunSettings
{
    /// <summary>Chooses faults, victims and what the clients do. <c>ITORI_RUN_SEED</c>, default 1.</summary>
    public required int Seed { get; init; }

    /// <summary>Faults go on until this much time is over; zero: every fault once. <c>ITORI_RUN_MINUTES</c>.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>How many times Standalone is killed. <c>ITORI_RUN_KILLS</c>, default 3.</summary>
    public required int Kills { get; init; }

    /// <summary>Whether an effect that comes before its cause is a violation. <c>ITORI_RUN_CAUSES=count</c>: it is only counted.</summary>
    public required bool ChecksCauses { get; init; }

    public static RunSettings FromEnvironment() => new()
    {
        Seed = Number("ITORI_RUN_SEED", 1),
        Length = TimeSpan.FromMinutes(Number("ITORI_RUN_MINUTES", 0)),
        Kills = Number("ITORI_RUN_KILLS", 3),
        ChecksCauses = Environment.GetEnvironmentVariable("ITORI_RUN_CAUSES") != "count",
    };

    private static int Number(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
