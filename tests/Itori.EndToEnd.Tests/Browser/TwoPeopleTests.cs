using Microsoft.Playwright;
using Itori.Tests.Shared;

namespace Itori.EndToEnd.Tests.Browser;

/// <summary>What the README promises: two browser windows, one concept field.</summary>
public sealed class TwoPeopleTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Place = "/?session=reef&graph=reef";

    [Fact]
    public async Task One_types_a_paragraph_and_both_see_its_concepts_and_the_answer_and_after_kill_9_nothing_is_lost_or_doubled()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        using var folder = new TemporaryFolder();
        var port = FreePorts.Next();
        await using var server = await ItoriProcess.Standalone(port, folder.Path);
        var address = new Uri(server.Address, Place).ToString();
        var ann = await chromium.Open(address);
        var ben = await chromium.Open(address, ColorScheme.Dark);
        await ann.SeesConnection("open");
        await ben.SeesConnection("open");

        await ann.Says(Texts.Paragraph);
        foreach (var person in (Person[])[ann, ben])
        {
            await person.SeesMessage("user", "partnership between coral polyps");
            await person.SeesConcepts(atLeast: 6);
            await person.Page.Locator("[data-testid=message][data-role=assistant]").First.WaitForAsync();
        }

        await Condition.Holds(async () => (await ann.Labels()).SequenceEqual(await ben.Labels()), TimeSpan.FromSeconds(60), () => "The pages show different concepts");
        Assert.Contains(await ann.Labels(), label => label.Contains("coral", StringComparison.OrdinalIgnoreCase));
        await Condition.Holds(
            async () => await ben.Page.GetByTestId("presence").GetAttributeAsync("data-count") == "2",
            TimeSpan.FromSeconds(60),
            () => "Ben does not see two people");

        var order = await ben.OrderParameter();
        await Condition.Holds(async () => await ben.OrderParameter() != order, TimeSpan.FromSeconds(60), () => $"The order parameter stands still at {order}");
        await ann.Picture("two-people-light");
        await ben.Picture("two-people-dark");

        await server.Crash();
        await Condition.Holds(async () => await ann.Page.GetByTestId("status").GetAttributeAsync("data-state") != "open", TimeSpan.FromSeconds(60), () => "Ann does not see that the server is gone");
        await ann.Says("Is anybody there?");
        await ann.Page.GetByTestId("pending").WaitForAsync();
        await ann.Picture("server-gone");
        await using var again = await ItoriProcess.Standalone(port, folder.Path);
        await ann.SeesConnection("open");
        await ben.SeesConnection("open");
        await ben.Says("Seaweed smothers young corals.");
        await ann.SeesMessage("user", "Seaweed smothers young corals.");
        foreach (var person in (Person[])[ann, ben])
        {
            foreach (var words in (string[])["partnership between coral polyps", "Is anybody there?", "Seaweed smothers young corals."])
            {
                await person.SeesMessage("user", words);
                Assert.Equal(1, await person.Page.Locator("[data-testid=message][data-role=user]").Filter(new LocatorFilterOptions { HasText = words }).CountAsync());
            }

            Assert.Empty(person.Errors);
        }
    }

    [Fact]
    public async Task A_long_paste_is_offered_as_a_document_which_fills_the_graph()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        using var folder = new TemporaryFolder();
        await using var server = await ItoriProcess.Standalone(folder.Path);
        var ann = await chromium.Open(new Uri(server.Address, "/?session=paste&graph=paste").ToString());
        await ann.SeesConnection("open");
        await ann.Page.GetByTestId("composer").FocusAsync();
        await ann.Page.EvaluateAsync(
            """
            text => {
              const data = new DataTransfer();
              data.setData('text/plain', text);
              document.querySelector('[data-testid=composer]').dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
            }
            """,
            Texts.Document(60_000));
        await ann.Page.GetByTestId("document-offer").WaitForAsync();
        await ann.Picture("document-offer");
        await ann.Page.GetByTestId("document-add").ClickAsync();
        await ann.Page.GetByTestId("ingest").WaitForAsync();
        await ann.Page.Locator("[data-testid=ingest][data-state=done]").WaitForAsync();
        await ann.SeesConcepts(atLeast: 10);
        await ann.Picture("document-read");
        Assert.Equal(0, await ann.Messages.CountAsync());
        Assert.Empty(ann.Errors);
    }
}
