using Itori.Text.Tokens;

namespace Itori.Text.Keyphrases;

/// <summary>The distinct candidates of one text, found by their words in a trie whose edges live in one dictionary.</summary>
internal sealed class CandidateTable(ParsedText parsed, int maxMentions)
{
    private readonly Dictionary<long, int> _edges = [];
    private readonly Dictionary<int, Candidate> _byNode = [];
    private readonly List<int> _path = [];
    private int _nodes = 1;

    public List<Candidate> All { get; } = [];

    /// <summary>Makes every later mention of <paramref name="from"/> a mention of <paramref name="to"/>.</summary>
    public void Redirect(Phrase from, Phrase to)
    {
        var target = Find(to, create: true)!;
        var node = Walk(from, create: true);
        _byNode[node] = target;
        var alias = parsed.Text[parsed.Tokens[from.First].Start..parsed.Tokens[from.End - 1].End];
        if (!target.Aliases.Contains(alias))
        {
            target.Aliases.Add(alias);
        }
    }

    public void Add(Phrase phrase)
    {
        var candidate = Find(phrase, create: true)!;
        candidate.Count++;
        if (candidate.Mentions.Count < maxMentions)
        {
            candidate.Mentions.Add(phrase);
        }

        if (candidate.LastSentence != phrase.Sentence)
        {
            candidate.LastSentence = phrase.Sentence;
            candidate.SentenceCount++;
        }
    }

    public Candidate? Find(Phrase phrase, bool create = false)
    {
        var node = Walk(phrase, create);
        if (node < 0)
        {
            return null;
        }

        if (!_byNode.TryGetValue(node, out var candidate) && create)
        {
            candidate = new Candidate(All.Count, [.. _path]);
            _byNode.Add(node, candidate);
            All.Add(candidate);
        }

        return candidate;
    }

    private int Walk(Phrase phrase, bool create)
    {
        _path.Clear();
        for (var at = phrase.First; at < phrase.End; at++)
        {
            var id = parsed.Tokens[at].Word;
            if (id < 0)
            {
                continue;
            }

            var word = parsed.Words.Resolve(id);
            _path.AddRange(word.Parts);
        }

        if (_path.Count > 0)
        {
            // The head alone is put in the singular, as in every key: the last word, or the one before "of".
            var of = _path.FindIndex(id => parsed.Words[id].Lower == "of");
            var head = of > 0 ? of - 1 : _path.Count - 1;
            _path[head] = parsed.Words.SingularOf(_path[head]);
        }

        var node = 0;
        foreach (var part in _path)
        {
            var edge = ((long)node << 32) | (uint)part;
            if (!_edges.TryGetValue(edge, out var next))
            {
                if (!create)
                {
                    return -1;
                }

                next = _nodes++;
                _edges.Add(edge, next);
            }

            node = next;
        }

        return node;
    }
}
