using System.Diagnostics;
using Itori.Assistants.Tests.Turns;
using Itori.Contracts;
using Itori.Grains.Assistants;
using Itori.Grains.Assistants.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static Itori.Assistants.Tests.Models.ModelConnection;

namespace Itori.Assistants.Tests.Models;

/// <summary>Turns with a model behind an OpenAI-compatible API, over real sockets.</summary>
public sealed class OpenAIEndpointTurns
{
    private const string Answer = "Größe: 10 µm — 日本語 🙂, “quoted”.";

    [Fact]
    public async Task An_answer_comes_whole_however_its_bytes_are_parted()
    {
        await using var server = new ModelServer(async connection =>
        {
            await connection.BeginEventsAsync();
            await connection.ChunkAsync(": a comment\n\n");
            await connection.ByteByByteAsync(string.Concat(Answer.EnumerateRunes().Select(rune => Event(rune.ToString()))));
            await connection.ByteByByteAsync(Event(string.Empty, "stop") + Done);
            await connection.EndEventsAsync();
        });
        var turn = await new RecordedTurn().RunAsync(Options(server));
        Assert.Equal((TurnFinish.Stop, Answer, "test-model"), (turn.Outcome.Finish, turn.Outcome.Text, turn.Outcome.Model));
        Assert.Null(turn.Outcome.Error);
        Assert.Equal(["c1"], turn.Outcome.Concepts);
        turn.AssertWhole();
    }

    [Fact]
    public async Task The_request_carries_model_messages_limit_and_key()
    {
        await using var server = new ModelServer(WholeAnswer);
        await new RecordedTurn().RunAsync(Options(server));
        var request = Assert.Single(server.Requests);
        Assert.StartsWith("POST /v1/chat/completions ", request, StringComparison.Ordinal);
        Assert.Contains("Bearer secret-key", request, StringComparison.Ordinal);
        Assert.Contains("\"model\":\"m\"", request, StringComparison.Ordinal);
        Assert.Contains("\"stream\":true", request, StringComparison.Ordinal);
        Assert.Contains("hello", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_is_cut_ends_the_turn_with_what_came_before()
    {
        // A reset takes back what the client has not read, so the cut waits until the half was shown.
        var turn = new RecordedTurn();
        await using var server = new ModelServer(async connection =>
        {
            await connection.BeginEventsAsync();
            await connection.ChunkAsync(Event("The first half"));
            await turn.FirstPiece;
            connection.Cut();
        });
        await turn.RunAsync(Options(server));
        Assert.Equal((TurnFinish.Error, "The first half"), (turn.Outcome.Finish, turn.Outcome.Text));
        Assert.Contains("broke", turn.Outcome.Error, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_stream_that_ends_without_an_end_is_no_whole_answer()
    {
        await using var server = new ModelServer(async connection =>
        {
            await connection.BeginEventsAsync();
            await connection.ChunkAsync(Event("The first half"));
            await connection.EndEventsAsync();
        });
        var turn = await new RecordedTurn().RunAsync(Options(server));
        Assert.Equal((TurnFinish.Error, "The first half"), (turn.Outcome.Finish, turn.Outcome.Text));
    }

    [Fact]
    public async Task An_error_event_in_the_stream_ends_the_turn_with_an_error_that_does_not_pass_on_the_servers_words()
    {
        await using var server = new ModelServer(async connection =>
        {
            await connection.BeginEventsAsync();
            await connection.ChunkAsync(Event("So far"));
            await connection.ChunkAsync("""data: {"error":{"message":"internal path /srv/x","type":"server_error","code":500}}""" + "\n\n" + Done);
            await connection.EndEventsAsync();
        });
        var turn = await new RecordedTurn().RunAsync(Options(server));
        Assert.Equal((TurnFinish.Error, "So far"), (turn.Outcome.Finish, turn.Outcome.Text));
        Assert.Contains("fault", turn.Outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("/srv/x", turn.Outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_event_ends_the_turn_with_an_error()
    {
        await using var server = new ModelServer(async connection =>
        {
            await connection.BeginEventsAsync();
            await connection.ChunkAsync("data: {\"choices\":[{\n\n");
            await connection.EndEventsAsync();
        });
        var turn = await new RecordedTurn().RunAsync(Options(server));
        Assert.Equal(TurnFinish.Error, turn.Outcome.Finish);
        Assert.Contains("OpenAI format", turn.Outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_length_limit_of_the_model_is_told()
    {
        await using var server = new ModelServer(async connection =>
        {
            await connection.BeginEventsAsync();
            await connection.ChunkAsync(Event("As long as it may") + Event(string.Empty, "length") + Done);
            await connection.EndEventsAsync();
        });
        var turn = await new RecordedTurn().RunAsync(Options(server));
        Assert.Equal((TurnFinish.Length, "As long as it may"), (turn.Outcome.Finish, turn.Outcome.Text));
    }

    [Fact]
    public async Task After_a_429_it_waits_as_told_and_asks_again()
    {
        await using var server = new ModelServer(connection => connection.RefuseAsync(429, "1"), WholeAnswer);
        var began = Stopwatch.GetTimestamp();
        var turn = await new RecordedTurn().RunAsync(Options(server));
        Assert.Equal((TurnFinish.Stop, "Fine."), (turn.Outcome.Finish, turn.Outcome.Text));
        Assert.Equal(2, server.Requests.Count);
        Assert.True(Stopwatch.GetElapsedTime(began) >= TimeSpan.FromSeconds(1), "It did not wait for the second that the server asked for.");
    }

    [Fact]
    public async Task An_endless_429_ends_within_the_limit_with_a_clear_sentence()
    {
        await using var server = new ModelServer(connection => connection.RefuseAsync(429));
        var turn = await new RecordedTurn().RunAsync(Options(server, firstToken: TimeSpan.FromSeconds(3)));
        Assert.Equal((TurnFinish.Error, string.Empty), (turn.Outcome.Finish, turn.Outcome.Text));
        Assert.True(server.Requests.Count >= 2, $"Asked {server.Requests.Count} times.");
        Assert.Contains("429", turn.Outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", turn.Outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wait_beyond_the_limit_is_not_waited_for()
    {
        await using var server = new ModelServer(connection => connection.RefuseAsync(429, "3600"));
        var turn = await new RecordedTurn().RunAsync(Options(server));
        Assert.Equal(TurnFinish.Error, turn.Outcome.Finish);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_fault_of_the_server_is_tried_again_a_wrong_key_is_not()
    {
        await using var faulty = new ModelServer(connection => connection.RefuseAsync(503), WholeAnswer);
        Assert.Equal("Fine.", (await new RecordedTurn().RunAsync(Options(faulty))).Outcome.Text);

        await using var strict = new ModelServer(connection => connection.RefuseAsync(401));
        var turn = await new RecordedTurn().RunAsync(Options(strict));
        Assert.Contains("API key", turn.Outcome.Error, StringComparison.Ordinal);
        Assert.Single(strict.Requests);
    }

    [Fact]
    public async Task Nothing_is_asked_again_once_a_piece_was_shown()
    {
        await using var server = new ModelServer(
            async connection =>
            {
                await connection.BeginEventsAsync();
                await connection.ChunkAsync(Event("Shown"));
                await connection.UntilDisconnectedAsync();
            },
            WholeAnswer);
        var options = Options(server);
        options.RequestTimeout = TimeSpan.FromSeconds(3);
        options.FirstTokenTimeout = TimeSpan.FromSeconds(3);
        var turn = await new RecordedTurn().RunAsync(options);
        Assert.Equal((TurnFinish.Error, "Shown"), (turn.Outcome.Finish, turn.Outcome.Text));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_cancel_while_it_streams_keeps_what_came_and_the_server_sees_the_end()
    {
        await using var server = new ModelServer(async connection =>
        {
            await connection.BeginEventsAsync();
            await connection.ChunkAsync(Event("As far as this"));
            await connection.UntilDisconnectedAsync();
        });
        var turn = new RecordedTurn();
        var running = turn.RunAsync(Options(server));
        await turn.FirstPiece;
        turn.Stop.Cancel();
        await running.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal((TurnFinish.Cancelled, "As far as this"), (turn.Outcome.Finish, turn.Outcome.Text));
        await server.Disconnected.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_server_that_hangs_ends_the_turn_at_the_first_token_limit()
    {
        await using var server = new ModelServer(connection => connection.UntilDisconnectedAsync());
        var options = Options(server);
        var time = new FakeTimeProvider();
        var turn = new RecordedTurn();
        var running = turn.RunAsync(OpenAIEndpoint.Connect(options, time, NullLogger.Instance), options, time);
        await server.Asked.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(running.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));
        await running.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(TurnFinish.Error, turn.Outcome.Finish);
        Assert.Contains("did not begin", turn.Outcome.Error, StringComparison.Ordinal);
        await server.Disconnected.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task An_endpoint_where_nobody_listens_ends_the_turn_with_a_clear_sentence()
    {
        Uri gone;
        await using (var server = new ModelServer(WholeAnswer))
        {
            gone = server.Endpoint;
        }

        var turn = await new RecordedTurn().RunAsync(new AssistantOptions { Endpoint = gone, Model = "m", FirstTokenTimeout = TimeSpan.FromSeconds(2) });
        Assert.Equal(TurnFinish.Error, turn.Outcome.Finish);
        Assert.Contains("cannot be reached", turn.Outcome.Error, StringComparison.Ordinal);
    }

    private static async Task WholeAnswer(ModelConnection connection)
    {
        await connection.BeginEventsAsync();
        await connection.ChunkAsync(Event("Fine.") + Event(string.Empty, "stop") + Done);
        await connection.EndEventsAsync();
    }

    private static AssistantOptions Options(ModelServer server, TimeSpan? firstToken = null) => new()
    {
        Endpoint = server.Endpoint,
        Model = "m",
        ApiKey = "secret-key",
        FirstTokenTimeout = firstToken ?? TimeSpan.FromSeconds(60),
    };
}
