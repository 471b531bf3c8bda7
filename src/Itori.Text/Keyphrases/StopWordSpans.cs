using System.Collections.Frozen;
using Itori.Text.Tokens;

namespace Itori.Text.Keyphrases;

/// <summary>
/// Candidate concepts of a text in another language than English: what stands between stop words and marks, narrowed by what is known of where nouns stand in that
/// language. Texts in scripts without spaces, or whose words carry their particles (Korean), give none rather than pieces of sentences.
/// </summary>
internal sealed class StopWordSpans(ParsedText parsed, int maxWords)
{
    private const int ShortestWord = 3;

    // Languages that write nouns after an article or preposition and most adjectives after the noun.
    private static readonly FrozenSet<string> Romance = new[] { "fr", "es", "it", "pt", "ro" }.ToFrozenSet();

    private static readonly FrozenSet<string> WithoutWords = new[] { "zh", "ja", "th", "ko" }.ToFrozenSet();

    private static readonly string[] RomanceAdjectiveEndings =
    [
        "al", "ale", "ales", "aux", "ali", "el", "elle", "els", "elles", "ique", "iques", "ico", "ica", "icos", "icas", "ici", "iche", "ivo", "iva", "ivos", "ivas", "ivi", "ive",
        "if", "ifs", "ives", "oso", "osa", "osos", "osas", "osi", "ose", "eux", "euse", "euses", "ario", "aria", "arios", "arias", "aire", "aires", "ble", "bles", "bile", "bili",
        "nte", "ntes", "nti", "ado", "ada", "ados", "adas", "ido", "ida", "idos", "idas", "ato", "ata", "ati", "ate", "iel", "ielle", "onal", "ais", "ano", "ana", "onale", "ionnel", "ionnelle", "ées", "és", "ée",
    ];

    private static readonly string[] SlavicAdjectiveEndings =
    [
        "ый", "ий", "ой", "ая", "яя", "ое", "ее", "ые", "ие", "ого", "его", "ому", "ему", "ых", "их", "ым", "ую", "юю", "ыми", "ими", "ски", "ска", "ско", "ния", "ите",
    ];

    private static readonly string[] SlavicNounEndings =
    [
        "ция", "ции", "цию", "ение", "ения", "ание", "ания", "ость", "ости", "ство", "ства", "изм", "изма", "логия", "логии", "логию", "тура", "туры", "туру", "тор", "тора", "тель", "теля", "ика", "ики", "ику",
    ];

    private static readonly string[] NorthernNounEndings = ["heid", "heden", "tie", "ties", "schap", "teit", "teiten", "isme", "ning", "ningen", "ingen", "het", "heten", "hed", "tion", "tioner", "ismen", "else", "elser"];

    public List<Phrase> Find()
    {
        var phrases = new List<Phrase>();
        if (WithoutWords.Contains(parsed.Language))
        {
            return phrases;
        }

        for (var sentence = 0; sentence < parsed.Sentences.Count; sentence++)
        {
            var range = parsed.Sentences[sentence];
            var at = range.First;
            while (at < range.End)
            {
                var end = at;
                while (end < range.End && IsContent(end) && (end == at || parsed.Tokens[end].Word != parsed.Tokens[end - 1].Word))
                {
                    end++;
                }

                if (end > at)
                {
                    Add(phrases, range, at, end, sentence);
                }

                at = Math.Max(end, at + 1);
            }
        }

        return phrases;
    }

    private bool IsContent(int at)
    {
        var token = parsed.Tokens[at];
        if (token.Kind != TokenKind.Word || token.Length < ShortestWord)
        {
            return token.Kind == TokenKind.Word && token.Length > 1 && IsCapitalised(at) && char.IsUpper(parsed.Text[token.Start + 1]);
        }

        return !Languages.IsStopWord(parsed.Language, parsed.Words[token.Word].Lower);
    }

    private void Add(List<Phrase> phrases, TokenRange sentence, int first, int end, int index)
    {
        switch (parsed.Language)
        {
            case "de":
                AddGerman(phrases, first, end, index);
                break;
            case var language when Romance.Contains(language):
                AddRomance(phrases, sentence, first, end, index);
                break;
            case "ru" or "bg":
                AddSlavic(phrases, first, end, index);
                break;
            default:
                AddOther(phrases, sentence, first, end, index);
                break;
        }
    }

    /// <summary>German nouns have a capital; an inflected adjective may stand before them.</summary>
    private void AddGerman(List<Phrase> phrases, int first, int end, int sentence)
    {
        for (var at = first; at < end; at++)
        {
            if (!IsCapitalised(at))
            {
                continue;
            }

            var start = at > first && !IsCapitalised(at - 1) && IsGermanAdjective(at - 1, first, sentence) ? at - 1 : at;
            var stop = at + 1;
            while (stop < end && IsCapitalised(stop) && stop - start < maxWords)
            {
                stop++;
            }

            // A capital at the start of a sentence may be any word's, unless a noun's ending or a second capital tells.
            if (at != parsed.Sentences[sentence].First || stop - start > 1 || HasGermanNounEnding(at) || IsCapitalisedElsewhere(at))
            {
                phrases.Add(new(start, stop, sentence));
            }

            at = stop - 1;
        }
    }

    /// <summary>An adjective by its ending with the word after it, and lone words with a noun's ending.</summary>
    private void AddSlavic(List<Phrase> phrases, int first, int end, int index)
    {
        for (var at = first; at < end; at++)
        {
            var stop = at;
            while (stop < end && stop - at < Math.Min(2, maxWords - 1) && HasEnding(stop, SlavicAdjectiveEndings))
            {
                stop++;
            }

            if (stop > at && stop < end)
            {
                phrases.Add(new(at, stop + 1, index));
                at = stop;
            }
            else if (HasEnding(at, SlavicNounEndings) || parsed.Words[parsed.Tokens[at].Word].Count > 1 || (at > parsed.Sentences[index].First && IsCapitalised(at)))
            {
                phrases.Add(new(at, at + 1, index));
            }
        }
    }

    private void AddRomance(List<Phrase> phrases, TokenRange sentence, int first, int end, int index)
    {
        var led = first > sentence.First && parsed.Tokens[first - 1].Kind == TokenKind.Word;
        if (!led && end - first == 1 && !IsCapitalised(first) && parsed.Words[parsed.Tokens[first].Word].Count < 2)
        {
            return;
        }

        var stop = first + 1;
        while (stop < end && stop - first < Math.Min(3, maxWords) && (HasEnding(stop, RomanceAdjectiveEndings) || (IsCapitalised(stop) && IsCapitalised(stop - 1))))
        {
            stop++;
        }

        phrases.Add(new(first, stop, index));
    }

    private void AddOther(List<Phrase> phrases, TokenRange sentence, int first, int end, int index)
    {
        if (end - first <= Math.Min(2, maxWords))
        {
            // A lone word says little of what it is; it counts when it comes again, has a capital within the sentence, or is most of what is said.
            if (end - first > 1 || parsed.Words[parsed.Tokens[first].Word].Count > 1 || (first > sentence.First && IsCapitalised(first)) || sentence.Count <= 4)
            {
                phrases.Add(new(first, end, index));
            }

            return;
        }

        for (var at = first; at < end; at++)
        {
            if (parsed.Words[parsed.Tokens[at].Word].Count > 1 || (at > sentence.First && IsCapitalised(at))
                || (parsed.Language is "nl" or "sv" or "da" or "no" && HasEnding(at, NorthernNounEndings)))
            {
                phrases.Add(new(at, at + 1, index));
            }
        }
    }

    private bool IsCapitalised(int at) => char.IsUpper(parsed.Text[parsed.Tokens[at].Start]);

    private bool IsCapitalisedElsewhere(int at) => parsed.Words[parsed.Tokens[at].Word].Count > 1;

    /// <summary>A verb may stand before a noun too ("erkennen Tumore"), so "-en" must follow a function word that leads the phrase.</summary>
    private bool IsGermanAdjective(int at, int first, int sentence) =>
        HasEnding(at, ["e", "er", "es", "em"]) || (HasEnding(at, ["en"]) && at == first && at > parsed.Sentences[sentence].First && parsed.Tokens[at - 1].Kind == TokenKind.Word);

    private bool HasGermanNounEnding(int at) =>
        HasEnding(at, ["ung", "ungen", "heit", "heiten", "keit", "keiten", "schaft", "tion", "tionen", "tät", "ismus", "enz", "nis", "ik", "tum"]);

    private bool HasEnding(int at, string[] endings)
    {
        var lower = parsed.Words[parsed.Tokens[at].Word].Lower;
        foreach (var ending in endings)
        {
            if (lower.Length > ending.Length + 2 && lower.EndsWith(ending, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
