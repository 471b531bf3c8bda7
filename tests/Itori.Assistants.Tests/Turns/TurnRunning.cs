using CsCheck;
using Itori.Contracts;
using Itori.Grains.Assistants;
using Itori.Grains.Assistants.Turns;
using Microsoft.Extensions.Time.Testing;

namespace Itori.Assistants.Tests.Turns;

public sealed class TurnRunning
{
    private static readonly string[] s_parts = ["a", "é", "日", "🙂", "\ud83d", "\ude42", " "];

    [Fact]
    public async Task A_turn_begins_shows_its_pieces_and_ends()
    {
        var turn = await new RecordedTurn().RunAsync(new ScriptedModel().Says("One ", "two ", "three.").Ends());
        Assert.Equal((TurnFinish.Stop, "One two three."), (turn.Outcome.Finish, turn.Outcome.Text));
        turn.AssertWhole();
    }

    [Fact]
    public async Task A_fast_model_makes_no_call_per_token()
    {
        var time = new FakeTimeProvider();
        var tokens = Enumerable.Range(0, 1000).Select(i => $"{i} ").ToArray();
        var turn = await new RecordedTurn().RunAsync(new ScriptedModel().Says(tokens).Ends(), time: time);

        // No time passed: the first piece, and all the rest at the end.
        Assert.Equal(2, turn.Pieces.Count);
        turn.AssertWhole();
    }

    [Fact]
    public async Task More_pieces_per_second_are_shown_when_the_option_says_so()
    {
        Assert.Equal(2, await PiecesOf(deltasPerSecond: 1));
        Assert.Equal(5, await PiecesOf(deltasPerSecond: 1000));

        static async Task<int> PiecesOf(int deltasPerSecond)
        {
            var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(2) };
            var turn = await new RecordedTurn().RunAsync(new ScriptedModel().Says("a", "b", "c", "d", "e").Ends(), new AssistantOptions { DeltasPerSecond = deltasPerSecond }, time);
            turn.AssertWhole();
            return turn.Pieces.Count;
        }
    }

    [Fact]
    public async Task A_cancelled_turn_ends_with_what_it_has()
    {
        var model = new ScriptedModel().Says("So far");
        var turn = new RecordedTurn();
        var running = turn.RunAsync(model);
        await turn.FirstPiece;
        turn.Stop.Cancel();
        await running;
        Assert.Equal((TurnFinish.Cancelled, "So far"), (turn.Outcome.Finish, turn.Outcome.Text));
        Assert.True(model.SawStop);
    }

    [Fact]
    public async Task The_first_reason_to_stop_is_the_one_that_counts()
    {
        var turn = new RecordedTurn();
        turn.Stop.Interrupt();
        turn.Stop.Cancel();
        await turn.RunAsync(new ScriptedModel());
        Assert.Equal(TurnFinish.Interrupted, turn.Outcome.Finish);
    }

    [Fact]
    public async Task A_session_that_wants_no_more_ends_the_work_and_is_told_nothing_further()
    {
        var model = new ScriptedModel().Says("One");
        var turn = new RecordedTurn { Wants = _ => false };
        await turn.RunAsync(model);
        Assert.Empty(turn.Outcomes);
        Assert.Single(turn.Pieces);
        Assert.True(model.SawStop);
    }

    [Fact]
    public async Task A_piece_that_may_be_lost_ends_the_showing_not_the_turn()
    {
        var turn = new RecordedTurn { FailsAtPiece = index => index == 1 ? new TimeoutException() : null };
        var model = new ScriptedModel();
        var running = turn.RunAsync(model.Says("One "), new AssistantOptions { DeltasPerSecond = 1000 });
        await turn.FirstPiece;
        model.Says("two ", "three.").Ends();
        await running;
        Assert.Equal((TurnFinish.Stop, "One two three."), (turn.Outcome.Finish, turn.Outcome.Text));
        Assert.Equal([(0, "One ")], turn.Pieces);
    }

    [Fact]
    public async Task The_end_is_told_until_the_session_takes_it()
    {
        var turn = new RecordedTurn { FailedEnds = 2 };
        await turn.RunAsync(new ScriptedModel().Says("Fine.").Ends());
        Assert.Equal("Fine.", turn.Outcome.Text);
    }

    [Fact]
    public async Task A_model_without_an_end_is_stopped_at_the_time_limit()
    {
        var options = new AssistantOptions { RequestTimeout = TimeSpan.FromMinutes(1), FirstTokenTimeout = TimeSpan.FromSeconds(20) };
        var time = new FakeTimeProvider();
        var turn = new RecordedTurn();
        var running = turn.RunAsync(new ScriptedModel().Says("It goes on"), options, time);
        await turn.FirstPiece;
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(running.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        await running.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal((TurnFinish.Error, "It goes on"), (turn.Outcome.Finish, turn.Outcome.Text));
        Assert.Contains("60 s", turn.Outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_is_cut_at_its_bound()
    {
        var turn = await new RecordedTurn().RunAsync(new ScriptedModel().Says(new string('x', 150)).Ends(), new AssistantOptions { MaxAnswerCharacters = 100 });
        Assert.Equal((TurnFinish.Length, 100), (turn.Outcome.Finish, turn.Outcome.Text.Length));
    }

    [Fact]
    public void Pieces_joined_are_the_answer_and_part_no_surrogates() =>
        Gen.Select(Gen.Int[0, 6].Select(i => s_parts[i]).Array[0, 40], Gen.Int[1, 60], Gen.Int).Sample((parts, most, seed) =>
        {
            var answer = new AnswerPieces(most);
            var random = new Random(seed);
            var shown = new List<string>();
            foreach (var part in parts)
            {
                answer.Add(part);
                if (answer.HasPiece && random.Next(2) == 0)
                {
                    shown.Add(answer.TakePiece());
                }
            }

            if (answer.HasPiece)
            {
                shown.Add(answer.TakePiece());
            }

            return string.Concat(shown) == answer.Text && answer.Text.Length <= most
                && shown.TrueForAll(piece => piece.Length > 0)
                && shown.Zip(shown.Skip(1)).All(pair => !char.IsSurrogatePair(pair.First[^1], pair.Second[0]));
        });
}
