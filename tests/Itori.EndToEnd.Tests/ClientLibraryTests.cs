using Itori.Client;
using Itori.Tests.Shared;

namespace Itori.EndToEnd.Tests;

/// <summary>The .NET client against the real program.</summary>
public sealed class ClientLibraryTests
{
    private const string Topic = "session:library";
    private const int Messages = 120;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_said_over_a_server_that_is_killed_is_read_once_and_in_order()
    {
        using var folder = new TemporaryFolder();
        var port = FreePorts.Next();
        var options = new ItoriClientOptions
        {
            Endpoint = new Uri(FormattableString.Invariant($"ws://127.0.0.1:{port}/ws")),
            Session = "library",
            FirstDelay = TimeSpan.FromMilliseconds(50),
            LongestDelay = TimeSpan.FromMilliseconds(500),
        };
        await using var speaker = new ItoriClient(options);
        await using var listener = new ItoriClient(options);
        var reading = Read(listener);
        var saying = Say(speaker);
        await using (var first = await ItoriProcess.Standalone(port, folder.Path))
        {
            await Condition.Holds(() => Volatile.Read(ref said) >= Messages / 2, TimeSpan.FromSeconds(60), () => $"Only {said} of {Messages / 2} messages were acknowledged");
            await first.Crash();
        }

        await using var last = await ItoriProcess.Standalone(port, folder.Path);
        var acknowledged = await saying.WaitAsync(TimeSpan.FromSeconds(60), Ct);
        var read = await reading.WaitAsync(TimeSpan.FromSeconds(60), Ct);
        Assert.Equal(Enumerable.Range(1, Messages).Select(n => (long)n), read.Select(message => message.Seq!.Value));
        Assert.Equal(acknowledged, read.Select(message => (message.Payload.GetProperty("text").GetString()!, message.Seq!.Value)));
        Assert.Equal(0, listener.HolesMended);
    }

    private int said;

    private async Task<List<(string Text, long Seq)>> Say(ItoriClient client)
    {
        var acknowledged = new List<(string, long)>();
        for (var n = 0; n < Messages; n++)
        {
            var text = FormattableString.Invariant($"message {n}");
            acknowledged.Add((text, (await client.SayAsync(text, assistant: false, cancellationToken: Ct)).Seq!.Value));
            Volatile.Write(ref said, acknowledged.Count);
        }

        return acknowledged;
    }

    private static async Task<List<ItoriMessage>> Read(ItoriClient client)
    {
        var read = new List<ItoriMessage>();
        await foreach (var message in client.Subscribe(Topic, new() { Since = 0 }, Ct))
        {
            if (message.Type == "user_msg")
            {
                read.Add(message);
                if (read.Count == Messages)
                {
                    break;
                }
            }
        }

        return read;
    }
}
