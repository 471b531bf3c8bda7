using System.Text;
using Itori.EndToEnd.Tests.Hosting;
using Itori.Tests.Shared;
using Microsoft.Playwright;

namespace Itori.EndToEnd.Tests.Browser;

/// <summary>What people leave out of the field, and find in it.</summary>
[Collection(nameof(StandaloneFixture))]
public sealed class FilterTests(StandaloneFixture fixture, Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_filter_hides_the_light_what_was_said_long_ago_and_clusters_and_gives_all_back()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        var ann = await chromium.Open(new Uri(fixture.Server.Address, "/?session=filter&graph=filter").ToString());
        await ann.Page.Clock.InstallAsync();
        await ann.Page.ReloadAsync();
        await ann.SeesConnection("open");
        await ann.Says(Texts.Paragraph);
        await ann.SeesConcepts(atLeast: 6);
        var all = await ann.Count();

        await ann.Page.GetByTestId("filter").ClickAsync();
        await ann.Page.GetByTestId("filter-weight").FillAsync("0.98");
        await Shows(ann, shown => shown < all);
        await ann.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Show everything" }).First.ClickAsync();
        await Shows(ann, shown => shown == all);

        var clusters = ann.Page.GetByRole(AriaRole.Group, new PageGetByRoleOptions { Name = "Clusters" }).GetByRole(AriaRole.Checkbox);
        await clusters.First.UncheckAsync();
        await Shows(ann, shown => shown < all);
        await clusters.First.CheckAsync();
        await Shows(ann, shown => shown == all);

        // What was said within five minutes is so until they have passed, though nothing else happens.
        await ann.Page.GetByTestId("filter-time").SelectOptionAsync(new SelectOptionValue { Label = "last 5 minutes" });
        await Shows(ann, shown => shown == all);
        await ann.Page.Clock.FastForwardAsync("06:00");
        await Shows(ann, shown => shown == 0);
        await ann.Page.GetByTestId("filter-time").SelectOptionAsync(new SelectOptionValue { Label = "last hour" });
        await Shows(ann, shown => shown == all);
        Assert.Empty(ann.Errors);
        await ann.Page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_search_finds_a_concept_by_a_part_of_its_name_and_Enter_selects_it()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        var ann = await chromium.Open(new Uri(fixture.Server.Address, "/?session=search&graph=search").ToString());
        await ann.SeesConnection("open");
        var nodes = string.Join(',', Enumerable.Range(1, 20).Select(n => $$"""{"id":{{n}},"label":"{{(n == 7 ? "lantern fish" : $"stone {n}")}}"}"""));
        await ann.Drops("search.json", "application/json", Encoding.UTF8.GetBytes($$"""{"nodes":[{{nodes}}],"links":[]}"""));
        await ann.SeesConcepts(atLeast: 20);

        var search = ann.Page.GetByRole(AriaRole.Searchbox, new PageGetByRoleOptions { Name = "Find a concept" });
        await search.FillAsync("tern f");
        await Shows(ann, shown => shown == 1);
        await search.PressAsync("Enter");
        await ann.Page.GetByTestId("concept-panel").GetByRole(AriaRole.Heading, new LocatorGetByRoleOptions { Name = "lantern fish" }).WaitForAsync();
        await search.FillAsync("no such thing");
        await ann.Page.GetByText("Nothing by that name.").WaitForAsync();
        Assert.Empty(ann.Errors);
        await ann.Page.Context.CloseAsync();
    }

    private static Task Shows(Person person, Func<int, bool> that) =>
        Condition.Holds(async () => that(await person.Concepts.CountAsync()), Limit, () => "The list shows other concepts");
}
