namespace Itori.Load;

/// <summary>A kind of server, how to start it and how to speak with it.</summary>
internal sealed record Target(string Name, Func<int, string, ServerProcess> Start, Func<Dialect> Fanout, Func<Dialect> Echo, string Ready = "/")
{
    private static readonly string Root = FindRoot();

    public static IReadOnlyList<Target> All { get; } =
    [
        Itori("itori", oneProcess: true),
        Itori("itori-two", oneProcess: false),
        Reference("sends", "sends", () => new RawDialect()),
        Reference("kestrel", "kestrel", () => new RawDialect()),
        Node("ws", () => new RawDialect()),
        Reference("signalr-json", "signalr", () => new SignalRDialect(pack: false)),
        Reference("signalr-pack", "signalr", () => new SignalRDialect(pack: true)),
        Reference("signalr-redis", "signalr-redis", () => new SignalRDialect(pack: false)),
        Node("socketio", () => new SocketIoDialect()),
    ];

    public static IEnumerable<Target> Named(string names) => names.Split(',').Select(name => All.FirstOrDefault(target => target.Name == name) ?? throw new ArgumentException($"There is no target {name}."));

    public static bool HasRedis => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "redis-server")));

    private static Target Itori(string name, bool oneProcess) => new(
        name,
        (port, core) =>
        {
            var data = Directory.CreateTempSubdirectory("itori-load").FullName;
            var environment = new Dictionary<string, string>
            {
                ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
                ["Itori__DataDirectory"] = data,
                ["Itori__Gateway__MessagesPerSecond"] = "100000",
                ["Itori__Gateway__MessageBurst"] = "100000",
                ["Itori__Gateway__MaxConnections"] = "100000",
                ["Itori__Gateway__MaxCommandsInFlight"] = "10000",
            };
            foreach (var (key, value) in ItoriSettings)
            {
                environment[key] = value;
            }

            var server = new ServerProcess();
            if (oneProcess)
            {
                server.Start(core, environment, "dotnet", Dll("src", "Itori.Standalone"));
            }
            else
            {
                var silo = new Dictionary<string, string>(environment)
                {
                    ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port + 1}",
                    ["Itori__Cluster__SiloPort"] = $"{port + 2}",
                    ["Itori__Cluster__GatewayPort"] = $"{port + 3}",
                };
                environment["Itori__Cluster__Gateways__0"] = $"127.0.0.1:{port + 3}";
                server.Start(core, silo, "dotnet", Dll("src", "Itori.Silo"));
                server.Start(core, environment, "dotnet", Dll("src", "Itori.Gateway"));
            }

            return server;
        },
        () => new ItoriDialect("itori.v1.json", [$"session:{ItoriDialect.Session}"], acknowledge: false),
        () => new ItoriDialect("itori.v1.json", [], acknowledge: false),
        "/health/ready");

    /// <summary>Settings of Itori for a run, as environment variables: to compare one with another.</summary>
    public static Dictionary<string, string> ItoriSettings { get; } = [];

    private static Target Reference(string name, string kind, Func<Dialect> dialect) => new(
        name,
        (port, core) =>
        {
            var server = new ServerProcess();
            server.Start(core, new Dictionary<string, string> { ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}" }, "dotnet", Dll(Path.Combine("bench", "load", "references"), "Itori.Load.References"), kind);
            return server;
        },
        dialect,
        dialect);

    private static Target Node(string name, Func<Dialect> dialect) => new(
        name,
        (port, core) =>
        {
            var folder = Path.Combine(Root, "bench", "load", "references", "node");
            if (!Directory.Exists(Path.Combine(folder, "node_modules")))
            {
                throw new InvalidOperationException($"Run npm ci in {folder} first.");
            }

            var server = new ServerProcess();
            server.Start(core, new Dictionary<string, string>(), "node", Path.Combine(folder, "server.js"), name, $"{port}");
            return server;
        },
        dialect,
        dialect);

    private static string Dll(string folder, string project) => Path.Combine(Root, folder, project, "bin", "Release", "net10.0", project + ".dll");

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Itori.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Itori.sln is in no folder above this program.");
    }
}
