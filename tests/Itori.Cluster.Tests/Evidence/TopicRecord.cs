using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using Itori.Tests.Shared;

namespace Itori.Cluster.Tests.Evidence;

/// <summary>
/// What the readers of one topic agree on: the content of every <c>seq</c>, as the first that saw it saw it, and what follows from it: each command has one event, each turn one answer.
/// </summary>
internal sealed class TopicRecord(string topic, Violations violations)
{
    private readonly Lock gate = new();
    private readonly Dictionary<long, ulong> contents = [];
    private readonly Dictionary<string, long> commands = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> asked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> answered = new(StringComparer.Ordinal);
    private long head;

    public string Topic => topic;

    /// <summary>The last <c>seq</c> that anyone saw.</summary>
    public long Head
    {
        get
        {
            lock (gate)
            {
                return head;
            }
        }
    }

    /// <summary>Turns that were begun and have no answer.</summary>
    public IReadOnlyList<string> OpenTurns
    {
        get
        {
            lock (gate)
            {
                return [.. asked.Keys.Where(turn => !answered.ContainsKey(turn))];
            }
        }
    }

    /// <summary>How many answers there are of each kind of ending.</summary>
    public SortedDictionary<string, int> Finishes { get; } = new(StringComparer.Ordinal);

    /// <summary>The <c>seq</c> of a command's event; null where no reader saw one.</summary>
    public long? SeqOf(string command)
    {
        lock (gate)
        {
            return commands.TryGetValue(command, out var seq) ? seq : null;
        }
    }

    /// <summary>Somebody saw an event.</summary>
    public void Saw(string who, JsonElement message, ReadOnlySpan<byte> bytes)
    {
        var seq = message.Seq();
        var content = XxHash3.HashToUInt64(bytes);
        lock (gate)
        {
            if (contents.TryGetValue(seq, out var known))
            {
                if (known != content)
                {
                    violations.Add($"{topic} {seq}: {who} saw another content than the first reader did: {Encoding.UTF8.GetString(bytes)}");
                }

                return;
            }

            contents.Add(seq, content);
            head = Math.Max(head, seq);
            Learn(seq, message);
        }
    }

    private void Learn(long seq, JsonElement message)
    {
        var payload = message.Payload();
        switch (message.Type())
        {
            case "user_msg":
                Command(payload.GetProperty("metadata").GetProperty("id").GetString()!, seq);
                if (payload.TryGetProperty("turn", out var turn))
                {
                    asked.Add(turn.GetString()!, seq);
                }

                break;

            case "assistant_msg":
                Answer(payload, seq);
                break;

            case "concept_update":
                var data = payload.GetProperty("data");
                var cause = data.GetProperty("cause");
                switch (cause.GetProperty("kind").GetString())
                {
                    case "concept_op":
                        Command(data.GetProperty("added").EnumerateArray().Single().GetProperty("label").GetString()!, seq);
                        break;
                    case "ingest":
                        Command(cause.GetProperty("source").GetString()!, seq);
                        break;
                }

                break;
        }
    }

    private void Command(string id, long seq)
    {
        if (!commands.TryAdd(id, seq))
        {
            violations.Add($"{topic}: command {id} was applied at {commands[id]} and again at {seq}");
        }
    }

    private void Answer(JsonElement payload, long seq)
    {
        var turn = payload.GetProperty("turn").GetString()!;
        if (!answered.TryAdd(turn, seq))
        {
            violations.Add($"{topic}: turn {turn} was answered at {answered[turn]} and again at {seq}");
        }

        if (!asked.TryGetValue(turn, out var question) || payload.GetProperty("inReplyTo").GetInt64() != question)
        {
            violations.Add($"{topic} {seq}: the answer of turn {turn} replies to no message before it");
        }

        var finish = payload.GetProperty("metadata").GetProperty("finish").GetString()!;
        Finishes[finish] = Finishes.GetValueOrDefault(finish) + 1;
    }
}
