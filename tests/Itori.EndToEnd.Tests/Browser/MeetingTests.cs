using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Itori.Tests.Shared;

namespace Itori.EndToEnd.Tests.Browser;

/// <summary>
/// Real talk, turn by turn, for people to judge: set <c>ITORI_DATA</c> to a folder of transcripts, files of lines <c>speaker TAB words</c> that end in <c>.tsv</c>.
/// Pictures of the graphs are among the artifacts.
/// </summary>
public sealed class MeetingTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const int Meetings = 3;

    [Fact]
    public async Task A_meeting_that_is_fed_turn_by_turn_becomes_a_graph()
    {
        var data = Environment.GetEnvironmentVariable("ITORI_DATA");
        Assert.SkipWhen(string.IsNullOrEmpty(data), "ITORI_DATA names no folder of transcripts.");
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        using var folder = new TemporaryFolder();
        await using var server = await ItoriProcess.Standalone(folder.Path);
        foreach (var file in Directory.GetFiles(data!, "*.tsv").Order(StringComparer.Ordinal).Take(Meetings))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            await using var feeder = await WireClient.Subscriber(server.Address, name, name);
            foreach (var turn in File.ReadLines(file).Select(line => line.Split('\t')).Where(turn => turn is [_, var words] && !string.IsNullOrWhiteSpace(words)))
            {
                await feeder.Acknowledged("user_msg", new JsonObject { ["text"] = turn[1], ["assistant"] = false, ["metadata"] = new JsonObject { ["speaker"] = turn[0] } });
            }

            foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
            {
                var reader = await chromium.Open(new Uri(server.Address, $"/?session={name}&graph={name}").ToString(), scheme);
                await reader.SeesConcepts(atLeast: 50);
                await reader.Picture($"{name}-{scheme}".ToLowerInvariant());
                Assert.Empty(reader.Errors);
                await reader.Page.CloseAsync();
            }
        }
    }
}
