using System.Text.Json;
using Itori.EndToEnd.Tests.Hosting;
using Itori.Tests.Shared;
using Microsoft.Playwright;

namespace Itori.EndToEnd.Tests.Browser;

/// <summary>What axe finds in the states that people see: nothing that it calls serious or critical, in light and in dark.</summary>
[Collection(nameof(StandaloneFixture))]
public sealed class AccessibilityTests(StandaloneFixture fixture, Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly string Axe = Path.Combine(Programs.Repository, "src", "Itori.Web", "node_modules", "axe-core", "axe.min.js");

    [Fact]
    public async Task No_state_has_a_serious_fault()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        Assert.SkipUnless(File.Exists(Axe), "axe-core is not installed: the web client was built without its packages.");
        var sockets = new Sockets();
        var ann = await chromium.Open(new Uri(fixture.Server.Address, "/?session=axe&graph=axe").ToString(), prepare: sockets.Attach);
        await ann.SeesConnection("open");
        await ann.Page.GetByTestId("field-empty").WaitForAsync();
        // Not as a script of the page, which its Content-Security-Policy would rightly refuse.
        await ann.Page.EvaluateAsync(await File.ReadAllTextAsync(Axe, TestContext.Current.CancellationToken) + ";0");
        await Check(ann, "empty");

        await ann.Says(Texts.Paragraph);
        await ann.SeesConcepts(atLeast: 6);
        await ann.Page.Locator("[data-testid=message][data-role=assistant]").First.WaitForAsync();
        await ann.Concepts.First.Locator("button").ClickAsync();
        await ann.Page.GetByTestId("filter").ClickAsync();
        await Check(ann, "live, one selected, filter open");
        await ann.Page.Keyboard.PressAsync("Escape");

        await ann.Concepts.Nth(1).Locator("button").ClickAsync(new LocatorClickOptions { Modifiers = [KeyboardModifier.Shift] });
        await ann.Page.GetByTestId("places").ClickAsync();
        await Check(ann, "two selected, places open");
        await ann.Page.Keyboard.PressAsync("Escape");

        await ann.Page.GetByTestId("presence").GetByRole(AriaRole.Button).ClickAsync();
        await Check(ann, "people open");
        await ann.Page.GetByTestId("export").ClickAsync();
        await Check(ann, "export open");
        await ann.Page.Keyboard.PressAsync("Escape");

        // One half of the page at a time, as on a telephone.
        await ann.Page.SetViewportSizeAsync(390, 844);
        await Check(ann, "small, talk");
        await ann.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Field", Exact = true }).ClickAsync();
        await Check(ann, "small, field and what is selected");
        await ann.Page.SetViewportSizeAsync(1440, 900);

        await ann.Page.GetByTestId("time-slider").FillAsync("0.5");
        await ann.Page.GetByTestId("past").WaitForAsync();
        await Check(ann, "past");
        await ann.Page.GetByTestId("back-to-live").ClickAsync();

        await sockets.Cut();
        await ann.Says("Said without a connection.");
        await ann.Page.GetByTestId("pending").WaitForAsync();
        await Check(ann, "offline");

        sockets.Mend();
        await ann.Page.GetByTestId("reconnect").ClickAsync(new LocatorClickOptions { Force = true });
        await ann.SeesConnection("open");
        await sockets.Cut(1008, "Too many bad messages.");
        await ann.Page.GetByTestId("ended").WaitForAsync();
        await Check(ann, "sent away");
        await ann.Page.Context.CloseAsync();
    }

    private static async Task Check(Person person, string state)
    {
        foreach (var scheme in (ColorScheme[])[ColorScheme.Dark, ColorScheme.Light])
        {
            await person.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = scheme });
            await CheckAsItIs(person, $"{state}, {scheme}");
        }
    }

    private static async Task CheckAsItIs(Person person, string state)
    {
        var found = await person.Page.EvaluateAsync<JsonElement>(
            """
            async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
              .filter(({ impact }) => impact === 'serious' || impact === 'critical')
              .map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.slice(0, 3).map((node) => `${node.target.join(' ')} ${node.any[0]?.message ?? ''}`).join('; ')}`)
            """);
        Assert.True(found.GetArrayLength() == 0, $"{state}: {found}");
    }
}
