using System.Text.Json;
using System.Text.Json.Nodes;
using Itori.Tests.Shared;

namespace Itori.EndToEnd.Tests;

/// <summary>What people saw can be seen again, also after the process that showed it was killed.</summary>
public sealed class FieldReplayTests
{
    [Fact]
    public async Task What_was_shown_is_shown_again_before_and_after_kill_9()
    {
        using var folder = new TemporaryFolder();
        JsonElement shown, then;
        long at;

        // What is stored later than the field is behind the clock moves it when it comes, and is shown again at its own moment: more time than a busy machine takes.
        string[] settings = ["--Itori:Field:Settle", "00:00:02"];
        await using (var server = await ItoriProcess.Standalone(folder.Path, settings))
        {
            await using var client = await WireClient.Plain(server.Address, "replay", "replay");
            await client.Acknowledged("user_msg", new JsonObject { ["text"] = "Coupled oscillators and neural networks share synchronisation.", ["assistant"] = false }, id: "first");
            await client.Until(all => all.Count(IsFrameOfSeveral) >= 10, "ten frames with concepts");
            await client.Acknowledged("user_msg", new JsonObject { ["text"] = "Power grids are coupled oscillators too.", ["assistant"] = false }, id: "second");
            var count = client.All.Count;
            await client.Until(all => all.Skip(count).Count(IsFrameOfSeveral) >= 20, "twenty frames more");
            shown = client.All.Last(IsFrameOfSeveral);
            (at, then) = await Moment(server.Address, shown);
            Assert.True(then.GetProperty("turning").GetBoolean());
            Same(shown.Payload(), then.GetProperty("phaseFrame"));
            await server.Crash();
        }

        await using var next = await ItoriProcess.Standalone(folder.Path, settings);
        var again = await At(next.Address, at);
        Assert.Equal(then.GetProperty("graph").GetRawText(), again.GetProperty("graph").GetRawText());
        Same(shown.Payload(), again.GetProperty("phaseFrame"));
    }

    private static bool IsFrameOfSeveral(JsonElement message) => message.Type() == "phase_frame" && message.Payload().GetProperty("phases").GetArrayLength() >= 2;

    /// <summary>The time that a frame showed, somewhat before it was sent, and what there was then.</summary>
    private static async Task<(long At, JsonElement Moment)> Moment(Uri server, JsonElement frame)
    {
        var sent = frame.GetProperty("timestamp").GetInt64();
        for (var at = sent; at > sent - 5_000; at -= 10)
        {
            var moment = await At(server, at);
            if (moment.GetProperty("phaseFrame").GetProperty("t").GetDouble().Equals(frame.Payload().GetProperty("t").GetDouble()))
            {
                return (at, moment);
            }
        }

        throw new InvalidOperationException("No moment shows what the frame showed.");
    }

    private static async Task<JsonElement> At(Uri server, long at)
    {
        using var http = new HttpClient { BaseAddress = server };
        var text = await http.GetStringAsync(FormattableString.Invariant($"/api/graphs/replay/field?at={at}"), TestContext.Current.CancellationToken);
        return JsonDocument.Parse(text).RootElement;
    }

    private static void Same(JsonElement shown, JsonElement replayed)
    {
        Assert.Equal(shown.GetProperty("phases").GetRawText(), replayed.GetProperty("phases").GetRawText());
        Assert.Equal(shown.GetProperty("orderParameter").GetDouble(), replayed.GetProperty("orderParameter").GetDouble());
    }
}
