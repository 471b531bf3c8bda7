using Itori.Contracts;
using Itori.Grains.Assistants;
using Itori.Grains.Journaling;
using Itori.Journal;
using Itori.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace Itori.Grains.ConceptGraphs;

/// <summary>
/// One concept graph. Reentrant: a change is decided on a draft and committed in one synchronous stretch; what is awaited before (extraction) reads nothing of
/// the graph, and what is awaited after (storage) is not decided on. The messages of one session are serialised by <see cref="absorbing"/>, for their order counts.
/// </summary>
[Reentrant]
[GrainType("concept-graph")]
internal sealed partial class ConceptGraphGrain : JournalledTopicGrain, IConceptGraphGrain
{
    private readonly ConceptGraphOptions options;
    private readonly TextExtraction extraction;
    private readonly ConceptGraph graph;
    private readonly TopicName topic;
    private readonly Dictionary<string, (long Print, Task<Result<Receipt>> Work)> ingesting = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task> absorbing = new(StringComparer.Ordinal);
    private readonly ILogger logger;
    private int documents;

    public ConceptGraphGrain(
        IGrainContext context,
        IJournal journal,
        JournalGate gate,
        TextExtraction extraction,
        IOptions<JournallingOptions> journalling,
        IOptions<ConceptGraphOptions> options,
        TimeProvider time,
        ILogger<ConceptGraphGrain> logger)
        : base(journal, gate, journalling.Value, time, logger)
    {
        topic = TopicName.Graph(context.GrainId.Key.ToString()!);
        this.extraction = extraction;
        this.logger = logger;
        this.options = options.Value;
        graph = new ConceptGraph(topic.Id, this.options.RememberedSessions);
        clusterSearch = new LateSearch(this, this.options.ClusterDelay, () => clustersAreOld, FindClusters, e => LogClustersFailed(logger, Topic.ToString(), e));
        placeSearch = new LateSearch(this, this.options.ArrangeDelay, () => !unsettled.IsEmpty, FindPlaces, e => LogNotArranged(logger, Topic.ToString(), e));
    }

    protected override TopicName Topic => topic;

    public async ValueTask<GraphSnapshot> GetSnapshot()
    {
        var snapshot = graph.ToSnapshot();
        await WhenStored(snapshot.Seq);
        return snapshot;
    }

    public Task<Result<Receipt>> Apply(ApplyOperations command) => Guard(async () =>
    {
        var print = CommandPrint.Of(command);
        if (await Before(command.CommandId, print) is { } before)
        {
            return before;
        }

        var now = Now;
        var draft = new GraphDraft(graph, options);
        if (HandOperations.Apply(draft, command, options, now) is { } refusal)
        {
            return refusal;
        }

        // Without an effect there is still an event: the command's id must be remembered, and the receipt names a seq.
        var delta = draft.ToDelta(new GraphCause { Kind = GraphCauses.ByHand, User = command.User }, command.CommandId, print, NextSeq, now, always: true)!;
        await Commit(delta);
        return new Receipt { Topic = topic, Seq = delta.Seq };
    });

    public Task Absorb(params SessionText[] texts) =>
        texts.Length == 0 ? Task.CompletedTask : InOrder(SessionsOf(texts), earlier => AbsorbAfter(earlier, texts));

    public Task Withdraw(SessionDeletion deletion) => InOrder([deletion.Session], earlier => WithdrawAfter(earlier, deletion));

    public async ValueTask<long> AbsorbedThrough(string session)
    {
        // A session forgets what it has told: it may hear of nothing that is not stored.
        var (seq, through) = (graph.Seq, graph.AbsorbedThrough(session));
        await WhenStored(seq);
        return through;
    }

    public Task<Result<Receipt>> Ingest(IngestDocument command) => Guard(async () =>
    {
        var print = CommandPrint.Of(command);
        if (await Before(command.CommandId, print) is { } before)
        {
            return before;
        }

        if (command.CommandId is { } running && ingesting.TryGetValue(running, out var same))
        {
            return same.Print == print ? await same.Work : CommandWindow.IdIsTaken;
        }

        if (DocumentIngest.Check(command, options) is { } refusal)
        {
            return refusal;
        }

        if (documents >= options.MaxConcurrentDocuments)
        {
            return Refusal.Of(ItoriError.Overloaded, $"This graph takes in {documents} documents now.") with { RetryAfterMs = 2000 };
        }

        documents++;
        var work = IngestNow(command, print);
        if (command.CommandId is { } id)
        {
            ingesting[id] = (print, work);
        }

        try
        {
            return await work;
        }
        finally
        {
            documents--;
            if (command.CommandId is { } done)
            {
                ingesting.Remove(done);
            }
        }
    });

    protected override void ApplyEvent(DurableEvent e)
    {
        var delta = (GraphDelta)e;
        graph.Apply(delta);
        FollowClusters(delta);
        FollowArrangement(delta);
        if (delta.CommandId is { } id)
        {
            Commands.Add(new CommandReply(id, delta.Seq, delta.Cause.Concepts, delta.Cause.Relations, delta.CommandPrint, delta.Timestamp));
        }
    }

    protected override void Restore(JournalSnapshot snapshot)
    {
        var body = GraphSnapshotCodec.Decode(JournalStream, snapshot);
        graph.Restore(body);
        Commands.Restore(body.Commands);
    }

    protected override Func<JournalSnapshot> TakeSnapshot(long seq)
    {
        var body = graph.ToBody() with { Commands = Commands.InOrder.ToArray() };
        return () => GraphSnapshotCodec.Encode(seq, body);
    }

    private async Task<Result<Receipt>> IngestNow(IngestDocument command, long print)
    {
        var source = DocumentIngest.SourceOf(command);
        var documentId = DocumentIngest.IdOf(command);
        var stored = await GrainFactory.Grain<ILibraryGrain>(topic.Id).Store(new StoreDocument { DocumentId = documentId, Source = source, Text = command.Text, User = command.User });
        if (stored.Refusal is { } refusal)
        {
            return refusal;
        }

        var concepts = new HashSet<string>(StringComparer.Ordinal);
        var relations = new HashSet<string>(StringComparer.Ordinal);
        var place = new ConceptSource { Source = source, Start = 0, Length = 0 };
        var pieces = DocumentPieces.Split(command.Text, options.DocumentPieceLength).ToArray();
        var last = 0L;
        var troubled = false;
        for (var i = 0; i < pieces.Length; i++)
        {
            var (found, failure) = await extraction.Extract(pieces[i].Text, Lifetime);
            if (failure is not null && !troubled)
            {
                // Once a document: what fails for one piece mostly fails for all.
                troubled = true;
                await TellTrouble(failure, source);
            }

            var now = Now;
            var final = i == pieces.Length - 1;
            var pieceId = final ? command.CommandId : command.CommandId is { } id ? $"{id}#{i}" : null;
            var done = Commands.Find(pieceId, print, topic);
            if (done?.Refusal is { } taken)
            {
                return taken;
            }

            var draft = new GraphDraft(graph, options);
            var (named, related) = TextAbsorption.Apply(draft, found, place, pieces[i].Start, options, now);
            concepts.UnionWith(named);
            relations.UnionWith(related);
            if (done is not null)
            {
                continue; // The draft only told what the piece names; it is in the graph since before.
            }

            var cause = new GraphCause
            {
                Kind = GraphCauses.Ingest,
                User = command.User,
                Source = source,
                Progress = (i + 1.0) / pieces.Length,
                Concepts = final ? concepts.Count : null,
                Relations = final ? relations.Count : null,
            };
            var delta = draft.ToDelta(cause, pieceId, pieceId is null ? null : print, NextSeq, now, always: true)!;
            last = delta.Seq;
            await Commit(delta);
        }

        return new Receipt { Topic = topic, Seq = last, Concepts = concepts.Count, Relations = relations.Count };
    }
}
