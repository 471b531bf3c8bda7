using System.Diagnostics;
using System.Globalization;
using Itori.Load;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length == 0 || !Scenarios.All.TryGetValue(args[0], out var scenario))
{
    Console.Error.WriteLine($"load {string.Join('|', Scenarios.All.Keys)} [targets={string.Join(',', Target.All.Select(target => target.Name))}] [repeats=3] [servercore=0] [owncore=1] [Itori:Gateway:…=…] …; see README.md");
    return 1;
}

var settings = new Settings(args.Skip(1));
var own = settings.Number("owncore", 1);
using var self = Process.GetCurrentProcess();
if (OperatingSystem.IsLinux())
{
    self.ProcessorAffinity = 1 << own;
}

var targets = Target.Named(settings.Text("targets", scenario.Targets)).ToList();
if (targets.RemoveAll(target => target.Name.EndsWith("-redis", StringComparison.Ordinal) && !Target.HasRedis) > 0)
{
    Console.WriteLine("redis-server is not on PATH: the backplane is not measured.");
}

var table = new Table();
var repeats = settings.Number("repeats", 3);
var port = settings.Number("port", 8700);
for (var repeat = 0; repeat < repeats; repeat++)
{
    foreach (var target in targets)
    {
        port += 10;
        using var server = target.Start(port, settings.Text("servercore", "0"));
        try
        {
            await server.WaitUntilReady($"http://127.0.0.1:{port}{target.Ready}", CancellationToken.None);
            foreach (var (figure, value) in scenario.Run(new Subject(target, server, port), settings))
            {
                table.Add(target.Name, figure, value);
            }
        }
        catch (InvalidOperationException e)
        {
            Console.Error.WriteLine($"{target.Name}: {e.Message}");
        }
    }
}

Console.WriteLine($"{args[0]}: medians of {repeats}, {string.Join(' ', args.Skip(1))}");
table.Print(settings.Text("against", "kestrel"));
return 0;
