using System.Collections.Frozen;
using Lucene.Net.Tartarus.Snowball.Ext;

namespace Itori.Grains.Assistants.Questions;

/// <summary>Cuts a text into the stems by which a question and a passage are compared (Porter's English stemmer, "Porter 2").</summary>
internal static class SearchTerms
{
    private const int LongestWord = 40;

    [ThreadStatic]
    private static EnglishStemmer? s_stemmer;

    // Closed classes of English, with the pieces that an apostrophe leaves behind.
    private static readonly FrozenSet<string> s_functionWords = Set(
        """
        a about above after again against all also am an and any anybody anyone anything are aren as at be because been before being below between both but by can cannot could couldn
        d did didn do does doesn doing don down during each either else ever every everybody everyone everything few for from further get gets getting go goes going gonna got had hadn has hasn have haven having
        he her here hers herself him himself his how however i if in into is isn it its itself just ll m ma make makes many may maybe me might more most much must my myself
        neither no nobody nor not nothing now of off ok okay on once one ones only onto or other others our ours ourselves out over own please re really s same shall she should shouldn since so some
        somebody someone something such t than that the their theirs them themselves then there these they this those though through to too uh um under until up upon us use used ve very wanna was wasn we well were weren
        what whatever when where whether which while who whoever whole whom whose why will with within without won would wouldn yeah yes yet you your yours yourself yourselves
        """);

    // What a question says about itself and about conversations, not about its subject.
    private static readonly FrozenSet<string> s_questionWords = Set(
        """
        according agree agreed answer anything ask asked asks attitude bring brought chat comment comments conclude concluded conclusion contribute contribution conversation decide decided decision describe
        described description detail details discuss discussed discussing discussion discussions document documents else explain explained explanation find general give gist group happen happened idea know
        knows let like list main meeting meetings mean means meant mention mentioned mentions message messages opinion opinions overview participant participants people perspective point points present presentation
        presented presenting quote raise raised recap regard regarding relate related say saying says see seem session show so source speak spoke spoken state stated suggest suggested suggestion suggestions summarise summarize summary talk talked talking
        team tell think thinking thinks thought thoughts told topic topics view views want wanted way word words
        """);

    /// <summary>The stems of the text's words but function words, in text order, with repetitions.</summary>
    public static List<string> Of(string text) => Of(text, asQuestion: false);

    /// <summary>The stems of what a question is about, each once. Words that only make a question are left out, unless nothing else is left.</summary>
    public static string[] OfQuestion(string text)
    {
        var terms = Of(text, asQuestion: true);
        return (terms.Count > 0 ? terms : Of(text, asQuestion: false)).Distinct(StringComparer.Ordinal).ToArray();
    }

    /// <summary>Whether anything is left of a question without the words that only make it one.</summary>
    public static bool HasSubject(string text) => Of(text, asQuestion: true).Count > 0;

    private static List<string> Of(string text, bool asQuestion)
    {
        var terms = new List<string>();
        Span<char> word = stackalloc char[LongestWord];
        for (var i = 0; i < text.Length;)
        {
            if (!char.IsLetterOrDigit(text[i]))
            {
                i++;
                continue;
            }

            var length = 0;
            for (; i < text.Length && char.IsLetterOrDigit(text[i]); i++)
            {
                if (length < LongestWord)
                {
                    word[length++] = char.ToLowerInvariant(text[i]);
                }
            }

            var lower = word[..length].ToString();
            if (!s_functionWords.Contains(lower) && !(asQuestion && s_questionWords.Contains(lower)))
            {
                terms.Add(Stem(lower));
            }
        }

        return terms;
    }

    private static string Stem(string word)
    {
        if (word.Length < 4 || !char.IsAsciiLetter(word[0]))
        {
            return word;
        }

        var stemmer = s_stemmer ??= new EnglishStemmer();
        stemmer.SetCurrent(word);
        stemmer.Stem();
        return stemmer.Current;
    }

    private static FrozenSet<string> Set(string words) => words.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}
