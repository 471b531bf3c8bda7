using System.Diagnostics;
using System.Text.Json;

namespace Itori.Containers.Tests;

/// <summary>The running compose project, as run.sh announces it in the environment; without it these tests skip.</summary>
internal static class Containers
{
    /// <summary>Generous: two cores start a silo, two gateways and a database beside each other.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    public static Uri Balancer { get; } = new(Environment.GetEnvironmentVariable("ITORI_TEST_BALANCER") ?? "http://127.0.0.1:0");

    private static string Project => Environment.GetEnvironmentVariable("COMPOSE_PROJECT_NAME") ?? "";

    public static void SkipWithoutCluster() => Assert.SkipUnless(
        Environment.GetEnvironmentVariable("ITORI_TEST_BALANCER") is { Length: > 0 },
        "needs the containers that tests/containers/run.sh brings up");

    /// <summary>Runs the container engine's command and returns its output; a failure is an exception with what it said.</summary>
    public static async Task<string> EngineAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("ITORI_TEST_ENGINE") ?? "podman", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("the container engine did not start");
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode == 0
            ? output.Trim()
            : throw new InvalidOperationException($"{string.Join(' ', arguments)}: {await error}");
    }

    /// <summary>Names of the containers of one service, running or not.</summary>
    public static async Task<string[]> OfAsync(string service) => (await EngineAsync(
            "ps", "-a", "--format", "{{.Names}}", "--filter", $"label=com.docker.compose.project={Project}", "--filter", $"label=com.docker.compose.service={service}"))
        .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static async Task<JsonElement> InspectAsync(string container)
    {
        using var document = JsonDocument.Parse(await EngineAsync("inspect", container));
        return document.RootElement[0].Clone();
    }

    public static string AddressOf(JsonElement container) => container.GetProperty("NetworkSettings").GetProperty("Networks")
        .EnumerateObject().First().Value.GetProperty("IPAddress").GetString()!;

    /// <summary>The container of the gateway that the balancer names by its address.</summary>
    public static async Task<string> GatewayAtAsync(string address)
    {
        foreach (var name in await OfAsync("gateway"))
        {
            if (AddressOf(await InspectAsync(name)) == address)
            {
                return name;
            }
        }

        throw new InvalidOperationException($"no gateway has the address {address}");
    }

    /// <summary>Starts what a test took away and waits until the balancer sends clients to two gateways again.</summary>
    public static async Task RestoreAsync()
    {
        foreach (var name in (await OfAsync("silo")).Concat(await OfAsync("gateway")))
        {
            if (!(await InspectAsync(name)).GetProperty("State").GetProperty("Running").GetBoolean())
            {
                await EngineAsync("start", name);
            }
        }

        await BothGatewaysAsync();
    }

    public static async Task BothGatewaysAsync()
    {
        var seen = new Queue<string>();
        await Wait.UntilAsync("answers from two gateways through the balancer", Patience * 2, async cancellation =>
        {
            using var answer = await Http.GetAsync(new Uri(Balancer, "/health/ready"), cancellation);
            answer.EnsureSuccessStatusCode();
            seen.Enqueue(answer.Headers.GetValues("X-Itori-Gateway").Single());
            if (seen.Count > 10)
            {
                seen.Dequeue();
            }

            return string.Join(' ', seen);
        }, _ => seen.Distinct().Count() == 2);
    }
}
