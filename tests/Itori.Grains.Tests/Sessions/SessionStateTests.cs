using System.Text.Json;
using CsCheck;
using Itori.Contracts;
using Itori.Grains.Journaling;
using Itori.Grains.Sessions;
using Itori.Grains.Tests.Support;

namespace Itori.Grains.Tests.Sessions;

public sealed class SessionStateTests
{
    private static readonly TopicName Topic = TopicName.Session("s");
    private readonly SessionOptions limits = new();
    private readonly CommandWindow commands = Window();
    private readonly SessionState state;
    private long seq;

    public SessionStateTests() => state = new SessionState(Topic, commands);

    [Fact]
    public void A_message_that_asks_the_assistant_opens_a_turn_named_after_it()
    {
        var posted = Post("Hello")!;
        Assert.Equal("t1", posted.Turn);
        Assert.Same(posted, state.CurrentTurn);
        Assert.Null(Post("To you only", assistant: false)!.Turn);
        Assert.Single(state.OpenTurns);
    }

    [Fact]
    public void Turns_are_answered_in_the_order_of_their_messages()
    {
        Post("One");
        Post("Two");
        Assert.Equal("t1", state.CurrentTurn?.Turn);
        Assert.Equal(1, End("t1")!.InReplyTo);
        Assert.Equal("t2", state.CurrentTurn?.Turn);
        Assert.Equal(2, End("t2")!.InReplyTo);
        Assert.Null(state.CurrentTurn);
    }

    [Fact]
    public void A_turn_ends_once()
    {
        Post("One");
        Assert.NotNull(End("t1"));
        Assert.Null(End("t1"));
        Assert.Null(End("t9"));
    }

    [Fact]
    public void A_later_turn_can_end_before_an_earlier_one()
    {
        Post("One");
        Post("Two");
        Assert.Equal(2, End("t2")!.InReplyTo);
        Assert.Equal("t1", state.CurrentTurn?.Turn);
    }

    [Fact]
    public void A_command_that_comes_again_gets_the_receipt_of_the_first_time()
    {
        var first = Post("Hello", id: "c1")!;
        var again = state.Post(Message("Hello", "c1"), seq + 1, 5, limits);
        Assert.Null(again.Event);
        Assert.Equal(new Receipt { Topic = Topic, Seq = first.Seq }, again.Before);
        Assert.NotNull(Post("Hello", id: "c2"));
        Assert.NotNull(Post("Hello"));
        Assert.NotNull(Post("Hello")); // Without an id the same words are another message.
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \t\n")]
    public void A_message_needs_a_text(string text) => Assert.Equal("bad_field", state.Post(Message(text), 1, 5, limits).Refusal?.Reason);

    [Fact]
    public void A_message_is_bounded()
    {
        limits.MaxMessageLength = 100;
        Assert.NotNull(Post(new string('x', 100)));
        Assert.Equal("too_large", state.Post(Message(new string('x', 101)), 2, 5, limits).Refusal?.Reason);
    }

    [Fact]
    public void Messages_that_wait_for_an_answer_are_bounded()
    {
        limits.MaxOpenTurns = 2;
        Post("One");
        Post("Two");
        var refusal = state.Post(Message("Three"), 3, 5, limits).Refusal;
        Assert.Equal("overloaded", refusal?.Reason);
        Assert.NotNull(refusal?.RetryAfterMs);
        Assert.NotNull(Post("Said to people", assistant: false));
        End("t1");
        Assert.NotNull(Post("Three"));
    }

    [Fact]
    public void A_message_is_untold_until_its_graph_has_it()
    {
        Post("One");
        Post("Two", graph: "other");
        Post("Three");
        Assert.Equal(["main", "other"], state.UntoldGraphs());
        state.Told("main", 1);
        Assert.Equal(2, state.NextUntold?.Seq);
        state.Told("main", 3);
        Assert.Equal(2, state.NextUntold?.Seq);
        state.Told("other", 2);
        Assert.Null(state.NextUntold);
    }

    [Fact]
    public void Messages_of_one_graph_are_told_together_as_far_as_they_are_stored_and_bounded()
    {
        Post("One");
        Post("Two", graph: "other");
        Post("Three");
        Post("Four");
        Assert.Equal([1L, 3, 4], Untold(through: 4));
        Assert.Equal([1L, 3], Untold(through: 3));
        Assert.Equal([1L, 3], Untold(count: 2));
        Assert.Equal([1L, 3], Untold(characters: "OneThree".Length));
        Assert.Equal([1L], Untold(characters: 1)); // One always goes, however long.
        state.Told("main", 4);
        Assert.Equal([2L], Untold(through: 4));

        long[] Untold(long through = 4, int count = 9, int characters = 99) => [.. state.NextUntoldTexts(through, count, characters).Select(text => text.Seq)];
    }

    [Fact]
    public void Messages_that_no_graph_takes_do_not_pile_up_without_end()
    {
        limits.MaxUntoldMessages = 2;
        Post("One", assistant: false);
        Post("Two", assistant: false);
        Assert.Equal("overloaded", state.Post(Message("Three", assistant: false), 3, 5, limits).Refusal?.Reason);
        state.Told("main", 1);
        Assert.NotNull(Post("Three", assistant: false));
    }

    [Fact]
    public void An_answer_remembers_every_command_that_stopped_it()
    {
        Post("One");
        CancelTurn[] stops = [new() { CommandId = "stop-1" }, new() { CommandId = "stop-2", Turn = "t1" }];
        var answer = state.End(Outcome("t1"), stops, ++seq, 5)!;
        state.Apply(answer);
        Assert.All(stops, stop => Assert.Equal(answer.Seq, commands.Find(stop.CommandId, CommandPrint.Of(stop), Topic)?.Value?.Seq));
        Assert.Equal("conflict", state.Post(Message("x", "stop-1"), seq + 1, 5, limits).Refusal?.Reason);
    }

    [Fact]
    public void A_foreign_event_is_a_bug_and_said_so() => Assert.Throws<InvalidOperationException>(() => state.Apply(new GraphDelta
    {
        Seq = 1,
        Timestamp = 1,
        Epoch = 1,
        Cause = new GraphCause { Kind = "message", User = People.Ada },
    }));

    private sealed record Step(int Kind, int N);

    [Fact]
    public void A_snapshot_and_the_events_after_it_are_the_session() =>
        Gen.Select(Gen.Select(Gen.Int[0, 3], Gen.Int[0, 20], (kind, n) => new Step(kind, n)).Array[0, 40], Gen.Double.Unit).Sample(
            (steps, share) =>
            {
                var (live, events) = (New(), new List<DurableEvent>());
                foreach (var step in steps)
                {
                    DurableEvent? e = step.Kind switch
                    {
                        0 => live.Post(Message("text", $"c{step.N}"), events.Count + 1, 5, limits).Event,
                        1 => live.Post(Message("text", assistant: false), events.Count + 1, 5, limits).Event,
                        _ => live.End(Outcome($"t{step.N}"), [], events.Count + 1, 5),
                    };
                    if (e is not null)
                    {
                        live.Apply(e);
                        events.Add(e);
                    }
                }

                var cut = (int)(share * events.Count);
                var (before, restored) = (New(), New());
                events.Take(cut).ToList().ForEach(before.Apply);
                var snapshot = SessionSnapshotCodec.Encode(cut, before.ToSnapshot());
                restored.Restore(SessionSnapshotCodec.Decode("session:s", snapshot));
                events.Skip(cut).ToList().ForEach(restored.Apply);
                Assert.Equal(Canonical(live), Canonical(restored));
            },
            iter: 300);

    private static string Canonical(SessionState state) => JsonSerializer.Serialize(state.ToSnapshot(), JournalJson.Default.SessionSnapshotBody);

    private static CommandWindow Window() => new(100, TimeSpan.FromDays(7));

    private static SessionState New() => new(Topic, Window());

    private static PostMessage Message(string text, string? id = null, bool assistant = true, string graph = "main") =>
        new() { CommandId = id, User = People.Ada, Text = text, Assistant = assistant, Graph = graph };

    private static TurnOutcome Outcome(string turn) => new() { Turn = turn, Text = "Answer", Model = "m", Finish = TurnFinish.Stop, Concepts = [] };

    private MessagePosted? Post(string text, string? id = null, bool assistant = true, string graph = "main")
    {
        var decision = state.Post(Message(text, id, assistant, graph), seq + 1, 5, limits);
        if (decision.Event is { } e)
        {
            state.Apply(e);
            seq++;
        }

        return decision.Event;
    }

    private AnswerGiven? End(string turn)
    {
        if (state.End(Outcome(turn), [], seq + 1, 5) is not { } answer)
        {
            return null;
        }

        state.Apply(answer);
        seq++;
        return answer;
    }
}
