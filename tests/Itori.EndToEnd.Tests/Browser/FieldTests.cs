using System.Text;
using System.Text.Json;
using Itori.EndToEnd.Tests.Hosting;
using Itori.Tests.Shared;
using Microsoft.Playwright;

namespace Itori.EndToEnd.Tests.Browser;

/// <summary>What people do with the field.</summary>
[Collection(nameof(StandaloneFixture))]
public sealed class FieldTests(StandaloneFixture fixture, Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_past_is_shown_again_and_cannot_be_changed_and_the_present_comes_back()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        var ann = await Open("past");
        await ann.Says(Texts.Remarks[0]);
        await ann.SeesConcepts(atLeast: 2);
        var few = await ann.Count();
        await ann.Says(Texts.Paragraph);
        await Condition.Holds(async () => await ann.Count() > few + 3, Limit, () => "The second message brought no concepts");
        var all = await ann.Count();

        // Leftwards until what was said last is not there yet.
        var slider = ann.Page.GetByTestId("time-slider");
        for (var part = 0.9; await ann.Count() > few && part > 0; part -= 0.1)
        {
            await slider.FillAsync(part.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture));
            await ann.Page.Locator("[data-testid=past][data-loading=false]").WaitForAsync();
        }

        Assert.InRange(await ann.Count(), 0, all - 1);
        Assert.Equal("false", await ann.Page.GetByTestId("past").GetAttributeAsync("data-error"));
        await ann.Picture("past");
        if (await ann.Count() > 0)
        {
            await ann.Concepts.First.ClickAsync();
            Assert.True(await ann.Page.GetByTestId("rename").IsDisabledAsync());
            Assert.True(await ann.Page.GetByTestId("remove").IsDisabledAsync());
        }

        await ann.Page.GetByTestId("back-to-live").ClickAsync();
        await Condition.Holds(async () => await ann.Count() == all, Limit, () => "The present did not come back");
        Assert.Equal(0, await ann.Page.GetByTestId("past").CountAsync());
        Assert.Empty(ann.Errors);
        await ann.Page.Context.CloseAsync();
    }

    [Fact]
    public async Task Files_are_dropped_into_the_graph_and_the_graph_leaves_as_files()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        var ann = await Open("files");
        var ben = await Open("files");
        await ann.Page.GetByTestId("field-empty").WaitForAsync();
        await ann.Drops("reef.graphml", "", Encoding.UTF8.GetBytes(
            """
            <graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="l" for="node" attr.name="label" attr.type="string"/>
            <graph edgedefault="undirected"><node id="a"><data key="l">sea urchin</data></node><node id="b"><data key="l">kelp forest</data></node><edge source="a" target="b"/></graph></graphml>
            """));
        await ann.Page.Locator("[data-testid=ingest][data-state=done]").WaitForAsync();
        await ben.Concept("kelp forest").WaitForAsync();
        await ann.Drops("notes.md", "text/markdown", Encoding.UTF8.GetBytes($"# Reefs\n\n{Texts.Paragraph}"));
        await ann.Page.Locator("[data-testid=ingest][data-state=done]").Nth(1).WaitForAsync();
        await ann.Drops("reef.pdf", "application/pdf", SmallPdf.Of("Moray eels hunt octopus at night. Octopus ink confuses moray eels."));
        await ann.Page.Locator("[data-testid=ingest][data-state=done]").Nth(2).WaitForAsync();

        // A document that is in and its concepts come in either order.
        await Condition.Holds(async () => (await ann.Labels()).Any(label => label.Contains("moray", StringComparison.OrdinalIgnoreCase)), Limit, () => "The page shows no concept of the PDF");
        await ann.Drops("photo.jpg", "image/jpeg", [1, 2, 3]);
        await ann.Page.Locator("[data-testid=ingest][data-state=failed]").WaitForAsync();

        var json = JsonDocument.Parse(await Download(ann, "json")).RootElement;
        Assert.Equal(await ann.Count(), json.GetProperty("concepts").GetArrayLength());
        Assert.Contains("<graphml", Encoding.UTF8.GetString(await Download(ann, "graphml")), StringComparison.Ordinal);
        Assert.Contains("<gexf", Encoding.UTF8.GetString(await Download(ann, "gexf")), StringComparison.Ordinal);
        Assert.Equal("PNG"u8.ToArray(), (await Download(ann, "png"))[1..4]);
        Assert.Empty(ann.Errors);
        await ann.Page.Context.CloseAsync();
        await ben.Page.Context.CloseAsync();
    }

    [Fact]
    public async Task What_one_looks_at_renames_merges_unlinks_removes_and_deletes_the_other_sees()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        var ann = await Open("hands");
        var ben = await Open("hands");
        await ann.SeesConnection("open");
        await ann.Drops("hands.json", "application/json", Encoding.UTF8.GetBytes(
            """{"nodes":[{"id":1,"label":"otter"},{"id":2,"label":"sea otter"},{"id":3,"label":"crab"},{"id":4,"label":"pebble"}],"links":[{"source":1,"target":3},{"source":3,"target":4}]}"""));
        await ben.SeesConcepts(atLeast: 4);
        await ann.SeesConcepts(atLeast: 4);

        await ann.Selects("pebble");
        await ann.Page.GetByTestId("rename").ClickAsync();
        await ann.Page.GetByTestId("rename-input").FillAsync("anvil stone");
        await ann.Page.Keyboard.PressAsync("Enter");
        await ben.Concept("anvil stone").WaitForAsync();

        await ann.Selects("otter");
        await ann.Selects("sea otter", also: true);
        foreach (var label in (string[])["otter", "sea otter"])
        {
            await ben.Concept(label).GetByTestId("lookers").WaitForAsync();
        }

        Assert.Equal(2, await ben.Page.GetByTestId("lookers").CountAsync());
        await ben.Picture("lookers");
        await Twice(ann, "merge");
        await ben.Concept("sea otter").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });

        await ben.Selects("crab");
        await ben.Selects("anvil stone", also: true);
        await ben.Page.GetByTestId("unlink").ClickAsync();
        await ben.Page.GetByTestId("unlink").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });
        await ben.Page.GetByTestId("link").ClickAsync();
        await ben.Page.GetByTestId("unlink").WaitForAsync();

        await ann.Selects("crab");
        await Twice(ann, "remove");
        await ben.Concept("crab").WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Detached });

        await ann.Says("A slip of the tongue.");
        await ben.SeesMessage("user", "A slip of the tongue.");
        await ann.Messages.First.HoverAsync();
        await Twice(ann, "delete-message");
        await ben.SeesMessage("user", "Deleted");
        Assert.Empty(ann.Errors);
        Assert.Empty(ben.Errors);
        await ann.Page.Context.CloseAsync();
        await ben.Page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_concept_under_the_pointer_tells_where_it_was_said_leads_there_and_stays_where_it_is_dragged()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        var ann = await Open("hover");
        await ann.Says("Photosynthesis.");
        await Condition.Holds(async () => await ann.Count() == 1, Limit, () => "The message gave not just one concept");
        // The only concept stands in the middle.
        var box = (await ann.Page.Locator(".field-canvas").BoundingBoxAsync())!;
        var card = ann.Page.GetByTestId("hover-card");
        // A pointer that keeps moving gets no card, so each try rests on the concept for longer than the card takes to come.
        await Condition.Holds(
            async () =>
            {
                await ann.Page.Mouse.MoveAsync(box.X + 20, box.Y + 20);
                await ann.Page.Mouse.MoveAsync(box.X + (box.Width / 2), box.Y + (box.Height / 2), new MouseMoveOptions { Steps = 3 });
                return await Person.Comes(card, within: TimeSpan.FromSeconds(2));
            },
            Limit,
            () => "No card came");
        await card.GetByTestId("source").ClickAsync();
        await ann.Page.Mouse.ClickAsync(box.X + (box.Width / 2), box.Y + (box.Height / 2));
        await ann.Page.GetByTestId("concept-panel").WaitForAsync();

        await ann.Page.Mouse.DownAsync();
        // In one go, as a quick hand does: what a browser calls a click, too.
        await ann.Page.Mouse.MoveAsync(box.X + (box.Width / 2) + 90, box.Y + (box.Height / 2) + 40);
        await ann.Page.Mouse.UpAsync();
        await ann.Page.GetByTestId("concept-panel").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Unpin" }).WaitForAsync();
        await ann.Page.Keyboard.PressAsync("Escape");
        Assert.Empty(ann.Errors);
        await ann.Page.Context.CloseAsync();
    }

    private async Task<Person> Open(string name) => await chromium.Open(new Uri(fixture.Server.Address, $"/?session={name}&graph={name}").ToString(), size: (1120, 720));

    private static async Task Twice(Person person, string action)
    {
        var button = person.Page.GetByTestId(action);
        await button.ClickAsync();
        await button.ClickAsync();
    }

    private static async Task<byte[]> Download(Person person, string format)
    {
        await person.Page.GetByTestId("export").ClickAsync();
        var download = await person.Page.RunAndWaitForDownloadAsync(() => person.Page.GetByTestId($"export-{format}").ClickAsync());
        return await File.ReadAllBytesAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
    }
}
