using System.Globalization;
using Itori.Journal.Benchmarks;
using Itori.Journal.Benchmarks.Activation;
using Itori.Journal.Benchmarks.Messages;
using Itori.Journal.Benchmarks.Pumps;

if (args is [ActivationProcess.Role, ..])
{
    await ActivationProcess.RunAsync(args);
    return 0;
}

if (args is [ActivationStages.Role, ..])
{
    await ActivationStages.RunAsync(args);
    return 0;
}

string[] known = ["messages", "pumps", "activation"];
var parts = args.Length > 0 && args[0] != "all" ? [args[0]] : known;
if (parts.Except(known).Any() || (args.Length > 1 && !int.TryParse(args[1], CultureInfo.InvariantCulture, out _)))
{
    Console.Error.WriteLine($"usage: [all|{string.Join('|', known)}] [seconds]");
    return 2;
}

var duration = TimeSpan.FromSeconds(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5);
var reports = new List<Action>();
foreach (var part in parts)
{
    switch (part)
    {
        case "messages":
            var messages = await MessageRun.RunAsync(duration);
            reports.Add(() => Tables.Write(messages));
            break;
        case "pumps":
            var pumps = await PumpRun.RunAsync(duration);
            reports.Add(() => Tables.Write(pumps));
            break;
        default:
            var activations = await ActivationRun.RunAsync();
            reports.Add(() => Tables.Write(activations));
            break;
    }
}

foreach (var report in reports)
{
    Console.WriteLine();
    report();
}

return 0;
