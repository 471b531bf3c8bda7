using System.Diagnostics;
using System.Globalization;

namespace Itori.Tests.Shared;

/// <summary>
/// A PostgreSQL server of the tests' own, in a temporary folder, reachable on 127.0.0.1 without a password. Needs <c>initdb</c> and <c>pg_ctl</c>
/// in the PATH or below /usr/lib/postgresql. PostgreSQL refuses to run as root: tests that do run it as the user <c>postgres</c>.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "postgres";

    private readonly string _folder;
    private readonly string _binaries;
    private readonly string[] _settings;
    private readonly string? _network;
    private bool _running;

    private PostgresServer(string folder, string binaries, int port, string? network, string[] settings)
    {
        _network = network;
        _folder = folder;
        _binaries = binaries;
        _settings = settings;
        Port = port;
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    /// <summary>Why no server can be started here; null where one can.</summary>
    public static string? Missing { get; } = FindMissing();

    public int Port { get; }

    public string ConnectionString => ConnectionStringTo("postgres");

    /// <summary>Connects to an existing database as the superuser.</summary>
    public string ConnectionStringTo(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username={User};Database={database}");

    /// <param name="ct">Ends the wait.</param>
    /// <param name="settings">Further settings, such as <c>fsync=off</c>.</param>
    public static Task<PostgresServer> StartAsync(CancellationToken ct, params string[] settings) => StartAsync(null, ct, settings);

    /// <param name="network">A network of this machine, <c>address/bits</c>, where the server also listens (at that address) and trusts everyone; null: loopback only.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <param name="settings">Further settings, such as <c>fsync=off</c>.</param>
    public static async Task<PostgresServer> StartAsync(string? network, CancellationToken ct, params string[] settings)
    {
        var binaries = FindBinaries() ?? throw new InvalidOperationException(Missing);
        var folder = Directory.CreateTempSubdirectory("itori-postgres-").FullName;
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", [User, folder], ct);
        }

        for (var attempt = 1; ; attempt++)
        {
            var server = new PostgresServer(folder, binaries, FreePorts.Next(), network, settings);
            try
            {
                if (!Directory.Exists(Path.Combine(folder, "data")))
                {
                    await server.RunAsUserAsync("initdb", ["-D", server.Data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"], ct);
                    if (network is not null)
                    {
                        await File.AppendAllTextAsync(Path.Combine(server.Data, "pg_hba.conf"), $"host all all {network} trust\n", ct);
                    }
                }

                await server.StartAgainAsync(ct);
                return server;
            }
            catch (InvalidOperationException) when (attempt < 3)
            {
                // Most likely someone took the port between the look and the start.
                AppDomain.CurrentDomain.ProcessExit -= server.OnProcessExit;
            }
        }
    }

    /// <summary>Starts the server after <see cref="StopAsync"/>, on the same port.</summary>
    public async Task StartAgainAsync(CancellationToken ct)
    {
        var listen = _network is null ? "127.0.0.1" : $"127.0.0.1,{_network.Split('/')[0]}";
        string[] all = [$"listen_addresses={listen}", $"port={Port}", $"unix_socket_directories={_folder}", "max_connections=200", .. _settings];
        await RunAsUserAsync("pg_ctl", ["start", "-w", "-t", "60", "-D", Data, "-l", Path.Combine(_folder, "log"), "-o", string.Join(' ', all.Select(s => $"-c {s}"))], ct);
        _running = true;
    }

    /// <summary>Stops the server: <c>fast</c> ends its sessions, <c>immediate</c> is a crash that the next start recovers from.</summary>
    public async Task StopAsync(CancellationToken ct, string mode = "fast")
    {
        _running = false;
        await RunAsUserAsync("pg_ctl", ["stop", "-w", "-m", mode, "-D", Data], ct);
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        if (_running)
        {
            await StopAsync(CancellationToken.None, "immediate");
        }

        Directory.Delete(_folder, recursive: true);
    }

    private string Data => Path.Combine(_folder, "data");

    // A test process that ends early must not leave a server behind.
    private void OnProcessExit(object? sender, EventArgs e)
    {
        if (_running)
        {
            using var process = Start(AsUser("pg_ctl", ["stop", "-m", "immediate", "-D", Data]));
            process.WaitForExit(TimeSpan.FromSeconds(10));
        }
    }

    private Task RunAsUserAsync(string program, string[] arguments, CancellationToken ct)
    {
        var (file, all) = AsUser(program, arguments);
        return RunAsync(file, all, ct);
    }

    private (string File, string[] Arguments) AsUser(string program, string[] arguments)
    {
        var path = Path.Combine(_binaries, program);
        return Environment.IsPrivilegedProcess
            ? ("setpriv", [$"--reuid={User}", $"--regid={User}", "--clear-groups", path, .. arguments])
            : (path, arguments);
    }

    private static async Task RunAsync(string file, string[] arguments, CancellationToken ct)
    {
        using var process = Start((file, arguments));
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
        }
    }

    private static Process Start((string File, string[] Arguments) command)
    {
        // Output goes to a shell's /dev/null: the server would inherit a pipe and keep its reader waiting for as long as it runs.
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = "/" };
        foreach (var argument in (string[])["-c", "exec \"$@\" >/dev/null 2>&1", "sh", command.File, .. command.Arguments])
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private static string? FindMissing()
    {
        if (OperatingSystem.IsWindows())
        {
            return "The tests start PostgreSQL on Linux and macOS only.";
        }

        if (FindBinaries() is null)
        {
            return "PostgreSQL is not installed: no initdb in the PATH or below /usr/lib/postgresql.";
        }

        return Environment.IsPrivilegedProcess && !File.ReadLines("/etc/passwd").Any(l => l.StartsWith(User + ":", StringComparison.Ordinal))
            ? $"The tests run as root, PostgreSQL cannot, and there is no user '{User}'."
            : null;
    }

    private static string? FindBinaries()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var packaged = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql")
                .OrderByDescending(d => int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out var version) ? version : 0)
                .Select(d => Path.Combine(d, "bin"))
            : [];
        return packaged.Concat(path).FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")) && File.Exists(Path.Combine(d, "pg_ctl")));
    }
}
