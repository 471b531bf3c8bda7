using System.Diagnostics;
using System.Globalization;
using Itori.Contracts;
using Itori.Journal.Benchmarks.Hosting;
using Orleans.Core.Internal;

namespace Itori.Journal.Benchmarks.Activation;

/// <summary>Milliseconds from the call to the answer; the second call finds the grain active. Of the first also the processor's time, over all of the process, which other programs on the machine change less.</summary>
internal sealed record ActivationTimes(double Head, double Snapshot, double Processor);

/// <summary>
/// This program once more, as a silo that has just been started. The first activation there also pays for compiling the code; the later ones are what a graph costs that was idle for a while.
/// </summary>
internal static class ActivationProcess
{
    public const string Role = "--activate";
    private const string NoConnection = "-";

    /// <returns>The first activation of the process, then <paramref name="again"/> further ones.</returns>
    public static async Task<IReadOnlyList<ActivationTimes>> MeasureAsync(Store store, string graph, int again)
    {
        var lines = await RunSelfAsync([Role, store.Folder, Argument(store.ConnectionString), graph, again.ToString(CultureInfo.InvariantCulture)]);
        return [.. lines.Select(static line => line.Split(' ')).Select(static t => new ActivationTimes(double.Parse(t[0], CultureInfo.InvariantCulture), double.Parse(t[1], CultureInfo.InvariantCulture), double.Parse(t[2], CultureInfo.InvariantCulture)))];
    }

    public static string Argument(string? connectionString) => connectionString ?? NoConnection;

    public static string? Connection(string argument) => argument == NoConnection ? null : argument;

    /// <summary>Runs this program in a process of its own, in another role.</summary>
    /// <returns>What it wrote, by lines.</returns>
    public static async Task<string[]> RunSelfAsync(IReadOnlyList<string> arguments)
    {
        // Its own launcher, or dotnet with its assembly.
        var launcher = Environment.ProcessPath!;
        string[] program = Path.GetFileNameWithoutExtension(launcher) == "dotnet" ? [typeof(ActivationProcess).Assembly.Location] : [];
        using var process = Process.Start(new ProcessStartInfo(launcher, [.. program, .. arguments]) { RedirectStandardOutput = true })!;
        var lines = (await process.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? lines : throw new InvalidOperationException($"The process ended with {process.ExitCode}.");
    }

    public static async Task RunAsync(string[] arguments)
    {
        await using var host = await BenchHost.StartAsync(Store.At(arguments[1], Connection(arguments[2])));

        // An empty graph first: what is measured is a graph's activation, not the first call that a process makes.
        var empty = host.Grains.GetGrain<IConceptGraphGrain>("empty");
        await empty.GetHead();
        await empty.GetSnapshot();

        var graph = host.Grains.GetGrain<IConceptGraphGrain>(arguments[3]);
        for (var n = 0; n <= int.Parse(arguments[4], CultureInfo.InvariantCulture); n++)
        {
            if (n > 0)
            {
                await graph.AsReference<IGrainManagementExtension>().DeactivateOnIdle();
                await Task.Delay(200); // The old activation is gone from the directory.
            }

            var (start, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            var head = await graph.GetHead();
            var activated = Stopwatch.GetElapsedTime(start);
            used = Environment.CpuUsage.TotalTime - used;
            start = Stopwatch.GetTimestamp();
            var snapshot = await graph.GetSnapshot();
            var shown = Stopwatch.GetElapsedTime(start);
            if (head != GraphJournal.Operations || snapshot.Concepts.Count != GraphJournal.Concepts || snapshot.Relations.Count != GraphJournal.Relations)
            {
                throw new InvalidOperationException($"The graph at {head} has {snapshot.Concepts.Count} concepts and {snapshot.Relations.Count} relations.");
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{activated.TotalMilliseconds} {shown.TotalMilliseconds} {used.TotalMilliseconds}"));
        }
    }
}
