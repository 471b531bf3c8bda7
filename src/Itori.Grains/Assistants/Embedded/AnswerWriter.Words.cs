using System.Globalization;
using Itori.Contracts;
using Itori.Grains.Assistants.Context;

namespace Itori.Grains.Assistants.Embedded;

internal static partial class AnswerWriter
{
    private const int LongestQuote = 320;

    private static string Number(int count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many ?? one + "s")}");

    private static string Bold(string label) => $"**{Plain(label)}**";

    private static string Labels(IEnumerable<ConceptState> concepts) => Join(concepts.Select(concept => Bold(concept.Label)).ToArray());

    private static string Join(IReadOnlyList<string> words, string last = "and") => words.Count switch
    {
        0 => string.Empty,
        1 => words[0],
        _ => $"{string.Join(", ", words.Take(words.Count - 1))} {last} {words[^1]}",
    };

    private static string Quote(Passage passage)
    {
        // Where the seq tells which message it is, a client can lead there.
        var source = passage.Document is { } document ? $"*{Plain(document)}*" : string.Create(CultureInfo.InvariantCulture, $"{Plain(passage.Speaker ?? "someone")} (message {passage.Seq})");
        return $"- “{Shown(passage)}” — {source}\n";
    }

    /// <summary>The sentence, with more of what stands around it where it says little by itself.</summary>
    private static string Shown(Passage passage)
    {
        var sentence = OneLine(passage.Sentence);
        if (sentence.Length < 60)
        {
            var text = OneLine(passage.Text);
            if (text.Length <= LongestQuote / 2)
            {
                return text;
            }

            var at = text.IndexOf(sentence, StringComparison.Ordinal);
            if (at >= 0)
            {
                // A short sentence mostly begins what the next one says.
                var end = text.IndexOfAny(['.', '!', '?'], Math.Min(text.Length, at + sentence.Length));
                if (end > 0 && end + 1 - at <= LongestQuote)
                {
                    return text[at..(end + 1)];
                }
            }
        }

        return Cut(sentence);
    }

    private static string Cut(string text)
    {
        if (text.Length <= LongestQuote)
        {
            return text;
        }

        var end = text.LastIndexOf(' ', LongestQuote);
        end = end > LongestQuote / 2 ? end : LongestQuote - (char.IsHighSurrogate(text[LongestQuote - 1]) ? 1 : 0);
        return text[..end] + " …";
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>A name in running Markdown: on one line, and its marks are no markup.</summary>
    private static string Plain(string name) => OneLine(name).Replace("*", "\\*", StringComparison.Ordinal).Replace("`", "\\`", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    private static string Percent(double share) => share.ToString("0 %", CultureInfo.InvariantCulture);

    private static string Digits(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>What the answer is about, as the question says it, else by its concepts.</summary>
    private static string SubjectOf(TurnContext turn)
    {
        var question = turn.Question;
        if (question.Concepts.Count > 0)
        {
            return Join(question.Concepts.Take(3).Select(concept => Bold(concept.Label)).ToArray());
        }

        return question.Subject.Length is > 0 and <= 80 ? Bold(question.Subject) : string.Empty;
    }
}
