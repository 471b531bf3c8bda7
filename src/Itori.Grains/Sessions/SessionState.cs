using Itori.Contracts;
using Itori.Grains.Journaling;

namespace Itori.Grains.Sessions;

/// <summary>
/// What a session decides, without a cluster: which events a command makes, which turn is due, which messages the graphs have not been told. All of it follows from the
/// events alone.
/// </summary>
internal sealed class SessionState(TopicName topic, CommandWindow commands)
{
    private const int MaxDeleted = 100_000;
    private const int MaxSpeakers = 1_000;

    private readonly LinkedList<MessagePosted> turns = new();
    private readonly LinkedList<DurableEvent> untold = new();
    private readonly HashSet<long> deleted = [];

    // Hundreds of messages are in memory, and each came with a copy of who said it and of where its concepts go.
    private readonly Dictionary<string, UserRef> speakers = new(StringComparer.Ordinal);
    private string? graph;

    /// <summary>Messages whose turn has not ended, oldest first. The first is the one at work.</summary>
    public IReadOnlyCollection<MessagePosted> OpenTurns => turns;

    /// <summary>The turn at work, or next to be.</summary>
    public MessagePosted? CurrentTurn => turns.First?.Value;

    /// <summary>The oldest message, or deletion of one, that its graph may not have.</summary>
    public DurableEvent? NextUntold => untold.First?.Value;

    /// <summary>Messages, and deletions of them, that their graph may not have.</summary>
    public int UntoldCount => untold.Count;

    /// <summary>Whether the message was deleted.</summary>
    public bool IsDeleted(long seq) => deleted.Contains(seq);

    /// <summary>Whether so many deletions are remembered that no further one can be.</summary>
    public bool CannotDeleteMore => deleted.Count >= MaxDeleted;

    /// <summary>Forgets deletions of messages that are no longer kept.</summary>
    public void ForgetBefore(long firstKept) => deleted.RemoveWhere(seq => seq < firstKept);

    /// <summary>Decides a person's message.</summary>
    /// <returns>The event; or null with a receipt where the command was carried out before; or null with a refusal.</returns>
    public Decision<MessagePosted> Post(PostMessage command, long seq, long now, SessionOptions limits)
    {
        var print = CommandPrint.Of(command);
        if (commands.Find(command.CommandId, print, topic) is { } before)
        {
            return before.Value is { } receipt ? Decision<MessagePosted>.Repeated(receipt) : Decision<MessagePosted>.Refused(before.Refusal!);
        }

        if (string.IsNullOrWhiteSpace(command.Text))
        {
            return Decision<MessagePosted>.Refused(Refusal.Of(ItoriError.BadField, "A message needs a text.", "payload.text"));
        }

        if (command.Text.Length > limits.MaxMessageLength)
        {
            return Decision<MessagePosted>.Refused(Refusal.Of(
                ItoriError.TooLarge,
                $"A message has at most {limits.MaxMessageLength} characters; send longer texts as a document with ingest.",
                "payload.text"));
        }

        if (command.Assistant && turns.Count >= limits.MaxOpenTurns)
        {
            return Decision<MessagePosted>.Refused(Refusal.Of(ItoriError.Overloaded, $"The assistant has {turns.Count} messages of this session still to answer.") with { RetryAfterMs = 2000 });
        }

        if (untold.Count >= limits.MaxUntoldMessages)
        {
            return Decision<MessagePosted>.Refused(Refusal.Of(ItoriError.Overloaded, $"{untold.Count} messages of this session still have to be put into their graphs.") with { RetryAfterMs = 2000 });
        }

        return Decision<MessagePosted>.Decided(new MessagePosted
        {
            Seq = seq,
            Timestamp = now,
            CommandId = command.CommandId,
            CommandPrint = command.CommandId is null ? null : print,
            User = Known(command.User),
            Text = command.Text,
            Turn = command.Assistant ? TurnOf(seq) : null,
            Graph = graph = command.Graph == graph ? graph : command.Graph,
            MetadataJson = command.MetadataJson,
        });
    }

    /// <summary>Decides the end of a turn, which carries out the commands that asked for it; null where it has ended before.</summary>
    public AnswerGiven? End(TurnOutcome outcome, IReadOnlyList<CancelTurn> cancelledBy, long seq, long now)
    {
        foreach (var asked in turns)
        {
            if (asked.Turn == outcome.Turn)
            {
                return new AnswerGiven
                {
                    Seq = seq,
                    Timestamp = now,
                    CommandId = cancelledBy.Count > 0 ? cancelledBy[0].CommandId : null,
                    CommandPrint = cancelledBy.Count > 0 ? CommandPrint.Of(cancelledBy[0]) : null,
                    FurtherCommandIds = cancelledBy.Count > 1 ? cancelledBy.Skip(1).Select(command => command.CommandId!).ToArray() : null,
                    Turn = outcome.Turn,
                    InReplyTo = asked.Seq,
                    Text = outcome.Text,
                    Concepts = outcome.Concepts,
                    Model = outcome.Model,
                    Finish = outcome.Finish,
                    Error = outcome.Error,
                };
            }
        }

        return null;
    }

    /// <summary>Applies an event that was decided, or read from the journal.</summary>
    public void Apply(DurableEvent e)
    {
        if (e.CommandId is { } id)
        {
            commands.Add(new CommandReply(id, e.Seq, Print: e.CommandPrint, At: e.Timestamp));
        }

        switch (e)
        {
            case MessagePosted posted:
                untold.AddLast(posted);
                if (posted.Turn is not null)
                {
                    turns.AddLast(posted);
                }

                break;

            case MessageDeleted gone:
                deleted.Add(gone.MessageSeq);
                untold.AddLast(gone);
                break;

            case AnswerGiven given:
                foreach (var further in given.FurtherCommandIds ?? [])
                {
                    commands.Add(new CommandReply(further, e.Seq, At: e.Timestamp));
                }

                for (var node = turns.First; node is not null; node = node.Next)
                {
                    if (node.Value.Turn == given.Turn)
                    {
                        turns.Remove(node);
                        break;
                    }
                }

                break;

            default:
                throw new InvalidOperationException($"{e.GetType().Name} is no event of a session.");
        }
    }

    /// <summary>The graphs of messages that may still have to be told.</summary>
    public string[] UntoldGraphs() => [.. untold.Select(GraphOf).Distinct(StringComparer.Ordinal)];

    /// <summary>
    /// The oldest messages that their graph may not have and those after them for the same graph, up to <paramref name="through"/>; not more than <paramref name="count"/>, nor, from the second on, than
    /// <paramref name="characters"/>. There is one.
    /// </summary>
    public SessionText[] NextUntoldTexts(long through, int count, int characters)
    {
        var graph = GraphOf(untold.First!.Value);
        var texts = new List<SessionText>();
        for (var node = untold.First; node is not null && node.Value.Seq <= through && texts.Count < count; node = node.Next)
        {
            if (GraphOf(node.Value) != graph)
            {
                continue;
            }

            if (node.Value is not MessagePosted message)
            {
                break; // A deletion: told by itself, in its order.
            }

            characters -= message.Text.Length;
            if (characters < 0 && texts.Count > 0)
            {
                break;
            }

            texts.Add(new SessionText { Session = topic.Id, Seq = message.Seq, User = message.User, Text = message.Text, Timestamp = message.Timestamp });
        }

        return [.. texts];
    }

    /// <summary>The graph has this session's messages up to <paramref name="seq"/>.</summary>
    public void Told(string graph, long seq)
    {
        for (var node = untold.First; node is not null && node.Value.Seq <= seq;)
        {
            var next = node.Next;
            if (GraphOf(node.Value) == graph)
            {
                untold.Remove(node);
            }

            node = next;
        }
    }

    /// <summary>Which messages may still have to be told, as of a snapshot.</summary>
    public SessionSnapshotBody ToSnapshot() => new()
    {
        OpenTurns = [.. turns],
        Untold = [.. untold.OfType<MessagePosted>()],
        UntoldDeletions = untold.OfType<MessageDeleted>().ToArray() is { Length: > 0 } deletions ? deletions : null,
        Deleted = deleted.Count == 0 ? null : deleted.Order().ToArray(),
        Commands = [.. commands.InOrder],
    };

    /// <summary>Takes a snapshot's place.</summary>
    public void Restore(SessionSnapshotBody body)
    {
        turns.Clear();
        untold.Clear();
        foreach (var turn in body.OpenTurns)
        {
            turns.AddLast(turn);
        }

        deleted.Clear();
        deleted.UnionWith(body.Deleted ?? []);
        foreach (var told in body.Untold.Concat<DurableEvent>(body.UntoldDeletions ?? []).OrderBy(e => e.Seq))
        {
            untold.AddLast(told);
        }

        commands.Restore(body.Commands);
    }

    private UserRef Known(UserRef user)
    {
        if (speakers.TryGetValue(user.Id, out var known) && known == user)
        {
            return known;
        }

        if (speakers.Count >= MaxSpeakers)
        {
            speakers.Clear();
        }

        return speakers[user.Id] = user;
    }

    private static string GraphOf(DurableEvent e) => e is MessageDeleted gone ? gone.Graph : ((MessagePosted)e).Graph;

    /// <summary>A turn is named after the message that it answers.</summary>
    private static string TurnOf(long seq) => "t" + seq.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>What a command leads to: an event to store, the receipt of the time before, or a refusal.</summary>
internal readonly record struct Decision<TEvent>(TEvent? Event, Receipt? Before, Refusal? Refusal)
    where TEvent : DurableEvent
{
    public static Decision<TEvent> Decided(TEvent e) => new(e, null, null);

    public static Decision<TEvent> Repeated(Receipt receipt) => new(null, receipt, null);

    public static Decision<TEvent> Refused(Refusal refusal) => new(null, null, refusal);
}

/// <summary>A session's state as the journal keeps it.</summary>
internal sealed record SessionSnapshotBody
{
    public required IReadOnlyList<MessagePosted> OpenTurns { get; init; }

    public required IReadOnlyList<MessagePosted> Untold { get; init; }

    /// <summary>Null where there is none, here and below.</summary>
    public IReadOnlyList<MessageDeleted>? UntoldDeletions { get; init; }

    public IReadOnlyList<long>? Deleted { get; init; }

    public required IReadOnlyList<CommandReply> Commands { get; init; }
}
