using System.Text.Json;
using Itori.EndToEnd.Tests.Hosting;
using Itori.Tests.Shared;
using Microsoft.Playwright;

namespace Itori.EndToEnd.Tests.Browser;

/// <summary>Everything that the page can do, without a mouse: by Tab and the keys that the focused thing takes.</summary>
[Collection(nameof(StandaloneFixture))]
public sealed class KeyboardTests(StandaloneFixture fixture, Chromium chromium) : IClassFixture<Chromium>
{
    /// <summary>More than the page has things to focus.</summary>
    private const int MostTabs = 150;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Keys_alone_talk_select_move_link_rename_filter_and_turn_back_time()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        var address = new Uri(fixture.Server.Address, "/?session=keys&graph=keys").ToString();
        var ann = await chromium.Open(address);
        var ben = await chromium.Open(address);
        await ann.SeesConnection("open");
        await ben.SeesConnection("open");
        var page = ann.Page;

        await Go(page, page.GetByTestId("composer"));
        await page.Keyboard.TypeAsync(Texts.Paragraph);
        await page.Keyboard.PressAsync("Enter");
        await ben.SeesConcepts(atLeast: 6);
        await ann.SeesConcepts(atLeast: 6);

        var first = ann.Concepts.First.GetByRole(AriaRole.Button);
        await Go(page, first);
        await page.Keyboard.PressAsync("Enter");
        var panel = page.GetByTestId("concept-panel");
        await panel.WaitForAsync();

        // Back to the field, where Shift and arrows move what is selected; the other sees it come to the same place.
        var field = page.Locator(".field");
        await Go(page, field, "Shift+Tab");
        var id = await ann.Concepts.First.GetAttributeAsync("data-id") ?? "";
        var before = await Place(ann, id);
        for (var step = 0; step < 4; step++)
        {
            await page.Keyboard.PressAsync("Shift+ArrowRight");
        }

        await panel.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Unpin" }).WaitForAsync();
        var after = await Place(ann, id);
        Assert.True(after.X > before.X, $"It was moved from {before} to {after}");
        await Condition.Holds(async () => Near(await Place(ben, id), after), Limit, () => "The other does not see it at its new place");

        await Go(page, panel.GetByTestId("rename"));
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.TypeAsync("living reef");
        await page.Keyboard.PressAsync("Enter");
        await ben.Concept("living reef").WaitForAsync();

        var second = ann.Concepts.Nth(1).GetByRole(AriaRole.Button);
        await Go(page, second);
        await page.Keyboard.PressAsync("Shift+Enter");
        var both = page.GetByTestId("selection-panel");
        await both.WaitForAsync();
        await Go(page, both.GetByTestId("link"), "Shift+Tab");
        await page.Keyboard.PressAsync("Enter");
        await both.GetByTestId("unlink").WaitForAsync();

        await Go(page, field, "Shift+Tab");
        await page.Keyboard.PressAsync("Escape");
        await both.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });

        // What opens is left by Escape, back to where it was opened.
        var filter = page.GetByTestId("filter");
        await Go(page, filter);
        await page.Keyboard.PressAsync("Enter");
        await Go(page, page.GetByTestId("filter-weight"));
        await page.Keyboard.PressAsync("End");
        await page.GetByText(" of ").First.WaitForAsync();
        // A button that has done its work is disabled, and has the focus no longer.
        await Go(page, page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Show everything" }).First);
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(filter).ToBeFocusedAsync();

        await Go(page, page.GetByTestId("time-slider"));
        await page.Keyboard.PressAsync("PageDown");
        await page.GetByTestId("past").WaitForAsync();
        await Go(page, page.GetByTestId("back-to-live"));
        await page.Keyboard.PressAsync("Enter");
        await page.GetByTestId("past").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
        Assert.Empty(ann.Errors);
        await page.Context.CloseAsync();
        await ben.Page.Context.CloseAsync();
    }

    /// <summary>Presses Tab, or another key, until the element has the focus.</summary>
    private static async Task Go(IPage page, ILocator to, string key = "Tab")
    {
        for (var tabs = 0; tabs < MostTabs; tabs++)
        {
            if (await to.EvaluateAsync<bool>("(element) => element === document.activeElement"))
            {
                return;
            }

            await page.Keyboard.PressAsync(key);
        }

        Assert.Fail($"{key} does not lead to {to}");
    }

    private static async Task<(double X, double Y)> Place(Person person, string id)
    {
        var place = await person.Page.Locator(".field-canvas").EvaluateAsync<JsonElement>("(canvas, id) => canvas.places()[id]", id);
        return (place.GetProperty("x").GetDouble(), place.GetProperty("y").GetDouble());
    }

    private static bool Near((double X, double Y) a, (double X, double Y) b) => Math.Abs(a.X - b.X) < 0.1 && Math.Abs(a.Y - b.Y) < 0.1;
}
