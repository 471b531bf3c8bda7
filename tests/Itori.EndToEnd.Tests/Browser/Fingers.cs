using Microsoft.Playwright;

namespace Itori.EndToEnd.Tests.Browser;

/// <summary>Fingers on a page, told to the browser as a touch screen tells them.</summary>
internal sealed class Fingers
{
    private const int Steps = 6;

    private readonly ICDPSession session;

    private Fingers(ICDPSession session) => this.session = session;

    public static async Task<Fingers> On(IPage page) => new(await page.Context.NewCDPSessionAsync(page));

    public async Task Tap(Place at)
    {
        await Tell("touchStart", at);
        await Tell("touchEnd");
    }

    /// <summary>Taps twice, without waiting for what the first tap does.</summary>
    public Task DoubleTap(Place at) => Task.WhenAll(Tell("touchStart", at), Tell("touchEnd"), Tell("touchStart", at), Tell("touchEnd"));

    /// <summary>Rests on a place until what it waits for has come.</summary>
    public async Task Hold(Place at, Func<Task> until)
    {
        await Tell("touchStart", at);
        await until();
        await Tell("touchEnd");
    }

    /// <summary>Each finger goes from its first place to its second, all at the same time.</summary>
    public async Task Slide(params (Place From, Place To)[] fingers)
    {
        await Tell("touchStart", [.. fingers.Select(finger => finger.From)]);
        for (var step = 1; step <= Steps; step++)
        {
            var part = step / (double)Steps;
            await Tell("touchMove", [.. fingers.Select(finger => new Place(finger.From.X + (part * (finger.To.X - finger.From.X)), finger.From.Y + (part * (finger.To.Y - finger.From.Y))))]);
        }

        await Tell("touchEnd");
    }

    private async Task Tell(string what, params Place[] fingers) => await session.SendAsync(
        "Input.dispatchTouchEvent",
        new Dictionary<string, object>
        {
            ["type"] = what,
            ["touchPoints"] = fingers.Select((place, id) => new Dictionary<string, object> { ["x"] = place.X, ["y"] = place.Y, ["id"] = id }).ToArray(),
        });
}

/// <summary>A place on the screen, CSS px.</summary>
internal readonly record struct Place(double X, double Y)
{
    public Place By(double x, double y) => new(X + x, Y + y);
}
