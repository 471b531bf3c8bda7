using System.Collections.Frozen;
using Itori.Text.Lexicon;
using Lucene.Net.Analysis.Util;

namespace Itori.Text.Tokens;

/// <summary>Which language a text is in, by its stop words and its script, and those stop words.</summary>
internal static class Languages
{
    public const string English = "en";
    public const string Unknown = "und";

    // Lucene's lists. English is judged by the lexicon's closed classes.
    private static readonly Lazy<(string Code, FrozenSet<string> Words)[]> Lists = new(() =>
    [
        ("de", Copy(Lucene.Net.Analysis.De.GermanAnalyzer.DefaultStopSet)),
        ("fr", Copy(Lucene.Net.Analysis.Fr.FrenchAnalyzer.DefaultStopSet)),
        ("es", Copy(Lucene.Net.Analysis.Es.SpanishAnalyzer.DefaultStopSet)),
        ("it", Copy(Lucene.Net.Analysis.It.ItalianAnalyzer.DefaultStopSet)),
        ("pt", Copy(Lucene.Net.Analysis.Pt.PortugueseAnalyzer.DefaultStopSet)),
        ("nl", Copy(Lucene.Net.Analysis.Nl.DutchAnalyzer.DefaultStopSet)),
        ("sv", Copy(Lucene.Net.Analysis.Sv.SwedishAnalyzer.DefaultStopSet)),
        ("da", Copy(Lucene.Net.Analysis.Da.DanishAnalyzer.DefaultStopSet)),
        ("no", Copy(Lucene.Net.Analysis.No.NorwegianAnalyzer.DefaultStopSet)),
        ("fi", Copy(Lucene.Net.Analysis.Fi.FinnishAnalyzer.DefaultStopSet)),
        ("hu", Copy(Lucene.Net.Analysis.Hu.HungarianAnalyzer.DefaultStopSet)),
        ("ro", Copy(Lucene.Net.Analysis.Ro.RomanianAnalyzer.DefaultStopSet)),
        ("cs", Copy(Lucene.Net.Analysis.Cz.CzechAnalyzer.DefaultStopSet)),
        ("tr", Copy(Lucene.Net.Analysis.Tr.TurkishAnalyzer.DefaultStopSet)),
        ("ru", Copy(Lucene.Net.Analysis.Ru.RussianAnalyzer.DefaultStopSet)),
        ("bg", Copy(Lucene.Net.Analysis.Bg.BulgarianAnalyzer.DefaultStopSet)),
        ("el", Copy(Lucene.Net.Analysis.El.GreekAnalyzer.DefaultStopSet)),
        ("ar", Copy(Lucene.Net.Analysis.Ar.ArabicAnalyzer.DefaultStopSet)),
        ("fa", Copy(Lucene.Net.Analysis.Fa.PersianAnalyzer.DefaultStopSet)),
        ("hi", Copy(Lucene.Net.Analysis.Hi.HindiAnalyzer.DefaultStopSet)),
    ]);

    // Greetings, thanks, yes and no, today and tomorrow: said in every conversation, and about nothing.
    private static readonly Dictionary<string, string> SmallTalk = new(StringComparer.Ordinal)
    {
        ["de"] = "hallo ja nein doch bitte danke heute morgen gestern gern gerne klar okay super leute tschüss moin genau vielleicht nacht abend",
        ["fr"] = "bonjour salut bonsoir merci oui non beaucoup quelqu'un quelqu quelque aujourd'hui demain hier svp stp d'accord accord super peut peux peuvent fait faire lundi mardi mercredi jeudi vendredi",
        ["es"] = "hola gracias vale sí no mañana ayer hoy claro bueno vemos alguien luego favor",
        ["it"] = "ciao grazie prego sì no domani ieri oggi qualcuno certo bene favore",
        ["pt"] = "olá obrigado obrigada sim não amanhã ontem hoje alguém bom favor",
        ["nl"] = "hallo hoi ja nee dank bedankt vandaag morgen gisteren iemand graag",
        ["sv"] = "hej tack ja nej idag imorgon igår någon",
        ["da"] = "hej tak ja nej idag morgen nogen",
        ["no"] = "hei takk ja nei idag morgen noen",
        ["fi"] = "hei moi kiitos joo kyllä ei tänään huomenna",
        ["ru"] = "привет спасибо пожалуйста да нет сегодня завтра вчера хорошо кто-то",
        ["tr"] = "merhaba teşekkürler evet hayır bugün yarın",
    };

    // Which languages (bits, by index in Lists) have a word as a stop word.
    private static readonly Lazy<FrozenDictionary<string, uint>> Masks = new(() =>
    {
        var masks = new Dictionary<string, uint>(StringComparer.Ordinal);
        for (var i = 0; i < Lists.Value.Length; i++)
        {
            foreach (var word in Lists.Value[i].Words)
            {
                masks[word] = masks.GetValueOrDefault(word) | (1u << i);
            }

            foreach (var word in SmallTalk.GetValueOrDefault(Lists.Value[i].Code, "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                masks[word] = masks.GetValueOrDefault(word) | (1u << i);
            }
        }

        return masks.ToFrozenDictionary(StringComparer.Ordinal);
    });

    /// <summary>The stop words of a language, in lower case; of all languages together for <see cref="Unknown"/>.</summary>
    public static bool IsStopWord(string language, string lower)
    {
        if (language == Unknown)
        {
            return Masks.Value.ContainsKey(lower) || IsEnglishFunctionWord(lower);
        }

        var index = Array.FindIndex(Lists.Value, list => list.Code == language);
        return index >= 0 && Masks.Value.TryGetValue(lower, out var mask) && (mask & (1u << index)) != 0;
    }

    public static string Guess(ParsedText parsed)
    {
        var script = ScriptLanguage(parsed);
        if (script is not null)
        {
            return script;
        }

        Span<int> hits = stackalloc int[Lists.Value.Length];
        hits.Clear();
        var english = 0;
        var known = 0;
        var words = 0;
        for (var id = 0; id < parsed.Words.Count; id++)
        {
            var word = parsed.Words[id];
            // A word said a thousand times tells no more of the language than one said ten times.
            var weight = Math.Min(word.Count, 10);
            words += weight;
            if (IsEnglishFunctionWord(word.Lower))
            {
                english += weight;
            }

            if (EnglishLexicon.Instance.TryFind(word.Lower, out _) || Inflection.TryFindBase(word.Lower, word.Lower.EndsWith('s') ? 1 : 0, out _))
            {
                known += weight;
            }

            if (Masks.Value.TryGetValue(word.Lower, out var mask))
            {
                for (var i = 0; mask != 0; i++, mask >>= 1)
                {
                    hits[i] += (mask & 1) != 0 ? weight : 0;
                }
            }
        }

        if (words == 0)
        {
            return Unknown;
        }

        var best = 0;
        for (var i = 1; i < hits.Length; i++)
        {
            best = hits[i] > hits[best] || (hits[i] == hits[best] && hits[i] > 0 && Spelling(parsed, best) is >= 0 and var sister && Spelling(parsed, i) > sister) ? i : best;
        }

        // A short English message may hold words that are stop words elsewhere ("in", "die", "a"), so known words count too.
        if (hits[best] >= 2 && hits[best] > english && hits[best] * 6 >= words && (known * 10 < words * 8 || hits[best] > 2 * english))
        {
            return Lists.Value[best].Code;
        }

        return known * 2 >= words || (english > 0 && known * 3 >= words) ? English : Unknown;
    }

    /// <summary>How many words are spelled as only this one of some sister languages spells them; −1 for a language that has none.</summary>
    private static int Spelling(ParsedText parsed, int language)
    {
        string[] marks = Lists.Value[language].Code switch
        {
            "pt" => ["ão", "õe", "nh", "lh", "ç", "ais", "ens"],
            "es" => ["ñ", "ción", "ll", "ue"],
            "da" => ["æ", "hed", "af"],
            "no" => ["ø", "het", "av"],
            "sv" => ["ä", "ö", "het"],
            _ => [],
        };
        var count = marks.Length == 0 ? -1 : 0;
        for (var id = 0; id < parsed.Words.Count; id++)
        {
            count += marks.Any(mark => parsed.Words[id].Lower.Contains(mark, StringComparison.Ordinal)) ? 1 : 0;
        }

        return count;
    }

    private static bool IsEnglishFunctionWord(string lower) =>
        EnglishLexicon.Instance.TryFind(lower, out var entry) && entry.Closed;

    /// <summary>A language that its script alone tells, by the first letters of the text's words; null for scripts that several of the lists share.</summary>
    private static string? ScriptLanguage(ParsedText parsed)
    {
        int han = 0, kana = 0, hangul = 0, thai = 0, hebrew = 0, all = 0;
        for (var id = 0; id < parsed.Words.Count; id++)
        {
            foreach (var c in parsed.Words[id].Lower)
            {
                all++;
                han += c is >= '\u4E00' and <= '\u9FFF' or >= '\u3400' and <= '\u4DBF' ? 1 : 0;
                kana += c is >= '\u3040' and <= '\u30FF' ? 1 : 0;
                hangul += c is >= '\uAC00' and <= '\uD7AF' ? 1 : 0;
                thai += c is >= '\u0E00' and <= '\u0E7F' ? 1 : 0;
                hebrew += c is >= '\u0590' and <= '\u05FF' ? 1 : 0;
            }
        }

        if ((han + kana) * 3 > all)
        {
            return kana * 10 > han + kana ? "ja" : "zh";
        }

        return hangul * 3 > all ? "ko" : thai * 3 > all ? "th" : hebrew * 3 > all ? "he" : null;
    }

    private static FrozenSet<string> Copy(CharArraySet set) =>
        set.Select(word => word.ToString()).ToFrozenSet(StringComparer.Ordinal);
}
