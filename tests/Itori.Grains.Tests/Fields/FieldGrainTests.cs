using Itori.Contracts;
using Itori.Grains.Fields;
using Itori.Grains.Tests.Cluster;
using Itori.Grains.Tests.Support;

namespace Itori.Grains.Tests.Fields;

public sealed class FieldGrainTests(GrainHost host)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);
    private readonly string id = "field" + Guid.NewGuid().ToString("N");

    private IFieldGrain Field => host.Grains.GetGrain<IFieldGrain>(id);

    [Fact]
    public async Task A_watched_field_sends_frames_and_a_spectral_state()
    {
        await Do(new UpsertConcept { Label = "A" }, new UpsertConcept { Label = "B" }, new LinkConcepts { Source = "a", Target = "b" });
        var inbox = await host.Subscribe(TopicName.Field(id));
        var state = await Field.Watch("gateway", Lease);
        Assert.Equal(2, state.Frame.Phases.Length);

        var frames = (await inbox.Until(events => events.OfType<PhaseFrame>().Count() >= 5, "five frames")).OfType<PhaseFrame>().ToArray();
        Assert.Equal(Enumerable.Range(0, frames.Length).Select(i => frames[0].Frame + i), frames.Select(frame => frame.Frame));
        Assert.True(frames.Zip(frames.Skip(1)).All(pair => pair.First.T <= pair.Second.T) && frames[^1].T > frames[0].T);
        Assert.Equal(1, (await inbox.Until<SpectralState>()).Connectivity.ComponentCount);
        Assert.NotNull((await Field.GetState()).Spectral);
        await Field.Unwatch("gateway");
    }

    [Fact]
    public async Task What_happens_to_the_graph_is_in_the_next_frames()
    {
        var inbox = await host.Subscribe(TopicName.Field(id));
        await Field.Watch("gateway", Lease);
        await inbox.Until<PhaseFrame>(frame => frame.Phases.Length == 0);
        await Do(new UpsertConcept { Label = "A" }, new UpsertConcept { Label = "B" });
        await inbox.Until<PhaseFrame>(frame => frame.Phases.Length == 2);
        await Do(new RemoveConcept { ConceptId = "a" });
        await inbox.Until<PhaseFrame>(frame => frame.Phases is [float.NaN, >= 0]);
        await Field.Unwatch("gateway");
    }

    [Fact]
    public async Task A_field_without_concepts_says_so_once_and_speaks_when_there_are_some()
    {
        var other = id + "other";
        await host.Graph(other).Apply(new ApplyOperations { User = People.Ada, Operations = [new UpsertConcept { Label = "A" }] });
        var (inbox, clock) = (await host.Subscribe(TopicName.Field(id)), await host.Subscribe(TopicName.Field(other)));
        await host.Grains.GetGrain<IFieldGrain>(other).Watch("gateway", Lease);
        await Field.Watch("gateway", Lease);
        await inbox.Until<SpectralState>();
        await inbox.Until<PhaseFrame>();
        var began = clock.Events.Length;
        await clock.Until(events => events.Skip(began).OfType<SpectralState>().Count() >= 2 && events.Skip(began).OfType<PhaseFrame>().Count() >= 10, "what another field says meanwhile");
        Assert.Single(inbox.Events.OfType<PhaseFrame>());
        Assert.Single(inbox.Events.OfType<SpectralState>());

        await Do(new UpsertConcept { Label = "A" });
        await inbox.Until(events => events.OfType<PhaseFrame>().Count(frame => frame.Phases.Length == 1) >= 3 && events.OfType<SpectralState>().Count() >= 2, "frames and a spectral state");
        await Do(new RemoveConcept { ConceptId = "a" });
        await inbox.Until<PhaseFrame>(frame => frame.Phases is [] or [float.NaN] && frame.Frame > 3);
        await Field.Unwatch("gateway");
        await host.Grains.GetGrain<IFieldGrain>(other).Unwatch("gateway");
    }

    [Fact]
    public async Task Two_watchers_see_the_same_frames()
    {
        await Do(new UpsertConcept { Label = "A" });
        var (one, other) = (await host.Subscribe(TopicName.Field(id)), await host.Subscribe(TopicName.Field(id)));
        await Field.Watch("gateway-1", Lease);
        await Field.Watch("gateway-2", Lease);
        await one.Until(events => events.OfType<PhaseFrame>().Count() >= 5, "five frames");
        var last = one.Events.OfType<PhaseFrame>().Last();
        await other.Until<PhaseFrame>(frame => frame.Frame == last.Frame);
        var theirs = other.Events.OfType<PhaseFrame>().ToDictionary(frame => frame.Frame);
        Assert.All(one.Events.OfType<PhaseFrame>().Where(frame => frame.Frame <= last.Frame), frame =>
            Assert.Equal((frame.T, frame.Phases[0]), (theirs[frame.Frame].T, theirs[frame.Frame].Phases[0])));

        // One goes, the other still watches.
        await Field.Unwatch("gateway-1");
        await other.Until<PhaseFrame>(frame => frame.Frame >= last.Frame + 5);
        await Field.Unwatch("gateway-2");
    }

    [Fact]
    public async Task What_a_field_showed_is_replayed_to_the_bit_also_by_another_activation()
    {
        // It holds for what is stored within the time that the field is behind the clock: more of that than a busy machine takes.
        var settle = TimeSpan.FromSeconds(2);
        await using var own = await GrainHost.With(("Itori:Field:Settle", settle.ToString()));
        var field = own.Grains.GetGrain<IFieldGrain>(id);
        await Change(new UpsertConcept { Label = "A" }, new UpsertConcept { Label = "B" }, new LinkConcepts { Source = "a", Target = "b" });
        var inbox = await own.Subscribe(TopicName.Field(id));
        await field.Watch("gateway", Lease);
        await inbox.Until(events => events.OfType<PhaseFrame>().Count() >= 5, "five frames");
        await Change(new UpsertConcept { Label = "C" }, new LinkConcepts { Source = "c", Target = "b" });
        await inbox.Until<PhaseFrame>(frame => frame.Phases.Length == 3);
        await GrainHost.Deactivate(field);
        await field.Watch("gateway", Lease);
        var seen = inbox.Events.OfType<PhaseFrame>().Count();
        await inbox.Until(events => events.OfType<PhaseFrame>().Count() >= seen + 5, "frames of the next activation");
        await field.Unwatch("gateway");

        var frames = inbox.Events.OfType<PhaseFrame>().ToArray();
        foreach (var frame in frames.Where((_, i) => i % 3 == 0))
        {
            var moment = await Shown(own, frame, settle);
            Assert.Equal(frame.Phases, moment.Frame.Phases);
        }

        // What the first activation had turned, the second went on from.
        Assert.All(frames.Zip(frames.Skip(1)), pair => Assert.True(pair.Second.T >= pair.First.T));

        async Task Change(params ConceptOperation[] operations) =>
            Assert.Null((await own.Graph(id).Apply(new ApplyOperations { User = People.Ada, Operations = operations })).Refusal);
    }

    [Fact]
    public async Task A_forecast_can_be_asked_of_a_field_that_nobody_watches()
    {
        await Do(new UpsertConcept { Label = "A" }, new UpsertConcept { Label = "B" }, new LinkConcepts { Source = "a", Target = "b" });
        var forecast = await Field.Forecast();
        var coherence = forecast.Metrics[0];
        Assert.Equal(("coherence", new FieldOptions().ForecastHorizon), (coherence.Name, coherence.Forecast.Count));
        Assert.Equal(1, coherence.Current, 1e-9); // Each has one neighbour, which agrees with itself.
        Assert.Equal(FieldStatus.Stable, forecast.Status);
        Assert.NotNull((await Field.GetState()).Forecast);
    }

    [Fact]
    public async Task A_watched_field_forecasts_and_says_which_clusters_come_apart()
    {
        await using var own = await GrainHost.With(
            ("Itori:Field:ForecastStep", "00:00:00.5"), ("Itori:Field:SpectralPeriod", "00:00:00.5"), ("Itori:Graphs:ClusterDelay", "00:00:00.05"),
            ("Itori:Field:Coupling", "0.01"), ("Itori:Field:AlertPersistence", "1"), ("Itori:Field:FrequencySpread", "5"));
        var inbox = await own.Subscribe(TopicName.Field(id));
        await own.Grains.GetGrain<IFieldGrain>(id).Watch("gateway", Lease);

        // With hardly any coupling nothing holds together what is said unequally often.
        for (var i = 1; i <= 4; i++)
        {
            await own.Graph(id).Absorb(new SessionText { Session = "s", Seq = i, User = People.Ada, Text = "The violin concerto needs a conductor. The violin concerto needs an orchestra." });
        }

        await inbox.Until<CoherenceForecast>();
        var alerts = await inbox.Until<ClusterAlerts>(alerts => alerts.Alerts.Count > 0);
        var alert = Assert.Single(alerts.Alerts);
        Assert.Equal(1, alert.ClusterId);
        Assert.NotEmpty(alert.Concepts);
        Assert.Contains("relations", alert.RootCause, StringComparison.Ordinal);
        Assert.NotNull((await own.Grains.GetGrain<IFieldGrain>(id).GetState()).Alerts);
    }

    [Fact]
    public async Task A_field_that_nobody_watches_stands_still_and_leaves()
    {
        await Do(new UpsertConcept { Label = "A" });
        await Field.Watch("gateway", TimeSpan.Zero); // The shortest lease, a second.
        await Wait.Until(async () => (await Field.GetState()).Frame.Frame > 0, "a frame");

        // Dropped and made anew, it counts its frames from 0, and goes on where it stood.
        await Wait.Until(async () => (await Field.GetState()).Frame.Frame == 0, "the field made anew");
        Assert.True((await Field.GetState()).Frame.T > 0);
    }

    [Fact]
    public async Task A_field_goes_on_while_its_graph_cannot_be_read()
    {
        // While a write has failed, the whole process refuses commands: not those of other tests.
        await using var own = await GrainHost.With();
        await Upsert("A");
        var inbox = await own.Subscribe(TopicName.Field(id));
        await own.Grains.GetGrain<IFieldGrain>(id).Watch("gateway", Lease);
        own.Journal.FailNext(TopicName.Graph(id).ToString());
        Assert.NotNull((await Upsert("B")).Refusal);
        await Wait.Until(async () => (await Upsert("C")).Refusal is null, "writes again");
        await inbox.Until<PhaseFrame>(frame => frame.Phases.Length == 2);
        Assert.Single(inbox.Events.OfType<PhaseFrame>().Select(frame => frame.Epoch).Distinct());

        Task<Result<Receipt>> Upsert(string label) => own.Graph(id).Apply(new ApplyOperations { User = People.Ada, Operations = [new UpsertConcept { Label = label }] });
    }

    private async Task Do(params ConceptOperation[] operations) =>
        Assert.Null((await host.Graph(id).Apply(new ApplyOperations { User = People.Ada, Operations = operations })).Refusal);

    /// <summary>The moment that a frame showed: as long before it was sent as the field is behind the clock, and somewhat more.</summary>
    private async Task<FieldMoment> Shown(GrainHost own, PhaseFrame frame, TimeSpan settle)
    {
        var replay = own.Grains.GetGrain<IFieldReplayGrain>(id);
        var latest = frame.Timestamp - (long)settle.TotalMilliseconds;
        for (var at = latest + 50; at > latest - 2_000; at -= 5)
        {
            if ((await replay.At(at)).Value is { Turning: true } moment && moment.Frame.T == frame.T)
            {
                return moment;
            }
        }

        throw new InvalidOperationException($"No moment shows field time {frame.T}.");
    }
}
