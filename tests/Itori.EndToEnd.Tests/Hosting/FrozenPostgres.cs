using System.Globalization;
using Itori.Tests.Shared;

namespace Itori.EndToEnd.Tests.Hosting;

/// <summary>All processes of a PostgreSQL server, stopped where they are: connections stay open and nothing answers. Disposing lets them go on.</summary>
internal sealed class FrozenPostgres : IDisposable
{
    private readonly List<int> frozen = [];

    public FrozenPostgres(PostgresServer server)
    {
        // The postmaster is told its port on the command line; the first to be frozen, so that it makes no further children.
        var postmaster = Processes().First(id => Read(id, "cmdline").Contains(FormattableString.Invariant($"port={server.Port}\0"), StringComparison.Ordinal));
        Freeze(postmaster);
        foreach (var child in Processes().Where(id => ParentOf(id) == postmaster))
        {
            Freeze(child);
        }
    }

    public void Dispose() => frozen.ForEach(Signals.Continue);

    private void Freeze(int process)
    {
        Signals.Pause(process);
        frozen.Add(process);
    }

    private static IEnumerable<int> Processes() => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0).Where(id => id > 0);

    // "id (name) state parent …"; the name may hold anything.
    private static int ParentOf(int process) =>
        Read(process, "stat") is { Length: > 0 } stat ? int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture) : 0;

    private static string Read(int process, string file)
    {
        try
        {
            return File.ReadAllText(FormattableString.Invariant($"/proc/{process}/{file}"));
        }
        catch (IOException)
        {
            return ""; // It has ended meanwhile.
        }
    }
}
