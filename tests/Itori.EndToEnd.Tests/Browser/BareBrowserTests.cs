using Itori.EndToEnd.Tests.Hosting;
using Microsoft.Playwright;

namespace Itori.EndToEnd.Tests.Browser;

/// <summary>Browsers that withhold something: what is left still works, and the page says what is missing.</summary>
[Collection(nameof(StandaloneFixture))]
public sealed class BareBrowserTests(StandaloneFixture fixture, Chromium chromium) : IClassFixture<Chromium>
{
    /// <summary>As where people have forbidden pages to keep data: a page that only looks is thrown an error.</summary>
    private const string NoStorage =
        """
        for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) {
          Object.defineProperty(window, name, { get() { throw new DOMException(`${name} is forbidden.`, 'SecurityError'); } });
        }
        """;

    private const string NoWebGl =
        """
        const getContext = HTMLCanvasElement.prototype.getContext;
        HTMLCanvasElement.prototype.getContext = function (kind, ...more) { return kind.startsWith('webgl') ? null : getContext.call(this, kind, ...more); };
        """;

    [Fact]
    public async Task Without_storage_people_talk_and_see_the_field()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        await TalkAndSee("storage", NoStorage);
    }

    [Fact]
    public async Task Without_WebGL_the_list_of_concepts_still_works_and_the_page_says_why_there_is_no_picture()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        await TalkAndSee("webgl", NoWebGl, async ann =>
        {
            await ann.Page.GetByText("This browser shows no WebGL").WaitForAsync();
            await ann.Picture("no-webgl");
        });
    }

    private async Task TalkAndSee(string name, string withhold, Func<Person, Task>? then = null)
    {
        var ann = await chromium.Open(new Uri(fixture.Server.Address, $"/?session={name}&graph={name}").ToString(), prepare: context => context.AddInitScriptAsync(withhold));
        await ann.SeesConnection("open");
        await ann.Page.GetByRole(AriaRole.Switch, new PageGetByRoleOptions { Name = "Ask the assistant" }).UncheckAsync(new LocatorUncheckOptions { Force = true });
        await ann.Says(Texts.Paragraph);
        await ann.SeesMessage("user", "partnership between coral polyps");
        await ann.SeesConcepts(atLeast: 6);
        await ann.Concepts.First.Locator("button").ClickAsync();
        await ann.Page.GetByTestId("concept-panel").WaitForAsync();
        await (then?.Invoke(ann) ?? Task.CompletedTask);
        Assert.Empty(ann.Errors);
        await ann.Page.Context.CloseAsync();
    }
}
