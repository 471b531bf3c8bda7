using Itori.Contracts;
using Itori.Grains.Tests.Cluster;
using Itori.Grains.Tests.Support;

namespace Itori.Grains.Tests.Sessions;

public sealed class SessionGrainTests(GrainHost host)
{
    private readonly string id = "s" + Guid.NewGuid().ToString("N");

    private ISessionGrain Session => host.Session(id);

    private string Graph => "of-" + id;

    [Fact]
    public async Task A_message_is_seen_and_then_the_turn_that_answers_it()
    {
        var inbox = await host.Subscribe(TopicName.Session(id));
        var receipt = await Post("Do tides follow the moon?");
        Assert.Equal(new Receipt { Topic = TopicName.Session(id), Seq = 1 }, receipt);

        await inbox.Until<ThinkingEnded>();
        var events = inbox.Events;
        Assert.IsType<MessagePosted>(events[0]);
        Assert.IsType<ThinkingStarted>(events[1]);
        var deltas = events[2..^2].Cast<AnswerProgressed>().ToArray();
        Assert.Equal(Enumerable.Range(0, deltas.Length), deltas.Select(delta => delta.Index));
        Assert.Equal(ScriptedModel.Answer, string.Concat(deltas.Select(delta => delta.Text)));
        var answer = Assert.IsType<AnswerGiven>(events[^2]);
        Assert.Equal((2, 1, "t1", ScriptedModel.Answer, TurnFinish.Stop), (answer.Seq, answer.InReplyTo, answer.Turn, answer.Text, answer.Finish));
        Assert.IsType<ThinkingEnded>(events[^1]);
        Assert.Equal(2, await Session.GetHead());
    }

    [Fact]
    public async Task A_message_to_people_alone_begins_no_turn()
    {
        await Post("Only us", assistant: false);
        await Post("And now you");
        var events = (await Answered(1)).Events;
        Assert.Equal(2, Assert.IsType<AnswerGiven>(events[^1]).InReplyTo);
    }

    [Fact]
    public async Task A_command_sent_many_times_at_once_is_one_event_with_one_receipt()
    {
        var receipts = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Post("Once", command: "c1", assistant: false)));
        Assert.Equal(1, Assert.Single(receipts.Distinct()).Seq);
        await GrainHost.Deactivate(Session);
        Assert.Equal(1, (await Post("Once", command: "c1", assistant: false)).Seq);
        Assert.Single((await Session.ReadAfter(0, 100)).Events);
    }

    [Fact]
    public async Task Messages_that_come_together_are_answered_one_after_the_other()
    {
        await Task.WhenAll(Post("One"), Post("Two"), Post("Three"));
        var events = (await Answered(3)).Events;
        Assert.Equal([1L, 2, 3], events.OfType<AnswerGiven>().Select(answer => answer.InReplyTo));
        Assert.Equal(Enumerable.Range(1, 6).Select(n => (long)n), events.Select(e => e.Seq));
    }

    [Fact]
    public async Task A_cancelled_turn_keeps_what_was_made_of_it()
    {
        var inbox = await host.Subscribe(TopicName.Session(id));
        await Post("A question of patience");
        await inbox.Until<AnswerProgressed>();

        var receipts = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Cancel("stop")));
        var answer = await inbox.Until<AnswerGiven>();
        Assert.Equal((TurnFinish.Cancelled, ScriptedModel.Begin), (answer.Finish, answer.Text));
        Assert.All(receipts, receipt => Assert.Equal(answer.Seq, receipt.Value?.Seq));
        Assert.Equal(answer.Seq, (await Cancel("stop")).Value?.Seq);
        Assert.Equal("no_such_turn", (await Cancel("another")).Refusal?.Reason);
        Assert.Equal(2, await Session.GetHead());
    }

    [Fact]
    public async Task Two_people_who_stop_a_turn_at_once_both_stopped_it()
    {
        var inbox = await host.Subscribe(TopicName.Session(id));
        await Post("A question of patience");
        await inbox.Until<AnswerProgressed>();

        var receipts = await Task.WhenAll(Cancel("hers"), Cancel("his"));
        Assert.All(receipts, receipt => Assert.Equal(2, receipt.Value?.Seq));
        await GrainHost.Deactivate(Session);
        Assert.Equal(2, (await Cancel("hers")).Value?.Seq);
        Assert.Equal(2, (await Cancel("his")).Value?.Seq);
    }

    [Fact]
    public async Task Another_message_under_a_known_id_is_refused()
    {
        await Post("Once", command: "1", assistant: false);
        var result = await Session.PostMessage(new PostMessage { CommandId = "1", User = People.Ben, Text = "Something else", Assistant = false, Graph = Graph });
        Assert.Equal("conflict", result.Refusal?.Reason);
        Assert.Equal(1, await Session.GetHead());
    }

    [Fact]
    public async Task Stopping_a_turn_that_waits_leaves_the_one_at_work()
    {
        var inbox = await host.Subscribe(TopicName.Session(id));
        await Post("A question of patience");
        await inbox.Until<AnswerProgressed>();
        await Post("Second");
        Assert.Equal(3, (await Cancel(null, "t2")).Value?.Seq);
        Assert.Equal(("t2", ""), ((await inbox.Until<AnswerGiven>()).Turn, inbox.Events.OfType<AnswerGiven>().First().Text));

        Assert.Equal(4, (await Cancel(null)).Value?.Seq);
        Assert.Equal(ScriptedModel.Begin, (await inbox.Until<AnswerGiven>(answer => answer.Turn == "t1")).Text);
    }

    [Fact]
    public async Task A_turn_that_is_stopped_makes_way_for_the_next()
    {
        var inbox = await host.Subscribe(TopicName.Session(id));
        await Post("A question of patience");
        await inbox.Until<AnswerProgressed>();
        await Post("Second");
        await Cancel(null, "t1");
        Assert.Equal(ScriptedModel.Answer, (await inbox.Until<AnswerGiven>(answer => answer.Turn == "t2")).Text);
    }

    [Fact]
    public async Task Without_a_turn_there_is_nothing_to_cancel()
    {
        Assert.Equal("no_such_turn", (await Cancel(null)).Refusal?.Reason);
        Assert.Equal("no_such_turn", (await Cancel(null, "t7")).Refusal?.Reason);
        Assert.Equal(0, await Session.GetHead());
    }

    [Fact]
    public async Task The_concepts_of_a_message_arrive_in_its_graph_once()
    {
        await Post("Pulsars are rotating neutron stars. Pulsars emit radio waves.", assistant: false);
        await Told(1);
        var before = GraphStates.Canonical(await host.Graph(Graph).GetSnapshot());
        Assert.Contains((await host.Graph(Graph).GetSnapshot()).Concepts, concept => concept.Key == "pulsar");

        // Neither a new session nor a new graph counts it again.
        await GrainHost.Deactivate(Session);
        await GrainHost.Deactivate(host.Graph(Graph));
        await Post("And magnetars have strong magnetic fields.", assistant: false);
        await Told(2);
        var events = (await host.Graph(Graph).ReadAfter(0, 100)).Events.Cast<GraphDelta>().ToArray();
        Assert.Equal([1L, 2], events.Select(delta => delta.Cause.MessageSeq!.Value));
        Assert.NotEqual(before, GraphStates.Canonical(await host.Graph(Graph).GetSnapshot()));
    }

    [Fact]
    public async Task A_session_with_work_left_goes_on_though_nobody_asks_for_it()
    {
        // As where its silo is lost just after the acknowledgement: the activation goes before the graph has the message.
        await using var own = await GrainHost.With();
        var session = own.Session("s");
        own.Journal.FailNext("graph:g");
        await session.PostMessage(new PostMessage { User = People.Ada, Text = "Pulsars are neutron stars.", Assistant = false, Graph = "g" });
        await Wait.Until(async () => (await own.Reminders("session/s")).Length == 1, "a reminder of the work left");
        await GrainHost.Deactivate(session);
        await Wait.Until(async () => (await own.Graph("g").ReadAfter(0, 10)).Events.Count == 1, "the message in the graph");
        await Wait.Until(async () => (await own.Reminders("session/s")).Length == 0, "no reminder without work");
    }

    [Fact]
    public async Task Messages_of_one_call_have_an_answer_each()
    {
        await Post("Before", command: "known", assistant: false);
        var answers = await Session.PostMessages([Message("Again", "new"), Message(" ", "empty"), Message("Again", "new"), Message("Before", "known"), Message("Another", "known"), Message("Last", null)]);
        Assert.Equal([2L, null, 2, 1, null, 3], answers.Select(answer => answer.Value?.Seq));
        Assert.Equal([null, "bad_field", null, null, "conflict", null], answers.Select(answer => answer.Refusal?.Reason));
        Assert.Equal(["Before", "Again", "Last"], (await Session.ReadAfter(0, 100)).Events.Cast<MessagePosted>().Select(posted => posted.Text));
        Assert.Empty(await Session.PostMessages([]));
    }

    [Fact]
    public async Task A_refused_message_leaves_nothing()
    {
        var result = await Session.PostMessage(new PostMessage { User = People.Ada, Text = " ", Graph = Graph });
        Assert.Equal("bad_field", result.Refusal?.Reason);
        Assert.Equal(0, await Session.GetHead());
    }

    private async Task<Receipt> Post(string text, string? command = null, bool assistant = true)
    {
        var result = await Session.PostMessage(Message(text, command) with { Assistant = assistant });
        Assert.Null(result.Refusal);
        return result.Value!;
    }

    private PostMessage Message(string text, string? command) => new() { CommandId = command, User = People.Ada, Text = text, Assistant = false, Graph = Graph };

    private Task<Result<Receipt>> Cancel(string? command, string? turn = null) => Session.CancelTurn(new CancelTurn { CommandId = command, Turn = turn });

    private async Task<EventPage> Answered(int turns)
    {
        await Wait.Until(async () => (await Session.ReadAfter(0, 100)).Events.OfType<AnswerGiven>().Count() >= turns, $"{turns} answers");
        return await Session.ReadAfter(0, 100);
    }

    private Task Told(long seq) => Wait.Until(async () => await host.Graph(Graph).AbsorbedThrough(id) >= seq, $"message {seq} in the graph");
}
