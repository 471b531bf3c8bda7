using System.Globalization;
using Itori.Contracts;
using Itori.Grains.Assistants.Questions;
using Itori.Text;

namespace Itori.Grains.Assistants.Context;

/// <summary>A place in the transcript that BM25 found.</summary>
internal sealed record TranscriptHit(TranscriptEntry Entry, int Start, string Passage, string Sentence, double Score);

/// <summary>
/// The session's transcript as the assistant looks back over it: the latest messages, searchable. Only what people said is searched: an answer quotes them, and a quote
/// of a quote would crowd out what it stands for.
/// </summary>
internal sealed class SessionMemory(int maxMessages)
{
    private const int MaxCharacters = 4_000_000;
    private const int PieceLength = 600;

    private readonly LinkedList<TranscriptEntry> _entries = new();
    private readonly Dictionary<string, (TranscriptEntry Entry, int Start, string Text)> _pieces = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _frequencies = new(StringComparer.Ordinal);
    private PassageIndex _index = NewIndex();
    private long _characters;
    private int _spoken;

    /// <summary>The <c>seq</c> of the last event taken in.</summary>
    public long Seq { get; private set; }

    /// <summary>The messages, oldest first.</summary>
    public IReadOnlyCollection<TranscriptEntry> Entries => _entries;

    /// <summary>Names of those who spoke, the assistant aside.</summary>
    public IReadOnlyCollection<string> Speakers => _entries.Where(entry => !entry.IsAssistant).Select(entry => entry.Speaker).Distinct(StringComparer.Ordinal).ToArray();

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _entries.Clear();
        _pieces.Clear();
        _frequencies.Clear();
        _index = NewIndex();
        _characters = 0;
        _spoken = 0;
        Seq = 0;
    }

    /// <summary>Takes in the next events; those that are known already are passed over.</summary>
    public void Add(IEnumerable<DurableEvent> events)
    {
        foreach (var item in events)
        {
            if (item.Seq <= Seq)
            {
                continue;
            }

            Seq = item.Seq;
            switch (item)
            {
                case MessageDeleted deleted:
                    Delete(deleted.MessageSeq);
                    break;
                case MessagePosted { Deleted: true }:
                    break;
                case MessagePosted message:
                    Add(new TranscriptEntry(message.Seq, message.User.Name, IsAssistant: false, message.Text));
                    break;
                case AnswerGiven { Text.Length: > 0 } answer:
                    Add(new TranscriptEntry(answer.Seq, "Itori", IsAssistant: true, answer.Text));
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>Places before <paramref name="before"/> that fit a query, best first.</summary>
    public List<TranscriptHit> Search(string query, int limit, IReadOnlyDictionary<string, double> expansion, long before)
    {
        var hits = new List<TranscriptHit>();
        foreach (var hit in _index.Search(query, limit + 4, expansion))
        {
            var (entry, start, text) = _pieces[hit.Id];
            if (entry.Seq < before && hits.Count < limit)
            {
                hits.Add(new TranscriptHit(entry, start + hit.Span.Start, text, hit.Sentence, hit.Score));
            }
        }

        return hits;
    }

    /// <summary>How much a word tells: the inverse of how many messages have it (Robertson and Spärck Jones 1976, never negative).</summary>
    public double Rarity(string term)
    {
        var with = Math.Min(_frequencies.GetValueOrDefault(term), _spoken);
        return Math.Log(1 + ((_spoken - with + 0.5) / (with + 0.5)));
    }

    private void Add(TranscriptEntry entry)
    {
        _entries.AddLast(entry);
        _characters += entry.Text.Length;
        if (!entry.IsAssistant)
        {
            Index(entry);
        }

        while (_entries.Count > maxMessages || (_characters > MaxCharacters && _entries.Count > 1))
        {
            var oldest = _entries.First!.Value;
            _entries.RemoveFirst();
            _characters -= oldest.Text.Length;
            if (!oldest.IsAssistant)
            {
                Forget(oldest);
            }
        }
    }

    private void Delete(long seq)
    {
        for (var node = _entries.Last; node is not null && node.Value.Seq >= seq; node = node.Previous)
        {
            if (node.Value.Seq == seq && !node.Value.IsAssistant)
            {
                _entries.Remove(node);
                _characters -= node.Value.Text.Length;
                Forget(node.Value);
                return;
            }
        }
    }

    // Twice what the memory holds: the memory lets go, the index never drops a passage by itself.
    private static PassageIndex NewIndex() => new(new PassageIndexOptions { MaxCharacters = 2 * MaxCharacters });

    private void Index(TranscriptEntry entry)
    {
        _spoken++;
        foreach (var term in SearchTerms.Of(entry.Text).Distinct(StringComparer.Ordinal))
        {
            _frequencies[term] = _frequencies.GetValueOrDefault(term) + 1;
        }

        foreach (var (id, start, text) in PiecesOf(entry))
        {
            _pieces[id] = (entry, start, text);
            _index.Add(id, entry.Speaker, text);
        }
    }

    private void Forget(TranscriptEntry entry)
    {
        _spoken--;
        foreach (var term in SearchTerms.Of(entry.Text).Distinct(StringComparer.Ordinal))
        {
            if (--_frequencies[term] == 0)
            {
                _frequencies.Remove(term);
            }
        }

        foreach (var (id, _, _) in PiecesOf(entry))
        {
            _pieces.Remove(id);
            _index.Remove(id);
        }
    }

    private static IEnumerable<(string Id, int Start, string Text)> PiecesOf(TranscriptEntry entry)
    {
        foreach (var piece in DocumentPieces.Split(entry.Text, PieceLength))
        {
            yield return (string.Create(CultureInfo.InvariantCulture, $"{entry.Seq}.{piece.Start}"), piece.Start, piece.Text);
        }
    }
}
