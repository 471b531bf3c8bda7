using Itori.EndToEnd.Tests.Hosting;
using Itori.Tests.Shared;
using Microsoft.Playwright;

namespace Itori.EndToEnd.Tests.Browser;

/// <summary>How people come to a session and a field, and see each other there.</summary>
[Collection(nameof(StandaloneFixture))]
public sealed class CompanyTests(StandaloneFixture fixture, Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_link_leads_another_to_the_same_session_and_earlier_sessions_are_listed()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        var ann = await chromium.Open(
            new Uri(fixture.Server.Address, "/?graph=places").ToString(),
            prepare: context => context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]));
        await ann.SeesConnection("open");
        await ann.Says(Texts.Paragraph);
        await ann.SeesConcepts(atLeast: 6);

        await ann.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Copy link" }).ClickAsync();
        await ann.Page.GetByText("Copied").WaitForAsync();
        var link = await ann.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
        var ben = await chromium.Open(link);
        await ben.SeesMessage("user", "partnership between coral polyps");
        await ben.SeesConcepts(atLeast: 6);

        await ann.Page.GetByTestId("places").ClickAsync();
        await ann.Page.GetByTestId("new-session").ClickAsync();
        await ann.SeesConcepts(atLeast: 6);
        Assert.Equal(0, await ann.Messages.CountAsync());
        Assert.NotEqual(PlaceOf(link), PlaceOf(ann.Page.Url));

        await ann.Page.GetByTestId("places").ClickAsync();
        await ann.Page.GetByRole(AriaRole.List, new PageGetByRoleOptions { Name = "Open before" }).GetByRole(AriaRole.Link).First.ClickAsync();
        await ann.SeesMessage("user", "partnership between coral polyps");
        Assert.Equal(PlaceOf(link), PlaceOf(ann.Page.Url));
        Assert.Empty(ann.Errors);
        await ann.Page.Context.CloseAsync();
        await ben.Page.Context.CloseAsync();
    }

    [Fact]
    public async Task Anothers_hand_is_seen_over_the_field_where_it_is_and_no_longer_when_it_has_left()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        var address = new Uri(fixture.Server.Address, "/?session=hand&graph=hand").ToString();
        var ann = await chromium.Open(address);
        var ben = await chromium.Open(address);
        await ann.SeesConnection("open");
        await ann.Says(Texts.Paragraph);
        await ben.SeesConcepts(atLeast: 6);
        await Condition.Holds(async () => await ann.Page.GetByTestId("presence").GetAttributeAsync("data-count") == "2", Limit, () => "Ann does not see two people");

        var box = (await ann.Page.Locator(".field-canvas").BoundingBoxAsync())!;
        var (x, y) = (box.X + (0.3f * box.Width), box.Y + (0.25f * box.Height));
        var hand = ben.Page.GetByTestId("hand");
        // The pictures are of the same size; until both have come to rest, a place in one is another in the other.
        await Condition.Holds(
            async () =>
            {
                await ann.Page.Mouse.MoveAsync(x + 1, y);
                await ann.Page.Mouse.MoveAsync(x, y);
                return await Person.Comes(hand, TimeSpan.FromSeconds(2)) && await hand.BoundingBoxAsync() is { } seen && Math.Abs(seen.X - x) < 4 && Math.Abs(seen.Y - y) < 4;
            },
            Limit,
            () => "Ben does not see Ann's hand where it is");
        Assert.Equal(0, await ann.Page.GetByTestId("hand").CountAsync());
        await ben.Picture("hand");

        await ann.Page.GetByTestId("composer").HoverAsync();
        await hand.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
        Assert.Empty(ann.Errors);
        Assert.Empty(ben.Errors);
        await ann.Page.Context.CloseAsync();
        await ben.Page.Context.CloseAsync();
    }

    private static IEnumerable<string> PlaceOf(string address) => new Uri(address).Query.TrimStart('?').Split('&').Order(StringComparer.Ordinal);
}
