using System.Diagnostics;
using System.Globalization;

namespace Itori.Cluster.Tests.Processes;

/// <summary>
/// A small network of this machine: each silo in a network namespace of its own, joined by a bridge to which this machine (database, gateways, clients) belongs too, so that a silo
/// can be cut off from some or from all. Needs root and <c>ip</c>.
/// </summary>
internal sealed class SiloNetwork : IAsyncDisposable
{
    private const string Prefix = "itori";

    private readonly string subnet;
    private readonly string name;
    private readonly int silos;

    private SiloNetwork(string name, string subnet, int silos)
    {
        this.name = name;
        this.subnet = subnet;
        this.silos = silos;
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    /// <summary>This machine's address in the network, with the network's bits.</summary>
    public string Host => subnet + ".1";

    /// <summary>The network, <c>address/bits</c>.</summary>
    public string Network => Host + "/24";

    /// <summary>Makes the network, or says why it cannot be made here.</summary>
    public static async Task<(SiloNetwork? Network, string? Missing)> TryCreate(int silos, CancellationToken ct)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return (null, "network namespaces need Linux and root");
        }

        await RemoveLeftOver(ct);
        var process = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

        // A subnet of this process's own: two runs at a time do not meet.
        var network = new SiloNetwork(Prefix + process, FormattableString.Invariant($"10.231.{Environment.ProcessId % 250}"), silos);
        try
        {
            await network.Build(ct);
            return (network, null);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            await network.DisposeAsync();
            return (null, $"no network namespaces here ({e.Message})");
        }
    }

    /// <summary>The address of a silo.</summary>
    public string Address(int silo) => FormattableString.Invariant($"{subnet}.{11 + silo}");

    /// <summary>What starts a command at a silo's place.</summary>
    public IReadOnlyList<string> Enter(int silo) => ["ip", "netns", "exec", Space(silo)];

    /// <summary>Drops all that a silo and the other silos send each other; database and gateways reach it still.</summary>
    public Task CutFromSilos(int silo, CancellationToken ct) => Routes("add", silo, ct);

    /// <summary>Undoes <see cref="CutFromSilos"/>.</summary>
    public Task JoinSilos(int silo, CancellationToken ct) => Routes("del", silo, ct);

    /// <summary>Pulls a silo's cable: nobody reaches it, it reaches nobody, and nobody is told.</summary>
    public Task CutFromAll(int silo, CancellationToken ct) => Ip(ct, "link", "set", Cable(silo), "nomaster");

    /// <summary>Undoes <see cref="CutFromAll"/>.</summary>
    public Task JoinAll(int silo, CancellationToken ct) => Ip(ct, "link", "set", Cable(silo), "master", name);

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        await Remove(name, Enumerable.Range(0, silos).Select(Space), CancellationToken.None);
    }

    private string Space(int silo) => FormattableString.Invariant($"{name}-{silo}");

    // An interface's name has at most 15 characters.
    private string Cable(int silo) => FormattableString.Invariant($"{name}.{silo}");

    private async Task Build(CancellationToken ct)
    {
        await Ip(ct, "link", "add", name, "type", "bridge");
        await Ip(ct, "addr", "add", Network, "dev", name);
        await Ip(ct, "link", "set", name, "up");
        for (var silo = 0; silo < silos; silo++)
        {
            var space = Space(silo);
            await Ip(ct, "netns", "add", space);
            await Ip(ct, "link", "add", Cable(silo), "type", "veth", "peer", "name", "eth0", "netns", space);
            await Ip(ct, "link", "set", Cable(silo), "master", name, "up");
            await Ip(ct, "-n", space, "addr", "add", Address(silo) + "/24", "dev", "eth0");
            await Ip(ct, "-n", space, "link", "set", "eth0", "up");
            await Ip(ct, "-n", space, "link", "set", "lo", "up");
        }
    }

    private async Task Routes(string verb, int silo, CancellationToken ct)
    {
        foreach (var other in Enumerable.Range(0, silos).Where(other => other != silo))
        {
            await Ip(ct, "-n", Space(silo), "route", verb, "blackhole", Address(other) + "/32");
            await Ip(ct, "-n", Space(other), "route", verb, "blackhole", Address(silo) + "/32");
        }
    }

    /// <summary>Networks of runs that were killed.</summary>
    private static async Task RemoveLeftOver(CancellationToken ct)
    {
        const string Spaces = "/var/run/netns";
        var left = Directory.Exists(Spaces) ? Directory.GetFiles(Spaces, Prefix + "*").Select(Path.GetFileName).OfType<string>() : [];
        foreach (var run in left.GroupBy(space => space.Split('-')[0]))
        {
            if (int.TryParse(run.Key.AsSpan(Prefix.Length), CultureInfo.InvariantCulture, out var process) && !Directory.Exists(FormattableString.Invariant($"/proc/{process}")))
            {
                await Remove(run.Key, run, ct);
            }
        }
    }

    private static async Task Remove(string name, IEnumerable<string> spaces, CancellationToken ct)
    {
        foreach (var space in spaces)
        {
            await Try(ct, "netns", "del", space);
        }

        await Try(ct, "link", "del", name);
    }

    private static async Task Try(CancellationToken ct, params string[] arguments)
    {
        try
        {
            await Ip(ct, arguments);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It was not made.
        }
    }

    private static async Task Ip(CancellationToken ct, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {error.Trim()}");
        }
    }

    private void OnProcessExit(object? sender, EventArgs e) =>
        Remove(name, Enumerable.Range(0, silos).Select(Space), CancellationToken.None).Wait(TimeSpan.FromSeconds(10));
}
