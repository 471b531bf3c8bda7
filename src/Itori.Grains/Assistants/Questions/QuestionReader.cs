using System.Text.RegularExpressions;
using Itori.Grains.Assistants.Context;
using Itori.Text;

namespace Itori.Grains.Assistants.Questions;

/// <summary>Tells what a message wants, by the forms that English questions have.</summary>
internal static partial class QuestionReader
{
    // A pasted text may hold any number of question marks; what someone asks stands in a line of its own or comes last.
    private const int LongestQuestion = 400;

    /// <summary>Reads a message.</summary>
    /// <param name="text">The message.</param>
    /// <param name="graph">The concepts that it may name.</param>
    /// <param name="speakers">Names of those who spoke.</param>
    public static Question Read(string text, GraphView graph, IReadOnlyCollection<string> speakers)
    {
        var asked = AskedPart(text, out var scope);
        var plain = Plain(asked ?? string.Empty);
        var (kind, subject) = asked is null ? (Courtesy(text), string.Empty) : Classify(asked, plain);
        var speaker = asked is null ? null : SpeakerIn(asked, speakers);
        var about = subject.Length > 0 ? subject : scope;
        if (speaker is not null)
        {
            about = Without(about, speaker);
        }

        var concepts = ConceptsInText.Find(kind is QuestionKind.Statement ? text : about, graph).Select(mention => mention.Concept).DistinctBy(concept => concept.ConceptId).ToArray();
        return new Question
        {
            Kind = kind,
            Text = text,
            Asked = scope,
            Subject = AsWritten(subject.Length > 0 ? subject : Topic().Match(plain).Groups["x"].Value, scope),
            Terms = SearchTerms.OfQuestion(about),
            HasSubject = SearchTerms.HasSubject(about),
            Concepts = concepts,
            Speaker = speaker,
        };
    }

    private static (QuestionKind Kind, string Subject) Classify(string asked, string plain)
    {
        var courtesy = Courtesy(asked);
        if (courtesy is not QuestionKind.Statement)
        {
            return (courtesy, string.Empty);
        }

        foreach (var (kind, pattern) in s_forms)
        {
            var match = pattern.Match(plain);
            if (match.Success)
            {
                return (kind, match.Groups["x"].Success ? match.Groups["x"].Value : string.Empty);
            }
        }

        return (QuestionKind.Lookup, string.Empty);
    }

    /// <summary>The subject in the message's own letters; the forms see lower case.</summary>
    private static string AsWritten(string subject, string text)
    {
        var trimmed = subject.Trim().TrimEnd('?', '!', '.', ',', ' ');
        var at = trimmed.Length == 0 ? -1 : text.IndexOf(trimmed, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? trimmed : text.Substring(at, trimmed.Length);
    }

    private static QuestionKind Courtesy(string text)
    {
        var plain = text.Length > 60 ? string.Empty : Lowered(text);
        return Greeting().IsMatch(plain) ? QuestionKind.Greeting : Thanks().IsMatch(plain) ? QuestionKind.Thanks : QuestionKind.Statement;
    }

    /// <summary>The part of the message that asks; null where none does.</summary>
    private static string? AskedPart(string text, out string scope)
    {
        var trimmed = text.Trim();
        scope = trimmed;
        if (trimmed.Length == 0)
        {
            return null;
        }

        if (trimmed.Length <= LongestQuestion)
        {
            var spans = Sentences.Split(trimmed);
            string? last = null;
            foreach (var span in spans)
            {
                var sentence = trimmed.Substring(span.Start, span.Length).Trim();
                if (IsAsking(sentence))
                {
                    last = sentence;
                }
            }

            // What stands around a question belongs to it when it is short: "Caching. What was decided?"
            scope = last is null || trimmed.Length <= 160 ? trimmed : last;
            return last;
        }

        foreach (var line in FirstAndLastLine(trimmed))
        {
            if (line.Length <= LongestQuestion && IsAsking(line))
            {
                scope = line;
                return line;
            }
        }

        return null;
    }

    private static IEnumerable<string> FirstAndLastLine(string text)
    {
        var first = text.IndexOf('\n', StringComparison.Ordinal);
        var last = text.LastIndexOf('\n');
        if (first >= 0)
        {
            yield return text[(last + 1)..].Trim();
            yield return text[..first].Trim();
        }
        else
        {
            var tail = text[^LongestQuestion..];
            var spans = Sentences.Split(tail);
            if (spans.Count > 1)
            {
                yield return tail.Substring(spans[^1].Start, spans[^1].Length).Trim();
            }
        }
    }

    private static bool IsAsking(string sentence)
    {
        if (sentence.EndsWith('?') || sentence.EndsWith('？') || sentence.EndsWith('؟'))
        {
            return true;
        }

        // Without its mark only a short sentence passes for a question; "when the cache fails, the gateway asks again" tells something.
        var plain = Plain(sentence);
        return sentence.Length <= 120 && Asking().IsMatch(plain) && !(sentence.Contains(',', StringComparison.Ordinal) && Clause().IsMatch(plain));
    }

    /// <summary>Lower case, plain apostrophes and single spaces, without politeness in front.</summary>
    private static string Plain(string text) => Politeness().Replace(Lowered(text), string.Empty);

    private static string Lowered(string text) => Spaces().Replace(text.Trim().Replace('’', '\'').ToLowerInvariant(), " ");

    private static string? SpeakerIn(string asked, IReadOnlyCollection<string> speakers)
    {
        string? best = null;
        foreach (var speaker in speakers)
        {
            // The whole name, or a part of it of which no other speaker has the like ("the professor" for "Professor C").
            foreach (var name in Parts(speaker))
            {
                var only = name == speaker || speakers.Count(other => Parts(other).Contains(name, StringComparer.OrdinalIgnoreCase)) == 1;
                if (only && IsSpeaker(asked, name) && (best is null || speaker.Length > best.Length))
                {
                    best = speaker;
                }
            }
        }

        return best;

        static IEnumerable<string> Parts(string name) => name.Split(' ', StringSplitOptions.RemoveEmptyEntries).Prepend(name).Distinct(StringComparer.OrdinalIgnoreCase);

        static bool IsSpeaker(string asked, string name)
        {
            var escaped = Regex.Escape(name);
            var form = $@"\b(?:(?:did|does|do|has|had|was|were|is|would|according to|by|from|said by)\s+(?:the\s+)?{escaped}\b(?!\s+(?:and|or)\b)|{escaped}['’]s?\s+(?:view|opinion|idea|point|position|suggestion|proposal|thought|argument|comment|attitude|perspective))";
            return Regex.IsMatch(asked, form, name.Length == 1 ? RegexOptions.CultureInvariant : RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, TimeSpan.FromMilliseconds(100));
        }
    }

    private static string Without(string text, string speaker)
    {
        foreach (var name in speaker.Split(' ', StringSplitOptions.RemoveEmptyEntries).Prepend(speaker))
        {
            text = Regex.Replace(text, $@"\b{Regex.Escape(name)}\b(?:['’]s)?", " ", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, TimeSpan.FromMilliseconds(100));
        }

        return text;
    }
}
