using System.Text.Json;
using System.Text.Json.Nodes;
using Itori.EndToEnd.Tests.Hosting;
using Itori.Tests.Shared;
using Microsoft.Playwright;

namespace Itori.EndToEnd.Tests.Browser;

/// <summary>The field under fingers.</summary>
[Collection(nameof(StandaloneFixture))]
public sealed class TouchTests(StandaloneFixture fixture, Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    public async Task Fingers_choose_concepts_move_and_zoom_the_picture_and_drag_a_concept_for_everybody()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        await using var other = await WireClient.Plain(fixture.Server.Address, "touch", "touch");
        // The first stands in the middle of the picture, whatever its size.
        await other.Acknowledged("concept_op", new JsonObject { ["ops"] = new JsonArray(Upsert("harbour", 0), Upsert("lighthouse", 100), Upsert("breakwater", -100)) });
        var ann = await chromium.Open(new Uri(fixture.Server.Address, "/?session=touch&graph=touch").ToString(), size: (1180, 820), touch: true);
        await ann.SeesConcepts(atLeast: 3);
        var fingers = await Fingers.On(ann.Page);
        var box = (await ann.Page.Locator(".field-canvas").BoundingBoxAsync())!;
        var middle = new Place(box.X + (box.Width / 2), box.Y + (box.Height / 2));
        var ground = middle.By(-170, 120);
        var harbour = Panel(ann, "harbour");

        await Chosen(fingers, middle, harbour);
        await fingers.Tap(ground);
        await Gone(harbour);

        // One finger on the ground takes the picture along, two bring it together.
        await fingers.Slide((ground, ground.By(120, -90)));
        await Chosen(fingers, middle.By(120, -90), harbour);
        await fingers.Slide((middle.By(-100, 0), middle.By(-50, 0)), (middle.By(100, 0), middle.By(50, 0)));
        await fingers.Tap(middle.By(120, -90));
        await Gone(harbour);
        await Chosen(fingers, middle.By(60, -45), harbour);

        // Two taps on the ground show everything again.
        await fingers.Tap(ground);
        await Gone(harbour);
        await Chosen(fingers, middle, harbour, before: () => fingers.DoubleTap(ground));

        await ann.Selects("lighthouse");
        var both = ann.Page.GetByTestId("selection-panel");
        await fingers.Hold(middle, () => both.WaitForAsync());
        await fingers.Tap(ground);
        await Gone(both);
        await ann.Picture("touch");

        await fingers.Slide((middle, middle.By(110, 60)));
        var moved = await other.First(m => m.IsUpdate("delta") && Changed(m) is { } change && change.TryGetProperty("x", out _), "the place of the dragged concept");
        Assert.InRange(Changed(moved)!.Value.GetProperty("x").GetDouble(), 20, 400);
        Assert.InRange(Changed(moved)!.Value.GetProperty("y").GetDouble(), -300, -10);
        Assert.Empty(ann.Errors);
        await ann.Page.Context.CloseAsync();
    }

    private static JsonObject Upsert(string label, double y) => new() { ["op"] = "upsert", ["label"] = label, ["x"] = 0, ["y"] = y };

    private static ILocator Panel(Person person, string label) =>
        person.Page.GetByTestId("concept-panel").Filter(new LocatorFilterOptions { Has = person.Page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = label }) });

    /// <summary>Taps until the panel comes: the picture may still be on its way to its place.</summary>
    private static Task Chosen(Fingers fingers, Place at, ILocator panel, Func<Task>? before = null) => Condition.Holds(
        async () =>
        {
            await (before?.Invoke() ?? Task.CompletedTask);
            await fingers.Tap(at);
            return await Person.Comes(panel, within: TimeSpan.FromSeconds(1));
        },
        TimeSpan.FromSeconds(60),
        () => $"No tap at {at} chose the concept");

    private static Task Gone(ILocator panel) => panel.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });

    private static JsonElement? Changed(JsonElement delta) =>
        delta.Payload().GetProperty("data").GetProperty("changed") is { } changed && changed.GetArrayLength() > 0 ? changed[0] : null;
}
