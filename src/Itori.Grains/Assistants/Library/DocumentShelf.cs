using System.Globalization;
using Itori.Text;

namespace Itori.Grains.Assistants.Library;

/// <summary>A document on the shelf.</summary>
/// <param name="Seq">Its place in the journal.</param>
/// <param name="Id">Its id.</param>
/// <param name="Source">What to call it.</param>
/// <param name="Characters">How long it is.</param>
/// <param name="Passages">How many passages it was cut into.</param>
internal sealed record ShelvedDocument(long Seq, string Id, string Source, int Characters, int Passages);

/// <summary>The documents of a graph in memory: bounded, searchable. Knows neither grains nor the journal.</summary>
internal sealed class DocumentShelf(int maxCharacters)
{
    private const int PieceLength = 600;
    private const int LongestPassage = 800;

    private readonly LinkedList<(ShelvedDocument Document, string[] PieceIds)> _documents = new();
    private readonly Dictionary<string, ShelvedDocument> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (ShelvedDocument Document, int Start, string Text)> _pieces = new(StringComparer.Ordinal);
    // Both have the same bound, so the index never drops a passage by itself.
    private readonly PassageIndex _index = new(new PassageIndexOptions { MaxCharacters = maxCharacters });

    /// <summary>The characters of all documents kept.</summary>
    public long Characters { get; private set; }

    /// <summary>How many documents are kept.</summary>
    public int Count => _documents.Count;

    /// <summary>The <c>seq</c> of the oldest document kept; null where there is none.</summary>
    public long? OldestSeq => _documents.First?.Value.Document.Seq;

    public ShelvedDocument? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Whether a document can be kept at all.</summary>
    public bool Holds(string text) => text.Length <= maxCharacters;

    /// <summary>Puts a document on the shelf; the oldest go until it fits. Answers the document and how many went.</summary>
    public (ShelvedDocument Document, int Displaced) Add(long seq, string id, string source, string text)
    {
        var displaced = 0;
        while (_documents.Count > 0 && Characters + text.Length > maxCharacters)
        {
            RemoveOldest();
            displaced++;
        }

        var pieces = DocumentPieces.Split(text, PieceLength).ToArray();
        var document = new ShelvedDocument(seq, id, source, text.Length, pieces.Length);
        var ids = new string[pieces.Length];
        for (var i = 0; i < pieces.Length; i++)
        {
            ids[i] = string.Create(CultureInfo.InvariantCulture, $"{seq}.{i}");
            _pieces[ids[i]] = (document, pieces[i].Start, pieces[i].Text);
            _index.Add(ids[i], source, pieces[i].Text);
        }

        _documents.AddLast((document, ids));
        _byId[id] = document;
        Characters += text.Length;
        return (document, displaced);
    }

    /// <summary>Passages that fit the query, best first.</summary>
    public LibraryPassage[] Search(string query, int limit, IReadOnlyDictionary<string, double>? expansion)
    {
        if (limit <= 0 || _documents.Count == 0)
        {
            return [];
        }

        var hits = _index.Search(query, limit, expansion);
        var passages = new LibraryPassage[hits.Count];
        for (var i = 0; i < hits.Count; i++)
        {
            var (document, start, text) = _pieces[hits[i].Id];
            passages[i] = new LibraryPassage
            {
                DocumentId = document.Id,
                Source = document.Source,
                Sentence = hits[i].Sentence,
                Start = start + hits[i].Span.Start,
                Score = hits[i].Score,
                Passage = Around(text, hits[i].Span),
            };
        }

        return passages;
    }

    private void RemoveOldest()
    {
        var (document, pieceIds) = _documents.First!.Value;
        _documents.RemoveFirst();
        _byId.Remove(document.Id);
        Characters -= document.Characters;
        foreach (var id in pieceIds)
        {
            _pieces.Remove(id);
            _index.Remove(id);
        }
    }

    /// <summary>The passage, cut to its bound around the sentence; no pair of surrogates is parted.</summary>
    private static string Around(string text, TextSpan sentence)
    {
        if (text.Length <= LongestPassage)
        {
            return text;
        }

        var start = Math.Clamp(sentence.Start - ((LongestPassage - Math.Min(sentence.Length, LongestPassage)) / 2), 0, text.Length - LongestPassage);
        var end = start + LongestPassage;
        start += start > 0 && char.IsLowSurrogate(text[start]) ? 1 : 0;
        end -= char.IsHighSurrogate(text[end - 1]) ? 1 : 0;
        return text[start..end];
    }
}
