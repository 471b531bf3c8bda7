using System.Text;
using Itori.Text.Lexicon;
using Itori.Text.Tokens;

namespace Itori.Text;

/// <summary>
/// The normal form that tells whether two labels name one concept: lower case, the last word (the head; the word before "of" where there is one) in the
/// singular, hyphens and runs of white space as one space, no invisible characters. It depends on nothing but the label.
/// </summary>
public static class ConceptKey
{
    /// <summary>The normal form of any label, also of one that a person typed. Empty for a label of nothing but white space.</summary>
    public static string Of(string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        var folded = new char[label.Length];
        var length = WordTable.Fold(label.Replace('_', ' '), folded);
        var words = new string(folded, 0, length).Split([' ', '\t', '\r', '\n', '\u00A0', '-', '\u2028', '\u2029'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length == 0)
        {
            return "";
        }

        var of = Array.IndexOf(words, "of");
        var head = of > 0 ? of - 1 : words.Length - 1;
        words[head] = Inflection.Singular(words[head]);
        return string.Join(' ', words);
    }

    /// <summary>The same normal form for words that are folded already.</summary>
    internal static string Join(WordTable words, IReadOnlyList<int> parts)
    {
        if (parts.Count == 1)
        {
            return words[parts[0]].Lower;
        }

        var key = new StringBuilder();
        foreach (var part in parts)
        {
            key.Append(key.Length > 0 ? " " : "").Append(words[part].Lower);
        }

        return key.ToString();
    }
}
