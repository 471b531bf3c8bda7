using Itori.Contracts;
using Itori.Grains.Tests.Support;

namespace Itori.Grains.Tests.Cluster;

public sealed class RestartTests
{
    [Fact]
    public async Task Another_process_on_the_same_folder_goes_on_where_the_last_one_stopped()
    {
        await using var host = new GrainHost();
        await host.InitializeAsync();
        for (var i = 0; i < 60; i++) // Beyond a snapshot.
        {
            await host.Session("s").PostMessage(new PostMessage { CommandId = $"m{i}", User = People.Ada, Text = $"Pulsar number {i} spins with planet {i % 7}.", Assistant = false, Graph = "g" });
        }

        await Wait.Until(async () => await host.Graph("g").AbsorbedThrough("s") == 60, "all messages in the graph");
        await host.Graph("g").Apply(new ApplyOperations { CommandId = "op", User = People.Ben, Operations = [new UpsertConcept { Label = "Mine", X = 1, Y = 2, Pinned = true }] });
        var before = GraphStates.Canonical(await host.Graph("g").GetSnapshot());

        await host.Restart();

        Assert.Equal(before, GraphStates.Canonical(await host.Graph("g").GetSnapshot()));
        Assert.Equal(60, await host.Session("s").GetHead());
        Assert.Equal(Enumerable.Range(1, 60).Select(n => (long)n), (await host.Session("s").ReadAfter(0, 100)).Events.Select(e => e.Seq));
        Assert.Equal(60, (await host.Session("s").PostMessage(new PostMessage { CommandId = "m59", User = People.Ada, Text = "Pulsar number 59 spins with planet 3.", Assistant = false, Graph = "g" })).Value?.Seq);
        Assert.Equal(60, await host.Graph("g").AbsorbedThrough("s"));
        Assert.Equal(before, GraphStates.Canonical(await host.Graph("g").GetSnapshot()));
    }

    [Fact]
    public async Task A_turn_that_the_stop_cut_ends_as_interrupted_and_the_next_is_answered_after_the_restart()
    {
        await using var host = new GrainHost();
        await host.InitializeAsync();
        var inbox = await host.Subscribe(TopicName.Session("s"));
        await host.Session("s").PostMessage(new PostMessage { User = People.Ada, Text = "A question of patience", Graph = "g" });
        await inbox.Until<AnswerProgressed>();
        await host.Session("s").PostMessage(new PostMessage { User = People.Ada, Text = "And another", Graph = "g" });

        await host.Restart();

        await Wait.Until(async () => await host.Session("s").GetHead() == 4, "both turns ended");
        var answers = (await host.Session("s").ReadAfter(2, 10)).Events.Cast<AnswerGiven>();
        Assert.Equal([("t1", TurnFinish.Interrupted), ("t2", TurnFinish.Stop)], answers.Select(answer => (answer.Turn, answer.Finish)));
    }
}
