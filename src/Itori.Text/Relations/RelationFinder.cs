using Itori.Text.Keyphrases;
using Itori.Text.Lexicon;
using Itori.Text.Tokens;

namespace Itori.Text.Relations;

/// <summary>
/// Relations between the selected concepts of one text: typed where the words between two mentions say so, else co-occurrence within a sentence and a window.
/// </summary>
internal sealed class RelationFinder(ParsedText parsed, List<Candidate> selected, List<ExtractedConcept> concepts, ExtractionOptions options)
{
    // A mention is compared with so many next ones at most, which keeps the work linear in the text.
    private const int MaxNeighbours = 8;

    private readonly Dictionary<(int Source, int Target, string Kind), Evidence> _found = [];

    private readonly record struct Mention(int First, int End, int Concept)
    {
        /// <summary>The last word of its name, where an abbreviation in brackets stands after it too.</summary>
        public int Head { get; init; } = End - 1;
    }

    private sealed class Evidence(TextSpan span)
    {
        public TextSpan Span { get; } = span;

        public double Closeness { get; set; }

        public int Sentences { get; set; }

        public int LastSentence { get; set; } = -1;
    }

    public IReadOnlyList<ExtractedRelation> Find(CancellationToken cancellationToken)
    {
        if (options.MaxRelations == 0 || selected.Count < 2)
        {
            return [];
        }

        var sentences = MentionsBySentence();
        foreach (var (sentence, mentions) in sentences)
        {
            cancellationToken.ThrowIfCancellationRequested();
            mentions.Sort((x, y) => x.First.CompareTo(y.First));
            JoinAbbreviations(mentions);
            for (var i = 0; i < mentions.Count; i++)
            {
                for (var j = i + 1; j < Math.Min(mentions.Count, i + 1 + MaxNeighbours); j++)
                {
                    var gap = mentions[j].First - mentions[i].End;
                    if (gap > options.RelationWindow)
                    {
                        break;
                    }

                    if (mentions[i].Concept != mentions[j].Concept && gap >= 0)
                    {
                        Relate(mentions[i], mentions[j], gap, adjacent: j == i + 1, sentence);
                    }
                }
            }
        }

        return Weigh();
    }

    private SortedDictionary<int, List<Mention>> MentionsBySentence()
    {
        var sentences = new SortedDictionary<int, List<Mention>>();
        for (var concept = 0; concept < selected.Count; concept++)
        {
            foreach (var mention in selected[concept].Mentions)
            {
                if (!sentences.TryGetValue(mention.Sentence, out var mentions))
                {
                    sentences.Add(mention.Sentence, mentions = []);
                }

                mentions.Add(new(mention.First, mention.End, concept));
            }
        }

        return sentences;
    }

    /// <summary>"A Large Language Model (LLM) is …": a name and its abbreviation in brackets are one mention.</summary>
    private void JoinAbbreviations(List<Mention> mentions)
    {
        for (var i = mentions.Count - 1; i > 0; i--)
        {
            var (name, abbreviation) = (mentions[i - 1], mentions[i]);
            if (name.Concept == abbreviation.Concept && abbreviation.First == name.End + 1 && IsMark(name.End, '(') && IsMark(abbreviation.End, ')'))
            {
                mentions[i - 1] = name with { End = abbreviation.End + 1 };
                mentions.RemoveAt(i);
            }
        }
    }

    private bool IsMark(int at, char mark) => at < parsed.Tokens.Count && parsed.Tokens[at] is { Kind: TokenKind.Punctuation } token && parsed.Text[token.Start] == mark;

    private void Relate(Mention left, Mention right, int gap, bool adjacent, int sentence)
    {
        var span = new TextSpan(parsed.Tokens[left.First].Start, parsed.Tokens[right.End - 1].End - parsed.Tokens[left.First].Start);
        if (adjacent && parsed.Language == Languages.English && !IsCutShort(right) && !IsQuestion(sentence)
            && RelationPatterns.Match(parsed, left.End, right.First, Role(left.First, parsed.Sentences[sentence].First)) is { } match
            && (match.Kind != RelationKinds.IsA || (match.Reversed
                ? IsWhatExamplesAreOf(left, parsed.Sentences[sentence].First)
                : !IsOneOfItsKind(left, right, sentence) && !IsSupposed(left.First, parsed.Sentences[sentence].First) && AgreesInNumber(right)))
            && !(match.Kind == RelationKinds.IsA && IsPartOfName(match.Reversed ? right.Concept : left.Concept, match.Reversed ? left.Concept : right.Concept)))
        {
            AddEvidence(match.Reversed ? right.Concept : left.Concept, match.Reversed ? left.Concept : right.Concept, match.Kind, span, sentence, gap);
        }

        // The key decides the direction of what has none.
        var ordered = string.CompareOrdinal(concepts[left.Concept].Key, concepts[right.Concept].Key) < 0;
        AddEvidence(ordered ? left.Concept : right.Concept, ordered ? right.Concept : left.Concept, RelationKinds.CoOccurs, span, sentence, gap);
    }

    /// <summary>What a mention is in its clause, by what stands before it and its article and adjectives: in "the output of the chip is a code" the chip is no subject.</summary>
    private ClauseRole Role(int first, int sentence)
    {
        var at = first - 1;
        while (at >= sentence && parsed.Tokens[at].Kind == TokenKind.Word
            && parsed.Tokens[at].Tag is PartOfSpeech.Determiner or PartOfSpeech.Adjective or PartOfSpeech.Number or PartOfSpeech.Participle or PartOfSpeech.Adverb)
        {
            at--;
        }

        if (at < sentence)
        {
            return ClauseRole.Subject;
        }

        return parsed.Tokens[at].Tag switch
        {
            PartOfSpeech.Preposition or PartOfSpeech.To or PartOfSpeech.Noun or PartOfSpeech.PluralNoun or PartOfSpeech.ProperNoun or PartOfSpeech.Gerund => ClauseRole.Within,
            PartOfSpeech.Verb or PartOfSpeech.VerbThirdPerson or PartOfSpeech.PastVerb => ClauseRole.Object,
            _ => IsPossessive(at) ? ClauseRole.Within : ClauseRole.Subject,
        };
    }

    /// <summary>
    /// "The animal is a cow", "my favourite animal is a cow", "the best animal is a cow": one of its kind is spoken of and said to be what it is; of the kind itself nothing is said, or the other way round. "The spectral gap is an eigenvalue" is of
    /// the kind: what has a name of several words is seldom one that was spoken of before.
    /// </summary>
    private bool IsOneOfItsKind(Mention subject, Mention predicate, int inSentence)
    {
        var sentence = parsed.Sentences[inSentence].First;
        var at = subject.First - 1;
        var isPickedOut = false;
        while (at >= sentence && parsed.Tokens[at].Tag is PartOfSpeech.Adjective or PartOfSpeech.Participle or PartOfSpeech.Number or PartOfSpeech.Adverb)
        {
            isPickedOut |= parsed.Tokens[at].Tag is PartOfSpeech.Adjective or PartOfSpeech.Number;
            at--;
        }

        return at >= sentence && parsed.Tokens[at].Word >= 0 && parsed.Words[parsed.Tokens[at].Word].Lower switch
        {
            "the" => isPickedOut || (subject.Head == subject.First && parsed.Tokens[subject.First].Tag != PartOfSpeech.ProperNoun && !IsOfTheKind(subject, predicate)),
            "this" or "that" or "these" or "those" or "my" or "your" or "his" or "her" or "its" or "our" or "their" => true,
            _ => false,
        };
    }

    /// <summary>
    /// "The heart is a muscle": a written text that comes to speak of a thing says what it is. What is spoken aloud, or was spoken of before, is one that the hearers know; a word for a kind ("the animal", "the winner") is said to be one of them, as long
    /// as the sentence does not go on to say by what it differs ("a bird that sings"); and what bears a name is one ("the car is a Ferrari").
    /// </summary>
    private bool IsOfTheKind(Mention subject, Mention predicate)
    {
        if (parsed.IsSpoken || !selected[subject.Concept].Mentions.TrueForAll(mention => mention.First >= subject.First))
        {
            return false;
        }

        var goesOn = predicate.End < parsed.Tokens.Count && parsed.Tokens[predicate.End].Word >= 0 && parsed.Words[parsed.Tokens[predicate.End].Word].Lower is "that" or "which";
        return goesOn || (!EnglishLexicon.Instance.Kinds.Contains(parsed.Words[parsed.Tokens[subject.First].Word].Lower) && parsed.Tokens[predicate.Head].Tag == PartOfSpeech.Noun);
    }

    /// <summary>"If the graph is a tree, …": what is supposed is not said to be so.</summary>
    private bool IsSupposed(int first, int sentence)
    {
        for (var at = first - 1; at >= sentence && parsed.Tokens[at].Tag != PartOfSpeech.Punctuation && parsed.Tokens[at].Tag is not (PartOfSpeech.VerbThirdPerson or PartOfSpeech.PastVerb); at--)
        {
            if (parsed.Tokens[at].Word >= 0 && parsed.Words[parsed.Tokens[at].Word].Lower is "if" or "when" or "whenever" or "whether" or "unless" or "suppose" or "assuming")
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>"A matrix effect is a serious matrix effect" tells of some, not of the kind.</summary>
    private bool IsPartOfName(int source, int target)
    {
        var (own, other) = (concepts[source].Key, concepts[target].Key);
        return other.Length > own.Length && other.EndsWith(own, StringComparison.Ordinal) && other[other.Length - own.Length - 1] == ' ';
    }

    /// <summary>
    /// Whether "such as" after a mention is sure to speak of it: in "the utilisation of computers, such as" and "features from maps, such as cavities" it may be of what stands before, and of one thing ("of the line segment such as the centre") it mostly is.
    /// </summary>
    private bool IsWhatExamplesAreOf(Mention general, int sentence)
    {
        var at = general.First - 1;
        while (at >= sentence && parsed.Tokens[at].Tag is PartOfSpeech.Determiner or PartOfSpeech.Adjective or PartOfSpeech.Number or PartOfSpeech.Participle)
        {
            at--;
        }

        // Of what a preposition ties to a noun before it.
        if (at <= sentence || parsed.Tokens[at].Tag != PartOfSpeech.Preposition || parsed.Tokens[at].Word < 0 || parsed.Tokens[at - 1].Tag is not (PartOfSpeech.Noun or PartOfSpeech.PluralNoun))
        {
            return true;
        }

        var isMany = parsed.Tokens[general.Head].Tag == PartOfSpeech.PluralNoun;
        var isOf = parsed.Words[parsed.Tokens[at].Word].Lower == "of";
        var isOfOne = parsed.Tokens[at - 1].Tag == PartOfSpeech.Noun;
        return isMany ? isOf || isOfOne || parsed.Tokens[general.End].Kind != TokenKind.Punctuation : isOf && isOfOne;
    }

    /// <summary>"Whales are mammals" says what they are; "the buttons are rubber" says how they are, and "vendors are training resellers" what they do.</summary>
    private bool AgreesInNumber(Mention predicate)
    {
        var at = predicate.First - 1;
        while (at >= 0 && parsed.Tokens[at].Tag is PartOfSpeech.Adjective or PartOfSpeech.Adverb)
        {
            at--;
        }

        return at < 0 || parsed.Tokens[at].Word < 0 || parsed.Words[parsed.Tokens[at].Word].Lower != "are"
            || (parsed.Tokens[predicate.Head].Tag is PartOfSpeech.PluralNoun or PartOfSpeech.ProperNoun && !MayBeAct(predicate));
    }

    private bool MayBeAct(Mention predicate)
    {
        var word = parsed.Words[parsed.Tokens[predicate.First].Word];
        return predicate.Head > predicate.First && word.Lower.EndsWith("ing", StringComparison.Ordinal) && Inflection.TryFindBase(word.Lower, 3, out var verb) && verb.Tags.Contains(PartOfSpeech.Verb);
    }

    private bool IsQuestion(int sentence)
    {
        var last = parsed.Tokens[parsed.Sentences[sentence].End - 1];
        return last.Kind == TokenKind.Punctuation && parsed.Text[last.Start] == '?';
    }

    /// <summary>Whether the phrase goes on after a mention: "the farmer's animals", "a Lagrangian based heuristic", "an event streaming platform", "an ideal, straight track".</summary>
    private bool IsCutShort(Mention mention)
    {
        var end = mention.End;
        if (end >= parsed.Tokens.Count)
        {
            return false;
        }

        if (IsPossessive(end))
        {
            return true;
        }

        var next = end + 1 < parsed.Tokens.Count ? parsed.Tokens[end + 1].Tag : PartOfSpeech.Punctuation;
        if (parsed.Tokens[end].Tag is PartOfSpeech.Participle or PartOfSpeech.PastVerb or PartOfSpeech.Adjective or PartOfSpeech.Gerund && next is PartOfSpeech.Noun or PartOfSpeech.PluralNoun)
        {
            return true;
        }

        return next == PartOfSpeech.Adjective && parsed.Tokens[end].Tag == PartOfSpeech.Punctuation && parsed.Text[parsed.Tokens[end].Start] == ','
            && parsed.Words[parsed.Tokens[mention.Head].Word].Tags.First == PartOfSpeech.Adjective;
    }

    private bool IsPossessive(int at) => parsed.Tokens[at] is { Kind: TokenKind.Punctuation, Length: 2 } token && parsed.Text[token.Start] is '\'' or '’';

    private void AddEvidence(int source, int target, string kind, TextSpan span, int sentence, int gap)
    {
        if (!_found.TryGetValue((source, target, kind), out var evidence))
        {
            _found.Add((source, target, kind), evidence = new(span));
        }

        evidence.Closeness += Math.Pow(2, -gap / 8.0);
        if (evidence.LastSentence != sentence)
        {
            evidence.LastSentence = sentence;
            evidence.Sentences++;
        }
    }

    private List<ExtractedRelation> Weigh()
    {
        var relations = new List<ExtractedRelation>(_found.Count);
        foreach (var ((source, target, kind), evidence) in _found)
        {
            // What the text says plainly needs no repetition to be believed.
            var strength = evidence.Closeness / (evidence.Closeness + 1);
            var weight = kind == RelationKinds.CoOccurs
                ? strength * Association.Factor(evidence.Sentences, selected[source].SentenceCount, selected[target].SentenceCount, parsed.Sentences.Count)
                : 0.5 + (strength / 2);
            relations.Add(new ExtractedRelation
            {
                SourceKey = concepts[source].Key,
                TargetKey = concepts[target].Key,
                Weight = Math.Clamp(weight, double.Epsilon, 1),
                Kind = kind,
                Span = evidence.Span,
                Windows = evidence.Sentences,
            });
        }

        return [.. relations
            .OrderByDescending(relation => relation.Kind != RelationKinds.CoOccurs)
            .ThenByDescending(relation => relation.Weight)
            .ThenBy(relation => relation.Span.Start)
            .ThenBy(relation => relation.SourceKey, StringComparer.Ordinal)
            .ThenBy(relation => relation.TargetKey, StringComparer.Ordinal)
            .Take(options.MaxRelations)];
    }
}
