using System.Globalization;
using Microsoft.Playwright;
using Itori.Tests.Shared;

namespace Itori.EndToEnd.Tests.Browser;

/// <summary>Someone at a page.</summary>
internal sealed class Person
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(Chromium.LimitMs);
    private readonly List<string> errors = [];

    public Person(IPage page)
    {
        Page = page;
        page.PageError += (_, error) =>
        {
            lock (errors)
            {
                errors.Add(error);
            }
        };
    }

    public IPage Page { get; }

    /// <summary>Errors in the page's own code.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (errors)
            {
                return [.. errors];
            }
        }
    }

    public ILocator Concepts => Page.GetByTestId("concept");

    public ILocator Messages => Page.GetByTestId("message");

    public async Task Says(string text)
    {
        await Page.GetByTestId("composer").FillAsync(text);
        await Page.GetByTestId("send").ClickAsync();
    }

    /// <summary>Waits for the connection's light to be <c>open</c>, <c>connecting</c> or <c>disconnected</c>.</summary>
    public Task SeesConnection(string state) => Page.Locator($"[data-testid=status][data-state={state}]").WaitForAsync();

    /// <summary>Selects a concept in the list; with <paramref name="also"/> besides what is selected.</summary>
    public Task Selects(string label, bool also = false) => Concept(label).ClickAsync(also ? new LocatorClickOptions { Modifiers = [KeyboardModifier.Shift] } : null);

    public ILocator Concept(string label) =>
        Page.Locator("[data-testid=concept] button").Filter(new LocatorFilterOptions { Has = Page.GetByText(label, new PageGetByTextOptions { Exact = true }) });

    /// <summary>Drops a file onto the page, as a hand does.</summary>
    public Task Drops(string name, string type, byte[] content) => Page.EvaluateAsync(
        """
        ([name, type, base64]) => {
          const data = new DataTransfer();
          data.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name, { type }));
          for (const kind of ['dragenter', 'dragover', 'drop']) {
            document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
          }
        }
        """,
        new[] { name, type, Convert.ToBase64String(content) });

    public async Task SeesConcepts(int atLeast) =>
        await Condition.Holds(
            async () => await Concepts.CountAsync() >= atLeast && await Count() >= atLeast,
            Limit,
            () => $"The page shows fewer than {atLeast} concepts");

    public Task SeesMessage(string role, string text) => Page.Locator($"[data-testid=message][data-role={role}]").Filter(new LocatorFilterOptions { HasText = text }).First.WaitForAsync();

    public async Task<int> Count() => int.Parse((await Page.GetByTestId("concept-count").TextContentAsync())!.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);

    public async Task<IReadOnlyList<string>> Labels() => [.. (await Page.Locator("[data-testid=concept] .concept-label").AllInnerTextsAsync()).Order(StringComparer.Ordinal)];

    public async Task<string> OrderParameter() => await Page.GetByTestId("order-parameter").TextContentAsync() ?? "";

    /// <summary>Whether the element is seen before the time is over.</summary>
    public static async Task<bool> Comes(ILocator element, TimeSpan within)
    {
        try
        {
            await element.WaitForAsync(new LocatorWaitForOptions { Timeout = (float)within.TotalMilliseconds });
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Takes a picture for people to look at, once the page has drawn what it knows: the field draws with the next frame.</summary>
    public async Task Picture(string name)
    {
        await Page.EvaluateAsync("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(drawn))))");
        await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Programs.Artifacts("end-to-end", name + ".png"), Timeout = Chromium.LimitMs });
    }
}
