using System.Text.Json.Nodes;
using Itori.EndToEnd.Tests.Hosting;
using Itori.Tests.Shared;
using Microsoft.Playwright;

namespace Itori.EndToEnd.Tests.Browser;

/// <summary>Where an answer leads.</summary>
[Collection(nameof(StandaloneFixture))]
public sealed class AnswerTests(StandaloneFixture fixture, Chromium chromium) : IClassFixture<Chromium>
{
    /// <summary>More than a page of history, so that the message that is cited has to be fetched.</summary>
    private const int Between = 60;

    [Fact]
    public async Task An_answer_leads_to_the_message_it_quotes_and_to_the_concepts_it_names()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        await using (var earlier = await WireClient.Subscriber(fixture.Server.Address, "answers", "answers"))
        {
            await Say(earlier, Texts.Remarks[1]);
            for (var n = 1; n <= Between; n++)
            {
                await Say(earlier, FormattableString.Invariant($"Minutes of the harbour office, page {n}."));
            }
        }

        var ann = await chromium.Open(new Uri(fixture.Server.Address, "/?session=answers&graph=answers").ToString());
        await ann.SeesConcepts(atLeast: 2);
        var cited = ann.Page.Locator("[data-testid=message][data-seq='1']");
        Assert.Equal(0, await cited.CountAsync());
        await ann.Says("What was said about coral bleaching?");
        var answer = ann.Page.Locator("[data-testid=message][data-role=assistant]").First;
        var source = answer.GetByTestId("citation").Filter(new LocatorFilterOptions { HasText = "message 1" }).First;
        await source.WaitForAsync();
        await ann.Picture("answer");

        await answer.GetByTestId("mention").Filter(new LocatorFilterOptions { HasText = "coral bleaching" }).First.ClickAsync();
        await ann.Page.GetByTestId("concept-panel").GetByRole(AriaRole.Heading, new LocatorGetByRoleOptions { Name = "coral bleaching" }).WaitForAsync();

        await source.ClickAsync();
        await Assertions.Expect(cited).ToBeFocusedAsync(new LocatorAssertionsToBeFocusedOptions { Timeout = Chromium.LimitMs });
        await Assertions.Expect(cited).ToBeInViewportAsync(new LocatorAssertionsToBeInViewportOptions { Timeout = Chromium.LimitMs });
        Assert.Contains("heat wave", await cited.InnerTextAsync(), StringComparison.Ordinal);
        await ann.Picture("answer-source");

        // A small screen shows one half: a concept that is named leads to the field, and what is known of it leaves the upper half of that free.
        await ann.Page.SetViewportSizeAsync(390, 844);
        await ann.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Talk", Exact = true }).ClickAsync();
        var mention = cited.GetByTestId("mention").Last;
        await mention.ClickAsync();
        await Assertions.Expect(mention).ToBeHiddenAsync(new LocatorAssertionsToBeHiddenOptions { Timeout = Chromium.LimitMs });
        var panel = (await ann.Page.GetByTestId("concept-panel").BoundingBoxAsync())!;
        var field = (await ann.Page.Locator(".field-canvas").BoundingBoxAsync())!;
        Assert.Equal(field.Width, panel.Width, 1.0);
        Assert.InRange(panel.Y, field.Y + (field.Height / 2), field.Y + field.Height);
        await ann.Picture("answer-small");
        await ann.Page.GetByTestId("concept-panel").GetByTestId("source").Last.ClickAsync();
        await Assertions.Expect(cited).ToBeFocusedAsync(new LocatorAssertionsToBeFocusedOptions { Timeout = Chromium.LimitMs });
        Assert.Empty(ann.Errors);
        await ann.Page.Context.CloseAsync();
    }

    private static async Task Say(WireClient client, string text) => await client.Acknowledged("user_msg", new JsonObject { ["text"] = text, ["assistant"] = false });
}
