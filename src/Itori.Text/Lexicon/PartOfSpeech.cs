namespace Itori.Text.Lexicon;

/// <summary>Coarse parts of speech. The order is the order of the rows and columns in <see cref="TagStatistics"/>.</summary>
internal enum PartOfSpeech : byte
{
    None,
    Noun,
    PluralNoun,
    ProperNoun,
    Adjective,
    Verb,
    VerbThirdPerson,
    PastVerb,
    Participle,
    Gerund,
    Adverb,
    Preposition,

    /// <summary>"to", whether before a verb or a noun.</summary>
    To,
    Determiner,
    WhWord,
    Conjunction,
    Pronoun,
    Modal,
    Number,
    Interjection,
    Punctuation,
}

internal static class PartOfSpeechLetters
{
    /// <summary>The part of speech that a letter of the lexicon's file stands for; small letters are WordNet's.</summary>
    public static PartOfSpeech Parse(char letter) => letter switch
    {
        'N' or 'n' => PartOfSpeech.Noun,
        'S' => PartOfSpeech.PluralNoun,
        'P' => PartOfSpeech.ProperNoun,
        'J' or 'a' or 'K' => PartOfSpeech.Adjective,
        'V' or 'v' => PartOfSpeech.Verb,
        'Z' => PartOfSpeech.VerbThirdPerson,
        'D' => PartOfSpeech.PastVerb,
        'E' => PartOfSpeech.Participle,
        'G' => PartOfSpeech.Gerund,
        'R' or 'r' => PartOfSpeech.Adverb,
        'I' => PartOfSpeech.Preposition,
        'H' => PartOfSpeech.To,
        'T' => PartOfSpeech.Determiner,
        'W' => PartOfSpeech.WhWord,
        'C' => PartOfSpeech.Conjunction,
        'O' => PartOfSpeech.Pronoun,
        'M' => PartOfSpeech.Modal,
        'Q' => PartOfSpeech.Number,
        'U' => PartOfSpeech.Interjection,
        _ => throw new FormatException($"The lexicon has no part of speech '{letter}'."),
    };
}
