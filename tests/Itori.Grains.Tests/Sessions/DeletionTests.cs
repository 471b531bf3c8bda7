using Itori.Contracts;
using Itori.Grains.Tests.Cluster;
using Itori.Grains.Tests.Support;

namespace Itori.Grains.Tests.Sessions;

public sealed class DeletionTests(GrainHost host)
{
    private readonly string id = "s" + Guid.NewGuid().ToString("N");

    private ISessionGrain Session => host.Session(id);

    private IConceptGraphGrain Graph => host.Graph("of-" + id);

    [Fact]
    public async Task A_deleted_message_is_shown_to_nobody_and_leaves_the_graph()
    {
        await Post("Coral reefs suffer from ocean acidification.");
        await Post("The secret recipe needs saffron. Coral reefs again.");
        await Absorbed(2);
        var inbox = await host.Subscribe(TopicName.Session(id));

        Assert.Equal(3, (await Delete(2, "d1")).Value?.Seq);

        await Absorbed(3);
        var deleted = await inbox.Until<MessageDeleted>();
        Assert.Equal((2L, People.Ada.Id), (deleted.MessageSeq, deleted.User.Id));
        var concepts = (await Graph.GetSnapshot()).Concepts;
        Assert.DoesNotContain(concepts, concept => concept.Label.Contains("saffron", StringComparison.OrdinalIgnoreCase) || concept.Label.Contains("recipe", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(1, concepts.Single(concept => concept.Label == "coral reefs" || concept.Label == "Coral reefs").Mentions);
        Assert.DoesNotContain(concepts.SelectMany(concept => concept.Sources), source => source.Seq == 2);
        foreach (var page in new[] { await Session.ReadAfter(0, 10), await Session.ReadBefore(null, 10) })
        {
            var message = Assert.IsType<MessagePosted>(page.Events[1]);
            Assert.Equal(("", true, null), (message.Text, message.Deleted, message.MetadataJson));
            Assert.False(Assert.IsType<MessagePosted>(page.Events[0]).Deleted);
        }

        await GrainHost.Deactivate(Session);
        await GrainHost.Deactivate(Graph);
        Assert.Equal("", Assert.IsType<MessagePosted>((await Session.ReadAfter(1, 1)).Events[0]).Text);
        Assert.Equal(3, await Graph.AbsorbedThrough(id));
    }

    [Fact]
    public async Task A_deletion_is_carried_out_once_whatever_is_sent_again()
    {
        await Post("Neutron stars spin.");
        var receipts = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Delete(1, "d1")));
        Assert.Equal(2, Assert.Single(receipts.Select(receipt => receipt.Value?.Seq).Distinct()));
        Assert.Equal(2, await Session.GetHead());
        Assert.Equal("no_such_message", (await Delete(1, "d2")).Refusal?.Reason);
    }

    [Fact]
    public async Task Only_its_author_deletes_a_message()
    {
        await Post("Neutron stars spin.");
        Assert.Equal("forbidden", (await Delete(1, "d1", People.Ben)).Refusal?.Reason);
        Assert.Equal("no_such_message", (await Delete(2, "d2")).Refusal?.Reason);
        Assert.Equal("Neutron stars spin.", Assert.IsType<MessagePosted>((await Session.ReadAfter(0, 1)).Events[0]).Text);
    }

    [Fact]
    public async Task The_answer_to_a_deleted_message_ends_as_cancelled()
    {
        var inbox = await host.Subscribe(TopicName.Session(id));
        await Session.PostMessage(new PostMessage { User = People.Ada, Text = "A question of patience", Graph = "of-" + id });
        await inbox.Until<AnswerProgressed>();

        Assert.Null((await Delete(1, "d1")).Refusal);

        var events = (await Session.ReadAfter(0, 10)).Events;
        Assert.Equal(TurnFinish.Cancelled, Assert.IsType<AnswerGiven>(events[1]).Finish);
        Assert.IsType<MessageDeleted>(events[2]);
    }

    [Fact]
    public async Task A_deletion_that_a_stop_cut_short_reaches_the_graph_after_the_restart()
    {
        await using var own = new GrainHost();
        await own.InitializeAsync();
        for (var i = 0; i < 70; i++) // Beyond a snapshot and what is in memory.
        {
            await own.Session("s").PostMessage(new PostMessage { User = People.Ada, Text = i == 3 ? "The saffron recipe is secret." : $"Pulsar number {i} spins.", Assistant = false, Graph = "g" });
        }

        await Wait.Until(async () => await own.Graph("g").AbsorbedThrough("s") == 70, "all messages in the graph");
        await own.Session("s").DeleteMessage(new DeleteMessage { User = People.Ada, MessageSeq = 4 });
        await own.Restart();

        _ = await own.Session("s").GetHead();
        await Wait.Until(async () => await own.Graph("g").AbsorbedThrough("s") == 71, "the deletion in the graph");
        Assert.DoesNotContain((await own.Graph("g").GetSnapshot()).Concepts, concept => concept.Key.Contains("saffron", StringComparison.Ordinal));
    }

    private async Task Post(string text) =>
        Assert.Null((await Session.PostMessage(new PostMessage { User = People.Ada, Text = text, Assistant = false, Graph = "of-" + id, MetadataJson = "{}" })).Refusal);

    private Task<Result<Receipt>> Delete(long seq, string command, UserRef? user = null) =>
        Session.DeleteMessage(new DeleteMessage { CommandId = command, User = user ?? People.Ada, MessageSeq = seq });

    private Task Absorbed(long seq) => Wait.Until(async () => await Graph.AbsorbedThrough(id) >= seq, $"message {seq} in the graph");
}
