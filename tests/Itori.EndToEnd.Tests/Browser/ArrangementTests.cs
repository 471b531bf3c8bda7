using System.Globalization;
using System.Text.Json;
using Itori.EndToEnd.Tests.Hosting;
using Itori.Tests.Shared;

namespace Itori.EndToEnd.Tests.Browser;

/// <summary>Everybody sees the field in the same arrangement, whenever they came.</summary>
[Collection(nameof(StandaloneFixture))]
public sealed class ArrangementTests(StandaloneFixture fixture, Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(Chromium.LimitMs);

    private static readonly string[] Talk =
    [
        "Coral polyps live together with algae. The algae feed the coral polyps with sugar.",
        "Sea otters eat sea urchins. Where sea otters are gone, sea urchins eat the kelp forest.",
        "A kelp forest shelters rockfish and harbour seals from the storm.",
        "Warm water bleaches coral polyps, since they throw out the algae.",
        "Moray eels hunt octopus in the coral reef at night.",
        "Octopus ink confuses moray eels and harbour seals.",
        "A coral reef grows where coral polyps leave limestone behind.",
        "Limestone stores carbon dioxide, and carbon dioxide makes the sea water sour.",
        "Sour sea water dissolves limestone and the shells of sea urchins.",
        "Plankton drifts with the ocean current and feeds the whale shark.",
        "The ocean current brings warm water to the coral reef.",
        "Whale sharks and manta rays follow the plankton.",
    ];

    [Fact]
    public async Task One_who_saw_the_field_grow_and_one_who_comes_later_see_each_concept_at_the_same_place()
    {
        Assert.SkipWhen(Chromium.Missing is not null, Chromium.Missing ?? "");
        var ann = await Open("arranged", moving: true);
        await ann.SeesConnection("open");
        var stored = new SortedDictionary<string, string>();
        foreach (var words in Talk)
        {
            // Each time all stand where the server has them, so that the next message finds a field that has settled.
            await ann.Says(words);
            await ann.SeesMessage("user", words);
            stored = await Settled("arranged", ann);
        }

        // At the same time: a message may move what stands once more after everything had a place.
        var ben = await Open("arranged");
        stored = await Settled("arranged", ann, ben);
        Assert.True(stored.Count >= 20, $"{stored.Count} concepts are few to say something of.");
        Assert.Equal(0, await ann.Page.GetByLabel("Arrange anew").CountAsync());
        await ann.Picture("arranged-watcher");
        await ben.Picture("arranged-newcomer");

        // What one puts somewhere the other sees there.
        await ann.Selects("kelp forest");
        var pinned = ann.Page.GetByTestId("concept-panel").GetByRole(Microsoft.Playwright.AriaRole.Button, new Microsoft.Playwright.LocatorGetByRoleOptions { Name = "Pin" });
        await pinned.ClickAsync();
        await Condition.Holds(() => IsPinned("arranged", "kelp forest"), Limit, () => "Nothing is pinned");
        stored = await Settled("arranged", ann, ben);
        await ann.Says("The kelp forest and the coral reef both suffer from warm water and from fishing boats.");
        await Condition.Holds(async () => await ben.Count() > stored.Count, Limit, () => "Ben sees no new concept");
        var after = await Settled("arranged", ann, ben);
        Assert.Equal(stored["kelp forest"], after["kelp forest"]);
        Assert.Empty(ann.Errors);
        Assert.Empty(ben.Errors);
        await ann.Page.Context.CloseAsync();
        await ben.Page.Context.CloseAsync();
    }

    private async Task<Person> Open(string name, bool moving = false) => await chromium.Open(new Uri(fixture.Server.Address, $"/?session={name}&graph={name}").ToString(), moving: moving, size: (1120, 720));

    private async Task<bool> IsPinned(string graph, string label)
    {
        using var http = new HttpClient();
        using var snapshot = JsonDocument.Parse(await http.GetStringAsync(new Uri(fixture.Server.Address, $"/api/graphs/{graph}"), TestContext.Current.CancellationToken));
        return snapshot.RootElement.GetProperty("concepts").EnumerateArray().Any(concept => concept.GetProperty("label").GetString() == label && concept.TryGetProperty("pinned", out var pinned) && pinned.GetBoolean());
    }

    /// <summary>The places, by label, that the server has and the pages show, once all agree.</summary>
    private async Task<SortedDictionary<string, string>> Settled(string graph, params Person[] people)
    {
        SortedDictionary<string, string> stored = [];
        SortedDictionary<string, string> drawn = [];
        await Condition.Holds(
            async () =>
            {
                using var http = new HttpClient();
                using var snapshot = JsonDocument.Parse(await http.GetStringAsync(new Uri(fixture.Server.Address, $"/api/graphs/{graph}"), TestContext.Current.CancellationToken));
                var concepts = snapshot.RootElement.GetProperty("concepts").EnumerateArray().ToArray();
                if (!concepts.All(concept => concept.TryGetProperty("x", out _)))
                {
                    return false;
                }

                var labels = concepts.ToDictionary(concept => concept.GetProperty("id").GetString()!, concept => concept.GetProperty("label").GetString()!);
                stored = Places(concepts.Select(concept => (concept.GetProperty("label").GetString()!, concept)));
                foreach (var person in people)
                {
                    using var places = JsonDocument.Parse(await person.Page.EvaluateAsync<string>("() => JSON.stringify(document.querySelector('.field-canvas').places())"));
                    drawn = Places(places.RootElement.EnumerateObject().Select(place => (labels.GetValueOrDefault(place.Name, place.Name), place.Value)));
                    if (!stored.SequenceEqual(drawn))
                    {
                        return false;
                    }
                }

                return true;
            },
            Limit,
            () => "The page shows concepts elsewhere than the server has them: " + string.Join(", ", stored.Except(drawn).Take(5)) + " are drawn as " + string.Join(", ", drawn.Except(stored).Take(5)));
        return stored;
    }

    private static SortedDictionary<string, string> Places(IEnumerable<(string Label, JsonElement Point)> points) =>
        new(points.ToDictionary(point => point.Label, point => string.Create(CultureInfo.InvariantCulture, $"{point.Point.GetProperty("x").GetDouble():f2} {point.Point.GetProperty("y").GetDouble():f2}")), StringComparer.Ordinal);
}
