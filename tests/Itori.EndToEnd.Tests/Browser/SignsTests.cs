using Itori.Tests.Shared;
using Microsoft.Playwright;

namespace Itori.EndToEnd.Tests.Browser;

/// <summary>What the field says of itself, where it goes badly.</summary>
public sealed class SignsTests(Chromium chromium) : IClassFixture<Chromium>
{
    /// <summary>Nothing pulls, so no cluster holds together; and little is asked for to say so.</summary>
    private static readonly string[] Torn =
    [
        "--Itori:Field:Coupling=0", "--Itori:Field:SpectralPeriod=00:00:00.500", "--Itori:Field:DriftThreshold=0.001", "--Itori:Field:AlertAgreement=1",
        "--Itori:Field:AlertPersistence=1",
    ];

    [Fact]
    public async Task A_cluster_that_comes_apart_is_told_with_its_concepts_and_those_that_drift_are_marked()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        using var folder = new TemporaryFolder();
        await using var server = await ItoriProcess.Standalone(folder.Path, Torn);
        var ann = await chromium.Open(new Uri(server.Address, "/?session=torn&graph=torn").ToString());
        await ann.Says(Texts.Paragraph);

        var alert = ann.Page.GetByTestId("alert");
        await alert.WaitForAsync();
        Assert.Contains("comes apart", await alert.InnerTextAsync(), StringComparison.Ordinal);
        await alert.GetByRole(AriaRole.Button).ClickAsync();
        await ann.Page.GetByTestId("selection-panel").WaitForAsync();
        var drifting = ann.Page.Locator("[data-testid=concept][data-drifting=true]");
        await drifting.First.WaitForAsync();
        await ann.Picture("signs-light");
        await ann.Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        await ann.Picture("signs-dark");

        await drifting.First.GetByRole(AriaRole.Button).ClickAsync();
        await ann.Page.GetByTestId("concept-panel").GetByText("Drifts:").WaitForAsync();
        Assert.Empty(ann.Errors);
        await ann.Page.Context.CloseAsync();
    }
}
