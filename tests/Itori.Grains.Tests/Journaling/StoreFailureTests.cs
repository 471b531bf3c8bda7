using System.Text;
using Itori.Contracts;
using Itori.Grains.Journaling;
using Itori.Grains.Tests.Cluster;
using Itori.Grains.Tests.Support;
using Itori.Journal;

namespace Itori.Grains.Tests.Journaling;

/// <summary>What callers see when the store fails beneath a grain.</summary>
public sealed class StoreFailureTests(StoreFailureTests.Own own) : IClassFixture<StoreFailureTests.Own>
{
    private readonly GrainHost host = own.Host;
    private readonly string id = "f" + Guid.NewGuid().ToString("N");

    private IConceptGraphGrain Graph => host.Graph(id);

    private string Stream => TopicName.Graph(id).ToString();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_write_that_fails_is_refused_at_once_and_leaves_nothing()
    {
        var inbox = await host.Subscribe(TopicName.Graph(id));
        Assert.Null((await Upsert("c1", "A")).Refusal);
        host.Journal.FailNext(Stream);
        var refusal = (await Upsert("c2", "B")).Refusal;
        Assert.Equal(("unavailable", false), (refusal?.Reason, refusal?.Superseded));
        Assert.NotNull(refusal?.RetryAfterMs);

        Assert.Equal(["a"], (await Graph.GetSnapshot()).Concepts.Select(concept => concept.ConceptId));
        Assert.Equal(2, (await Upsert("c2", "B")).Value?.Seq);
        await inbox.Until<GraphDelta>(delta => delta.Seq == 2);
        Assert.Equal([1L, 2L], inbox.Events.Cast<GraphDelta>().Select(delta => delta.Seq));
    }

    [Fact]
    public async Task Everything_that_waits_behind_a_failed_write_is_refused_too()
    {
        await Upsert(null, "Zero");
        host.Journal.FailNext(Stream);
        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Upsert($"c{i}", $"Concept c{i}")));
        Assert.Contains(results, result => result.Refusal is not null);
        Assert.All(results, result => Assert.True(result.Refusal is null or { Reason: "unavailable" }));

        var again = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Upsert($"c{i}", $"Concept c{i}")));
        Assert.All(results.Zip(again).Where(pair => pair.First.Value is not null), pair => Assert.Equal(pair.First.Value, pair.Second.Value));
        Assert.Equal(Enumerable.Range(2, 50).Select(n => (long)n), again.Select(result => result.Value!.Seq).Order());
        Assert.Equal(51, (await Graph.GetSnapshot()).Concepts.Count);
    }

    [Fact]
    public async Task Those_of_a_write_are_answered_though_the_next_one_is_not_stored()
    {
        var (session, stream) = (host.Session(id), TopicName.Session(id).ToString());
        var (firstEnd, secondEnd) = (new TaskCompletionSource(), new TaskCompletionSource());
        var held = host.Journal.HoldNext(stream, UnreliableJournal.Failure.Before, firstEnd.Task);
        var first = session.PostMessage(Said("first"));
        await held;
        var second = session.PostMessages([Said("second"), Said("third"), Said("first")]);
        held = host.Journal.HoldNext(stream, UnreliableJournal.Failure.Before, secondEnd.Task);
        firstEnd.SetResult();
        Assert.Equal(1, (await first).Value?.Seq);
        await held;
        Assert.Equal(1, await session.GetHead());

        // It never is: what was stored before stays answered, also to who asks for it in the same call.
        secondEnd.SetException(new JournalUnavailableException("The disk is full, says the test."));
        var answers = await second;
        Assert.Equal([null, null, 1L], answers.Select(answer => answer.Value?.Seq));
        Assert.Equal(["unavailable", "unavailable", null], answers.Select(answer => answer.Refusal?.Reason));
        Result<Receipt>[] again = [];
        await Wait.Until(async () => (again = await session.PostMessages([Said("second"), Said("third")])).All(answer => answer.Value is not null), "both stored");
        Assert.Equal([2L, 3], again.Select(answer => answer.Value!.Seq));
    }

    [Fact]
    public async Task A_write_whose_outcome_nobody_heard_is_done_once_when_it_is_sent_again()
    {
        host.Journal.FailNext(Stream, UnreliableJournal.Failure.After);
        Assert.Equal("unavailable", (await Upsert("c1", "A")).Refusal?.Reason);
        Assert.Equal(1, (await Upsert("c1", "A")).Value?.Seq);
        Assert.Equal(1, await Graph.GetHead());
    }

    [Fact]
    public async Task An_activation_that_another_writer_has_overtaken_refuses_and_makes_way()
    {
        await Upsert(null, "A");
        Assert.Equal(AppendOutcome.Appended, await host.Journal.AppendAsync(Stream, 1, [EventCodec.Encode(Foreign(2, "theirs"))], Ct));

        var refusal = (await Upsert("mine", "B")).Refusal;
        Assert.Equal(("unavailable", true), (refusal?.Reason, refusal?.Superseded));
        Assert.Equal(3, (await Upsert("mine", "B")).Value?.Seq);
        Assert.Equal(2, (await Upsert("theirs", "C")).Value?.Seq);
    }

    [Fact]
    public async Task An_activation_that_was_overtaken_finds_out_when_its_head_is_to_be_confirmed()
    {
        await Upsert(null, "A");
        Assert.Equal(1, await Graph.ConfirmHead());
        await host.Journal.AppendAsync(Stream, 1, [EventCodec.Encode(Foreign(2))], Ct);
        Assert.Equal(1, await Graph.GetHead());
        Assert.True((await Assert.ThrowsAsync<TopicUnavailableException>(() => Graph.ConfirmHead().AsTask())).Superseded);
        Assert.Equal(2, await Graph.ConfirmHead());
        Assert.Equal(2, await Graph.GetHead());
    }

    [Fact]
    public async Task An_overtaken_activation_does_not_take_anothers_event_for_the_one_that_it_is_writing_itself()
    {
        await Upsert(null, "A");
        var end = new TaskCompletionSource();
        var held = host.Journal.HoldNext(Stream, UnreliableJournal.Failure.Before, end.Task);
        var late = Upsert("late", "B");
        await held;
        await host.Journal.AppendAsync(Stream, 1, [EventCodec.Encode(Foreign(2))], Ct);

        // The journal reaches as far as this activation has decided, but with another's event.
        var confirmed = Graph.ConfirmHead().AsTask();
        Assert.Equal(1, await Graph.GetHead());
        end.SetResult();
        Assert.True((await Assert.ThrowsAsync<TopicUnavailableException>(() => confirmed)).Superseded);
        Assert.True((await late).Refusal?.Superseded);
        Assert.Equal(2, await Graph.ConfirmHead());
    }

    [Fact]
    public async Task A_head_is_confirmed_with_the_write_that_is_under_way()
    {
        await Upsert(null, "A");
        var end = new TaskCompletionSource();
        var held = host.Journal.HoldNext(Stream, UnreliableJournal.Failure.After, end.Task);
        var late = Upsert("late", "B");
        await held;
        var confirmed = Graph.ConfirmHead().AsTask();
        Assert.Equal(1, await Graph.GetHead());
        end.SetResult();
        Assert.Equal(2, await confirmed);
        Assert.Equal(2, (await late).Value?.Seq);
    }

    [Fact]
    public async Task The_concepts_of_a_message_whose_write_failed_come_later_and_once()
    {
        host.Journal.FailNext(Stream);
        var session = host.Session(id);
        await session.PostMessage(new PostMessage { User = People.Ada, Text = "Neutron stars are dense.", Assistant = false, Graph = id });
        await Wait.Until(IsAbsorbed, "the message in the graph");
        Assert.Equal(1, Assert.Single((await Graph.GetSnapshot()).Concepts, concept => concept.Key == "neutron star").Mentions);
    }

    [Fact]
    public async Task An_answer_that_could_not_be_stored_is_told_again()
    {
        var session = host.Session(id);
        var inbox = await host.Subscribe(TopicName.Session(id));
        await session.PostMessage(new PostMessage { User = People.Ada, Text = "A question of patience", Graph = id });
        await inbox.Until<AnswerProgressed>();
        host.Journal.FailNext(TopicName.Session(id).ToString());
        Assert.Equal("unavailable", (await session.CancelTurn(new CancelTurn { CommandId = "stop" })).Refusal?.Reason);

        // The turn goes on, or is begun anew, until it is stopped for good.
        Result<Receipt> stopped = null!;
        await Wait.Until(async () => (stopped = await session.CancelTurn(new CancelTurn { CommandId = "stop" })).Value is not null || await session.GetHead() == 2, "the turn stopped");
        Assert.Equal(2, await session.GetHead());
        Assert.IsType<AnswerGiven>((await session.ReadAfter(1, 10)).Events[0]);
    }

    [Fact]
    public async Task While_the_journal_is_away_commands_are_refused_and_what_is_in_memory_is_read()
    {
        var (written, untouched, session) = (host.Graph(id), host.Graph("untouched" + id), host.Session(id));
        Assert.Equal(1, (await UpsertTo(written, "c1", "A")).Value?.Seq);
        Assert.Equal(1, (await UpsertTo(untouched, "c1", "A")).Value?.Seq);

        host.Journal.IsAway = true;
        Assert.Equal("unavailable", (await UpsertTo(written, "c2", "B")).Refusal?.Reason);
        Assert.Equal("unavailable", (await UpsertTo(untouched, "c2", "B")).Refusal?.Reason);
        Assert.Equal(1, (await UpsertTo(untouched, "c1", "A")).Value?.Seq); // Done before, which memory knows.
        Assert.Single((await written.ReadAfter(0, 10)).Events);
        Assert.Equal(["a"], (await untouched.GetSnapshot()).Concepts.Select(concept => concept.ConceptId));
        await Assert.ThrowsAsync<TopicUnavailableException>(() => session.GetHead().AsTask()); // Was not in memory.

        host.Journal.IsAway = false;
        await Wait.Until(async () => (await UpsertTo(written, "c2", "B")).Value?.Seq == 2, "writes again");
        Assert.Equal(2, (await UpsertTo(untouched, "c2", "B")).Value?.Seq);
        Assert.Equal(["a", "b"], (await written.GetSnapshot()).Concepts.Select(concept => concept.ConceptId).Order());
        Assert.Equal(0, await session.GetHead());
    }

    [Fact]
    public async Task A_record_of_the_future_keeps_the_grain_shut_and_is_not_written_over()
    {
        var record = new JournalRecord { Seq = 1, Type = "graph_delta", Version = 7, Timestamp = 1, Body = Encoding.UTF8.GetBytes("{}") };
        await host.Journal.AppendAsync(Stream, 0, [record], Ct);
        var error = await Assert.ThrowsAsync<TopicDamagedException>(() => Upsert("c1", "A"));
        Assert.Contains(Stream, error.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await host.Journal.ReadHeadAsync(Stream, Ct)).Seq);
    }

    [Fact]
    public async Task A_document_whose_library_cannot_be_read_now_is_refused_and_taken_in_later()
    {
        await Upsert(null, "A"); // The graph is in memory, the library is not.
        host.Journal.IsAway = true;
        var document = new IngestDocument { CommandId = "d", User = People.Ada, Text = "Neutron stars are dense." };
        var refusal = (await Graph.Ingest(document)).Refusal;
        Assert.Equal("unavailable", refusal?.Reason);
        Assert.NotNull(refusal?.RetryAfterMs);

        host.Journal.IsAway = false;
        await Wait.Until(async () => (await Graph.Ingest(document)).Value is not null, "the document in");
    }

    [Fact]
    public async Task A_document_whose_library_is_damaged_is_refused_as_such()
    {
        var record = new JournalRecord { Seq = 1, Type = "document-stored", Version = 7, Timestamp = 1, Body = Encoding.UTF8.GetBytes("{}") };
        await host.Journal.AppendAsync("library:" + id, 0, [record], Ct);
        var error = await Assert.ThrowsAsync<TopicDamagedException>(() => Graph.Ingest(new IngestDocument { User = People.Ada, Text = "Neutron stars are dense." }));
        Assert.Contains("library:" + id, error.Message, StringComparison.Ordinal);
    }

    /// <summary>While a store fails, the whole process waits for it: a host of this class' own.</summary>
    public sealed class Own : IAsyncLifetime
    {
        internal GrainHost Host { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Host = await GrainHost.With();

        public ValueTask DisposeAsync() => Host.DisposeAsync();
    }

    private async Task<bool> IsAbsorbed()
    {
        try
        {
            return await Graph.AbsorbedThrough(id) == 1;
        }
        catch (TopicUnavailableException)
        {
            return false; // The activation whose write failed.
        }
    }

    private static GraphDelta Foreign(long seq, string? command = null) => new()
    {
        Seq = seq,
        Timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
        CommandId = command,
        Epoch = 1,
        Cause = new GraphCause { Kind = "concept_op", User = People.Ben },
    };

    private PostMessage Said(string command) => new() { CommandId = command, User = People.Ada, Text = "And so it is.", Assistant = false, Graph = id };

    private Task<Result<Receipt>> Upsert(string? command, string label) => UpsertTo(Graph, command, label);

    private static Task<Result<Receipt>> UpsertTo(IConceptGraphGrain graph, string? command, string label) =>
        graph.Apply(new ApplyOperations { CommandId = command, User = People.Ada, Operations = [new UpsertConcept { Label = label }] });
}
