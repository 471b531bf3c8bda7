using System.Net;
using System.Net.Sockets;
using System.Text;
using Itori.Hosting;

namespace Itori.Containers.Tests;

public sealed class HealthProbeTests
{
    [Fact]
    public async Task Ordinary_start_is_not_a_probe() =>
        Assert.Null(await HealthProbe.RunAsync(["--urls", "http://localhost:8000"], TestContext.Current.CancellationToken));

    [Theory]
    [InlineData("200 OK", 0)]
    [InlineData("503 Service Unavailable", 1)]
    [InlineData("302 Found", 1)]
    public async Task Exit_status_follows_the_answer(string answer, int expected)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeOnceAsync(listener, answer);
        Assert.Equal(expected, await HealthProbe.RunAsync(["--health", $"http://{listener.LocalEndpoint}/health/ready"], TestContext.Current.CancellationToken));
        await serving;
    }

    [Fact]
    public async Task Nobody_there_is_unhealthy()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = listener.LocalEndpoint;
        listener.Stop();
        Assert.Equal(1, await HealthProbe.RunAsync(["--health", $"http://{address}/"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Silence_is_unhealthy_before_the_images_time_out()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Assert.Equal(1, await HealthProbe.RunAsync(["--health", $"http://{listener.LocalEndpoint}/"], TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("--health")]
    [InlineData("--health", "not an address")]
    [InlineData("--health", "file:///etc/passwd")]
    [InlineData("--health", "http://localhost/", "more")]
    public async Task Bad_arguments_are_told_apart_from_bad_health(params string[] arguments) =>
        Assert.Equal(2, await HealthProbe.RunAsync(arguments, TestContext.Current.CancellationToken));

    private static async Task ServeOnceAsync(TcpListener listener, string answer)
    {
        using var peer = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var stream = peer.GetStream();
        _ = await stream.ReadAsync(new byte[4096], TestContext.Current.CancellationToken);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {answer}\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), TestContext.Current.CancellationToken);
    }
}
