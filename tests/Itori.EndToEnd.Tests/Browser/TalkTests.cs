using System.Text.Json.Nodes;
using Itori.Assistants.Tests.Models;
using Itori.EndToEnd.Tests.Hosting;
using Itori.Tests.Shared;
using Microsoft.Playwright;

namespace Itori.EndToEnd.Tests.Browser;

/// <summary>The conversation: what is long, what is stopped, what fails.</summary>
[Collection(nameof(StandaloneFixture))]
public sealed class TalkTests(StandaloneFixture fixture, Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task A_long_conversation_comes_page_by_page_as_one_scrolls_up()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        const int Said = 160;
        await using (var earlier = await WireClient.Subscriber(fixture.Server.Address, "long", "long"))
        {
            for (var n = 1; n <= Said; n++)
            {
                await earlier.Acknowledged("user_msg", new JsonObject { ["text"] = FormattableString.Invariant($"Page {n} of the harbour log."), ["assistant"] = false });
            }
        }

        var ann = await chromium.Open(new Uri(fixture.Server.Address, "/?session=long&graph=long").ToString());
        await ann.SeesMessage("user", $"Page {Said} of");
        Assert.InRange(await ann.Messages.CountAsync(), 1, Said - 1);
        await Assertions.Expect(Message(ann, Said)).ToBeInViewportAsync();

        await ann.Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Messages" }).HoverAsync();
        await Condition.Holds(
            async () =>
            {
                await ann.Page.Mouse.WheelAsync(0, -1_500);
                return await Message(ann, 1).CountAsync() == 1;
            },
            Limit,
            () => "Scrolling up does not lead to the first message");
        Assert.Equal(Enumerable.Range(1, Said).Select(n => FormattableString.Invariant($"{n}")), await ann.Messages.EvaluateAllAsync<string[]>("(all) => all.map((one) => one.dataset.seq)"));
        Assert.Empty(ann.Errors);
        await ann.Page.Context.CloseAsync();
    }

    [Fact]
    public async Task What_one_said_is_ones_own_after_a_reload_and_not_in_another_tab()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        var address = new Uri(fixture.Server.Address, "/?session=own&graph=own").ToString();
        var ann = await chromium.Open(address);
        await ann.SeesConnection("open");
        await ann.Says("Tide tables for the harbour.");
        var own = ann.Page.Locator("[data-testid=message][data-self=true][data-seq]").Filter(new LocatorFilterOptions { HasText = "Tide tables" });
        await own.WaitForAsync();

        await ann.Page.ReloadAsync();
        await own.WaitForAsync();
        // It may no longer be deleted: for the server, who came back is somebody else.
        Assert.Equal(0, await own.GetByTestId("delete-message").CountAsync());

        var other = await Chromium.OpenTab(ann.Page.Context, address);
        await other.SeesMessage("user", "Tide tables");
        Assert.Equal("false", await other.Messages.First.GetAttributeAsync("data-self"));
        Assert.Empty(ann.Errors);
        await ann.Page.Context.CloseAsync();
    }

    [Fact]
    public async Task An_answer_is_seen_as_it_is_made_and_stopped_by_a_hand()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        // It says some words, and then no more until nobody wants to hear it.
        await using var model = new ModelServer(async connection =>
        {
            await connection.BeginEventsAsync();
            await connection.ChunkAsync(ModelConnection.Event("The harbour freezes in "));
            await connection.UntilDisconnectedAsync();
        });
        using var folder = new TemporaryFolder();
        await using var server = await ItoriProcess.Standalone(folder.Path, $"--Itori:Assistant:Endpoint={model.Endpoint}", "--Itori:Assistant:Model=m");
        var ann = await chromium.Open(new Uri(server.Address, "/?session=stop&graph=stop").ToString());
        await ann.SeesConnection("open");
        await ann.Says("When does the harbour freeze?");
        await ann.SeesMessage("assistant", "The harbour freezes in");
        var answer = ann.Page.Locator("[data-testid=message][data-role=assistant]");
        Assert.Null(await answer.GetAttributeAsync("data-seq"));
        await ann.Picture("answering");

        await ann.Page.GetByTestId("stop").ClickAsync();
        await ann.Page.GetByText("Stopped here.").WaitForAsync();
        await ann.SeesMessage("assistant", "The harbour freezes in");
        Assert.NotNull(await answer.GetAttributeAsync("data-seq"));
        await model.Disconnected.Task.WaitAsync(Limit, TestContext.Current.CancellationToken);
        Assert.Empty(ann.Errors);
        await ann.Page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_message_that_is_refused_stays_with_the_reason_for_another_try_or_to_be_discarded()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        using var folder = new TemporaryFolder();
        await using var server = await ItoriProcess.Standalone(folder.Path, "--Itori:Sessions:MaxMessageLength=100");
        var ann = await chromium.Open(new Uri(server.Address, "/?session=refused&graph=refused").ToString());
        await ann.SeesConnection("open");
        await ann.Says(Texts.Paragraph);
        var failure = ann.Page.GetByRole(AriaRole.Alert).Filter(new LocatorFilterOptions { HasText = "at most 100 characters" });
        await failure.WaitForAsync();
        await ann.SeesMessage("user", "partnership between coral polyps");
        await ann.Picture("refused");
        await failure.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Send again" }).ClickAsync();
        await failure.WaitForAsync();
        await failure.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Discard" }).ClickAsync();
        await failure.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
        Assert.Equal(0, await ann.Messages.CountAsync());
        Assert.Empty(ann.Errors);
        await ann.Page.Context.CloseAsync();
    }

    private static ILocator Message(Person person, int seq) => person.Page.Locator(FormattableString.Invariant($"[data-testid=message][data-seq='{seq}']"));
}
