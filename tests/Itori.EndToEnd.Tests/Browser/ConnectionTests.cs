using Itori.EndToEnd.Tests.Hosting;
using Itori.Tests.Shared;
using Microsoft.Playwright;

namespace Itori.EndToEnd.Tests.Browser;

/// <summary>What a person sees of the connection, and that nothing they say is lost with it.</summary>
[Collection(nameof(StandaloneFixture))]
public sealed class ConnectionTests(StandaloneFixture fixture, Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_light_is_green_then_yellow_then_red_and_says_so_in_words_and_a_hand_brings_the_connection_back()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        var sockets = new Sockets();
        // Pauses between tries are drawn at random; with luck there are none.
        var ann = await chromium.Open(Place("light"), moving: true, prepare: context => Prepared(context, sockets, "globalThis.luck = 0.2; Math.random = () => globalThis.luck"));
        await ann.SeesConnection("open");
        var green = await Light(ann);
        Assert.Equal("Connected", await Words(ann));

        await sockets.Cut();
        await ann.SeesConnection("connecting");
        var yellow = await Light(ann);
        Assert.Contains("pulse", yellow.Animation, StringComparison.Ordinal);
        Assert.Equal("none", green.Animation);
        Assert.Equal("Reconnecting", await Words(ann));

        await ann.SeesConnection("disconnected");
        var red = await Light(ann);
        Assert.Equal("Disconnected", await Words(ann));
        Assert.Equal(3, new HashSet<string>([green.Color, yellow.Color, red.Color]).Count);
        Assert.Equal("status", await ann.Page.GetByTestId("status").GetAttributeAsync("role"));

        // From the next pause on, pauses are as long as they can be: it is to be the hand that brings the connection back.
        await ann.Page.EvaluateAsync("() => { globalThis.luck = 0.999999; }");
        var tries = sockets.Tries.Count;
        await Condition.Holds(() => sockets.Tries.Count > tries, Limit, () => "No further try was made");
        sockets.Mend();
        // The countdown beside it never lets the button rest for as long as a click would wait for.
        await ann.Page.GetByTestId("reconnect").ClickAsync(new LocatorClickOptions { Force = true });
        await ann.SeesConnection("open");
        Assert.Equal(0, await ann.Page.GetByTestId("reconnect").CountAsync());
        Assert.Empty(ann.Errors);
        await ann.Page.Context.CloseAsync();
    }

    [Fact]
    public async Task Tries_become_rarer_and_none_is_made_while_nobody_looks()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        var sockets = new Sockets();
        // Pauses are drawn at random from nothing to a bound; without luck each is as long as its bound.
        var ann = await chromium.Open(Place("backoff"), prepare: context => Prepared(context, sockets, "Math.random = () => 0.999999"));
        await ann.SeesConnection("open");
        await sockets.Cut();
        await Condition.Holds(() => sockets.Tries.Count >= 4, Limit, () => $"Only {sockets.Tries.Count} tries were made");
        var tries = sockets.Tries;
        // The bounds are 1, 1.5 and 2.25 s. A busy machine makes pauses longer, and tells of a try up to some tenths of a second late: the third is longer than the second may be all the same.
        Assert.InRange(tries[3] - tries[2], 1_600, long.MaxValue);

        await Look(ann, "hidden");
        await ann.Page.Locator(".status-next").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
        sockets.Mend();
        var before = sockets.Tries.Count;
        // The next try would be 3.4 s after the last, or 5.1 s: it is let pass, and nothing is tried.
        await ann.Page.EvaluateAsync("() => new Promise((resolve) => setTimeout(resolve, 5300))");
        Assert.Equal(before, sockets.Tries.Count);
        Assert.NotEqual("open", await ann.Page.GetByTestId("status").GetAttributeAsync("data-state"));

        await Look(ann, "visible");
        await ann.SeesConnection("open");
        Assert.Equal(before + 1, sockets.Tries.Count);
        await ann.Page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_server_that_sends_the_page_away_is_quoted_and_asked_again_by_hand_only()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        var sockets = new Sockets();
        var ann = await chromium.Open(Place("sent-away"), prepare: sockets.Attach);
        await ann.SeesConnection("open");
        var tries = sockets.Tries.Count;
        await sockets.Cut(1008, "Too many bad messages.");
        await ann.SeesConnection("disconnected");
        await ann.Page.GetByTestId("ended").Filter(new LocatorFilterOptions { HasText = "Too many bad messages." }).WaitForAsync();
        await ann.Says("Kept meanwhile.");
        await ann.Page.GetByTestId("pending").WaitForAsync();
        await ann.Picture("sent-away");
        Assert.Equal(tries, sockets.Tries.Count);

        sockets.Mend();
        await ann.Page.GetByTestId("reconnect").ClickAsync();
        await ann.SeesConnection("open");
        await ann.Page.GetByTestId("pending").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
        Assert.Equal(0, await ann.Page.GetByTestId("ended").CountAsync());
        Assert.Equal(1, await ann.Page.Locator("[data-testid=message][data-role=user]").CountAsync());
        Assert.Empty(ann.Errors);
        await ann.Page.Context.CloseAsync();
    }

    [Fact]
    public async Task What_was_said_without_a_connection_in_two_tabs_outlives_a_reload_and_a_closed_tab_and_arrives_once()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        var sockets = new Sockets();
        var ann = await chromium.Open(Place("kept"), prepare: sockets.Attach);
        var second = await Chromium.OpenTab(ann.Page.Context, Place("kept"));
        var third = await Chromium.OpenTab(ann.Page.Context, Place("kept"));
        var ben = await chromium.Open(Place("kept"));
        foreach (var person in (Person[])[ann, second, third, ben])
        {
            await person.SeesConnection("open");
        }

        await sockets.Cut();
        await ann.Says("Said in a tunnel.");
        await second.Says("Said in its second tube.");
        await third.Says("Said at its end.");
        foreach (var tab in (Person[])[ann, second, third])
        {
            await tab.Page.GetByTestId("pending").WaitForAsync();
        }

        await ann.Picture("offline-pending");
        await ann.Page.ReloadAsync();
        await ann.Page.GetByTestId("pending").First.WaitForAsync();
        await second.Page.ReloadAsync();
        await third.Page.CloseAsync();
        Assert.Equal(0, await ben.Messages.CountAsync());

        sockets.Mend();
        await ann.SeesConnection("open");
        await second.SeesConnection("open");
        string[] said = ["Said in a tunnel.", "Said in its second tube.", "Said at its end."];
        foreach (var person in (Person[])[ben, ann, second])
        {
            foreach (var words in said)
            {
                await person.SeesMessage("user", words);
            }

            await person.Page.GetByTestId("pending").First.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
            Assert.Equal(said.Length, await person.Page.Locator("[data-testid=message][data-role=user]").CountAsync());
            Assert.Empty(person.Errors);
        }

        await ann.Page.Context.CloseAsync();
        await ben.Page.Context.CloseAsync();
    }

    private static async Task Prepared(IBrowserContext context, Sockets sockets, string script)
    {
        await context.AddInitScriptAsync(script);
        await sockets.Attach(context);
    }

    private string Place(string name) => new Uri(fixture.Server.Address, $"/?session={name}&graph={name}").ToString();

    private static async Task<string> Words(Person person) => await person.Page.Locator("[data-testid=status] .status-words").InnerTextAsync();

    private static async Task<(string Color, string Animation)> Light(Person person)
    {
        var parts = await person.Page.Locator("[data-testid=status] .status-dot").EvaluateAsync<string[]>("(dot) => [getComputedStyle(dot).backgroundColor, getComputedStyle(dot).animationName]");
        return (parts[0], parts[1]);
    }

    /// <summary>Whether the page is looked at: a browser without a screen has no other tab to go to.</summary>
    private static Task<System.Text.Json.JsonElement?> Look(Person person, string visibility) => person.Page.EvaluateAsync(
        """
        (visibility) => {
          Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => visibility });
          Object.defineProperty(document, 'hidden', { configurable: true, get: () => visibility === 'hidden' });
          document.dispatchEvent(new Event('visibilitychange'));
        }
        """,
        visibility);
}
