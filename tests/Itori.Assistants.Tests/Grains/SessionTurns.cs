using Itori.Assistants.Tests.Turns;
using Itori.Contracts;
using Itori.Grains.Assistants;

namespace Itori.Assistants.Tests.Grains;

/// <summary>Turns through the real grains.</summary>
public sealed class SessionTurns
{
    private static readonly UserRef s_ana = new() { Id = "ana", Name = "Ana" };

    [Fact]
    public async Task A_message_is_answered_from_what_was_said_before()
    {
        await using var silo = await AssistantSilo.StartAsync();
        var session = silo.Grains.GetGrain<ISessionGrain>("talk");
        await SayAsync(session, "We keep the session cache in Redis and let entries expire after ten minutes.", assistant: false);
        await SayAsync(session, "What did we decide about the session cache?");
        var answer = await AnswerAsync(session, 1);
        Assert.Equal((TurnFinish.Stop, 2L, "itori-embedded"), (answer.Finish, answer.InReplyTo, answer.Model));
        Assert.Contains("expire after ten minutes", answer.Text, StringComparison.Ordinal);
        Assert.Contains("Ana (message 1)", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_names_the_graphs_concepts_that_it_speaks_of()
    {
        await using var silo = await AssistantSilo.StartAsync();
        var session = silo.Grains.GetGrain<ISessionGrain>("talk");
        var graph = silo.Grains.GetGrain<IConceptGraphGrain>("g");
        await SayAsync(session, "The session cache lives in Redis. The session cache is shared by all gateways.", assistant: false);
        var snapshot = await AssistantSilo.UntilAsync(async () => await graph.GetSnapshot(), seen => seen.Concepts.Any(concept => concept.Key == "session cache"), "the concept 'session cache'");
        await SayAsync(session, "What is the session cache?");
        var answer = await AnswerAsync(session, 1);
        Assert.Contains(snapshot.Concepts.Single(concept => concept.Key == "session cache").ConceptId, answer.Concepts);
    }

    [Fact]
    public async Task An_ingested_document_is_quoted()
    {
        await using var silo = await AssistantSilo.StartAsync();
        var graph = silo.Grains.GetGrain<IConceptGraphGrain>("g");
        var ingested = await graph.Ingest(new IngestDocument { CommandId = "d1", User = s_ana, Source = "runbook.md", Text = "Backups run every night. A restore takes about forty minutes on the small database." });
        Assert.Null(ingested.Refusal);
        var session = silo.Grains.GetGrain<ISessionGrain>("talk");
        await SayAsync(session, "How long does a restore take?");
        var answer = await AnswerAsync(session, 1);
        Assert.Contains("forty minutes", answer.Text, StringComparison.Ordinal);
        Assert.Contains("runbook.md", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_turn_runs_once_however_often_it_is_told_and_another_is_refused_while_it_runs()
    {
        var model = new ScriptedModel().Says("Thinking");
        await using var silo = await AssistantSilo.StartAsync(model);
        var session = silo.Grains.GetGrain<ISessionGrain>("talk");
        var turn = await BegunAsync(silo, session);
        var assistant = silo.Grains.GetGrain<IAssistantGrain>("talk");
        Assert.True(await assistant.Begin(Request(turn)));
        Assert.False(await assistant.Begin(Request("another")));
        Assert.False(await assistant.IsRunning("another"));
        model.Says(" done.").Ends();
        var answer = await AnswerAsync(session, 1);
        Assert.Equal("Thinking done.", answer.Text);
        Assert.Equal(1, model.Asked);
        await AssistantSilo.UntilAsync(async () => await assistant.IsRunning(turn), running => !running, "the turn to be over");
    }

    [Fact]
    public async Task A_cancelled_turn_ends_with_what_it_has()
    {
        var model = new ScriptedModel().Says("As far as this");
        await using var silo = await AssistantSilo.StartAsync(model);
        var session = silo.Grains.GetGrain<ISessionGrain>("talk");
        var turn = await BegunAsync(silo, session);
        await AssistantSilo.UntilAsync(() => Task.FromResult(model.Asked), asked => asked == 1, "the model to be asked");
        await silo.Grains.GetGrain<IAssistantGrain>("talk").Cancel("some other turn");
        Assert.True(await silo.Grains.GetGrain<IAssistantGrain>("talk").IsRunning(turn));
        await session.CancelTurn(new CancelTurn { CommandId = "c1" });
        var answer = await AnswerAsync(session, 1);
        Assert.Equal(TurnFinish.Cancelled, answer.Finish);
        Assert.True(model.SawStop);
    }

    [Fact]
    public async Task A_silo_that_stops_ends_its_turns_as_interrupted_and_that_is_stored()
    {
        var folder = Directory.CreateTempSubdirectory("itori-assistant-").FullName;
        try
        {
            var model = new ScriptedModel().Says("Half an answer");
            await using (var silo = await AssistantSilo.StartAsync(model, folder))
            {
                await BegunAsync(silo, silo.Grains.GetGrain<ISessionGrain>("talk"));
                await AssistantSilo.UntilAsync(() => Task.FromResult(model.Asked), asked => asked == 1, "the model to be asked");
            }

            // The next silo's model would answer the turn anew if it had been left open.
            var next = new ScriptedModel().Says("Another answer").Ends();
            await using var again = await AssistantSilo.StartAsync(next, folder);
            var answer = await AnswerAsync(again.Grains.GetGrain<ISessionGrain>("talk"), 1);
            Assert.Equal(TurnFinish.Interrupted, answer.Finish);
            Assert.Equal(0, next.Asked);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static TurnRequest Request(string turn) => new() { Session = "talk", Turn = turn, Graph = "g", InReplyTo = 1, Text = "Hello?", User = s_ana };

    private static async Task SayAsync(ISessionGrain session, string text, bool assistant = true)
    {
        var posted = await session.PostMessage(new PostMessage { User = s_ana, Text = text, Assistant = assistant, Graph = "g" });
        Assert.Null(posted.Refusal);
    }

    private static async Task<string> BegunAsync(AssistantSilo silo, ISessionGrain session)
    {
        await SayAsync(session, "What is the answer?");
        var page = await session.ReadAfter(0, 10);
        var turn = page.Events.OfType<MessagePosted>().Single().Turn!;
        await AssistantSilo.UntilAsync(async () => await silo.Grains.GetGrain<IAssistantGrain>("talk").IsRunning(turn), running => running, "the turn to run");
        return turn;
    }

    private static async Task<AnswerGiven> AnswerAsync(ISessionGrain session, int count)
    {
        var page = await AssistantSilo.UntilAsync(
            async () => (await session.ReadAfter(0, 100)).Events.OfType<AnswerGiven>().ToArray(), answers => answers.Length >= count, $"{count} answers");
        return page[count - 1];
    }
}
