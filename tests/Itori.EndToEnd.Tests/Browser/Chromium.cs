using Microsoft.Playwright;

namespace Itori.EndToEnd.Tests.Browser;

/// <summary>Chromium as it is installed on the machine, without a screen; pictures are made by the processor.</summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>What one step in a page may take on a machine that draws without a graphics card and does other things.</summary>
    public const float LimitMs = 90_000;

    private static readonly string[] Switches =
    [
        "--headless=new", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--enable-unsafe-swiftshader", "--use-angle=swiftshader",
    ];

    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>Why there is no browser; null where there is one.</summary>
    public static string? Missing { get; } = Find() is null ? "Chromium is not installed: neither chromium nor chromium-browser nor google-chrome is in the PATH." : null;

    public async ValueTask InitializeAsync()
    {
        if (Find() is { } path)
        {
            playwright = await Playwright.CreateAsync();
            browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, Args = Switches, Timeout = LimitMs });
        }
    }

    /// <summary>
    /// A page with storage of its own: another person. <paramref name="prepare"/> comes before the page is loaded. Unless <paramref name="moving"/>, the person has asked
    /// for little motion, which also spares the processor: without a graphics card every picture is its work. With <paramref name="touch"/> the screen feels fingers.
    /// </summary>
    internal async Task<Person> Open(
        string address, ColorScheme scheme = ColorScheme.Light, bool moving = false, Func<IBrowserContext, Task>? prepare = null, (int Width, int Height)? size = null, bool touch = false)
    {
        var (width, height) = size ?? (1440, 900);
        var context = await browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
            HasTouch = touch,
            ReducedMotion = moving ? ReducedMotion.NoPreference : ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(LimitMs);
        if (prepare is not null)
        {
            await prepare(context);
        }

        return await OpenTab(context, address);
    }

    /// <summary>Another page of the same browser: what it keeps, all its pages share.</summary>
    internal static async Task<Person> OpenTab(IBrowserContext context, string address)
    {
        var page = await context.NewPageAsync();
        var person = new Person(page);
        await page.GotoAsync(address);
        return person;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
    }

    private static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);
}
