using System.Text.Json.Nodes;
using Itori.EndToEnd.Tests.Hosting;
using Itori.Tests.Shared;
using Microsoft.Playwright;

namespace Itori.EndToEnd.Tests.Browser;

/// <summary>The page on screens of all sizes: nothing that is needed lies where nobody comes to.</summary>
[Collection(nameof(StandaloneFixture))]
public sealed class ScreenTests(StandaloneFixture fixture, Chromium chromium) : IClassFixture<Chromium>
{
    /// <summary>Enough for a list that is longer than any screen.</summary>
    private const int Concepts = 60;

    [Fact]
    public async Task Everything_has_its_place_on_a_tablet_a_telephone_and_a_page_magnified_twice()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        await using (var other = await WireClient.Plain(fixture.Server.Address, "screens", "screens"))
        {
            var ops = Enumerable.Range(1, Concepts).Select(n => (JsonNode)new JsonObject { ["op"] = "upsert", ["label"] = FormattableString.Invariant($"harbour {n}") });
            await other.Acknowledged("concept_op", new JsonObject { ["ops"] = new JsonArray([.. ops]) });
        }

        // A tablet: the list lies over the field, and leaves room for what is known of the selected concept.
        var ann = await chromium.Open(new Uri(fixture.Server.Address, "/?session=screens&graph=screens").ToString(), size: (1000, 700));
        await ann.Page.Locator(".concepts-head").ClickAsync();
        await ann.SeesConcepts(atLeast: Concepts);
        await ann.Concepts.First.GetByRole(AriaRole.Button).ClickAsync();
        var panel = ann.Page.GetByTestId("concept-panel");
        await Assertions.Expect(panel.GetByTestId("rename")).ToBeInViewportAsync(new LocatorAssertionsToBeInViewportOptions { Ratio = 1 });
        var field = (await ann.Page.Locator(".field").BoundingBoxAsync())!;
        var list = (await ann.Page.Locator(".concepts").BoundingBoxAsync())!;
        Assert.InRange(list.Y + list.Height, 0, field.Y + field.Height);
        Assert.InRange(list.Height, 100, field.Height);
        await ann.Picture("tablet");

        // 1,440 × 900 magnified twice, as people with weak eyes have it.
        await ann.Page.SetViewportSizeAsync(720, 450);
        await ann.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Field", Exact = true }).ClickAsync();
        await ann.Page.Locator(".concepts-head").ClickAsync();
        await Assertions.Expect(panel.GetByTestId("rename")).ToBeInViewportAsync(new LocatorAssertionsToBeInViewportOptions { Ratio = 1 });
        await panel.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Close" }).ClickAsync();
        await ann.Page.GetByTestId("filter").ClickAsync();
        foreach (var part in (ILocator[])[ann.Page.GetByTestId("filter-weight"), ann.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Show everything" })])
        {
            await part.ScrollIntoViewIfNeededAsync();
            await Assertions.Expect(part).ToBeInViewportAsync(new LocatorAssertionsToBeInViewportOptions { Ratio = 1 });
        }

        await ann.Picture("magnified");
        await ann.Page.Keyboard.PressAsync("Escape");

        // A telephone shows the chart too, and never scrolls sideways.
        await ann.Page.SetViewportSizeAsync(390, 844);
        await Assertions.Expect(ann.Page.Locator(".strip")).ToBeInViewportAsync(new LocatorAssertionsToBeInViewportOptions { Ratio = 1 });
        Assert.Equal(390, await ann.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        await ann.Picture("telephone");
        Assert.Empty(ann.Errors);
        await ann.Page.Context.CloseAsync();
    }
}
