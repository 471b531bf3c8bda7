namespace Itori.Text.Lexicon;

/// <summary>
/// Log-probabilities of a first-order Markov model of English parts of speech: rough percentages of what follows what in edited and spoken
/// English, set by hand (they are well known and stable) and refined where real text was mis-tagged. The lexicon gives the other half of the model.
/// </summary>
internal static class TagStatistics
{
    private const int Tags = (int)PartOfSpeech.Punctuation + 1;

    // Columns in the order of PartOfSpeech from Noun:  N   S   P   J   V   Z   D   E   G   R   I   H   T   W   C   O   M   Q   U   X      (per mille)
    private static readonly int[][] Rows =
    [
        /* start         */ [60, 50, 110, 60, 22, 2, 2, 12, 14, 70, 116, 4, 190, 30, 50, 110, 4, 20, 30, 44],
        /* Noun          */ [125, 75, 10, 10, 8, 52, 45, 22, 14, 28, 190, 40, 14, 22, 48, 12, 24, 8, 4, 250],
        /* PluralNoun    */ [14, 8, 6, 18, 80, 6, 70, 34, 18, 40, 200, 40, 20, 26, 64, 14, 40, 8, 4, 240],
        /* ProperNoun    */ [60, 30, 350, 10, 6, 50, 60, 6, 4, 16, 84, 16, 8, 10, 44, 6, 14, 26, 2, 200],
        /* Adjective     */ [430, 230, 30, 75, 4, 2, 2, 5, 10, 8, 56, 24, 6, 4, 30, 3, 2, 12, 1, 66],
        /* Verb          */ [65, 60, 20, 75, 8, 2, 3, 45, 30, 75, 100, 50, 220, 25, 14, 90, 1, 22, 6, 90],
        /* ThirdPerson   */ [55, 28, 22, 80, 6, 2, 3, 120, 55, 110, 60, 60, 170, 20, 14, 45, 1, 22, 4, 80],
        /* PastVerb      */ [45, 35, 30, 55, 6, 2, 4, 110, 24, 75, 120, 50, 160, 18, 16, 70, 1, 30, 4, 90],
        /* Participle    */ [65, 55, 12, 28, 6, 1, 4, 30, 14, 50, 305, 95, 60, 10, 32, 14, 1, 20, 2, 110],
        /* Gerund        */ [170, 120, 22, 95, 4, 2, 2, 10, 10, 32, 110, 60, 160, 16, 16, 44, 1, 16, 2, 60],
        /* Adverb        */ [20, 14, 8, 130, 90, 55, 60, 90, 28, 90, 100, 20, 45, 14, 16, 50, 22, 20, 6, 120],
        /* Preposition   */ [125, 80, 110, 95, 60, 1, 2, 10, 40, 16, 20, 4, 310, 26, 3, 70, 1, 44, 2, 10],
        /* To            */ [40, 22, 50, 22, 580, 1, 1, 3, 12, 14, 6, 1, 130, 6, 1, 24, 1, 40, 1, 6],
        /* Determiner    */ [450, 110, 90, 230, 2, 2, 4, 22, 14, 22, 11, 1, 10, 2, 2, 5, 1, 24, 2, 8],
        /* WhWord        */ [35, 50, 24, 30, 35, 120, 90, 4, 4, 30, 16, 14, 130, 2, 2, 170, 80, 6, 2, 20],
        /* Conjunction   */ [115, 100, 80, 105, 60, 26, 48, 32, 30, 70, 43, 12, 110, 16, 3, 70, 10, 26, 6, 20],
        /* Pronoun       */ [8, 6, 4, 18, 230, 130, 180, 10, 8, 75, 56, 24, 14, 16, 16, 16, 120, 6, 4, 90],
        /* Modal         */ [4, 3, 2, 3, 790, 1, 1, 2, 1, 130, 2, 1, 2, 1, 2, 30, 1, 1, 2, 14],
        /* Number        */ [240, 230, 40, 50, 8, 6, 6, 8, 6, 12, 110, 20, 8, 6, 24, 8, 4, 80, 2, 130],
        /* Interjection  */ [40, 30, 40, 30, 60, 4, 10, 6, 6, 60, 66, 4, 110, 40, 70, 140, 10, 16, 60, 180],
        /* Punctuation   */ [80, 60, 80, 60, 24, 10, 22, 30, 28, 60, 80, 20, 120, 36, 90, 90, 6, 36, 20, 60],
    ];

    // Shares of the parts of speech in running text, per mille, from Noun.
    private static readonly int[] Shares = [135, 62, 60, 68, 60, 26, 34, 24, 16, 46, 105, 22, 105, 14, 28, 50, 12, 30, 10, 100];

    private static readonly double[] RankShares = [0.70, 0.20, 0.07, 0.03, 0.02, 0.02];

    private static readonly float[] Transitions = Build();
    private static readonly float[] Priors = [0, .. Shares.Select(share => (float)Math.Log(share / 1000.0))];
    private static readonly float[] Ranks = [.. RankShares.Select(share => (float)Math.Log(share))];

    /// <summary>log P(next | previous); <see cref="PartOfSpeech.None"/> as previous is the start of a sentence.</summary>
    public static float Transition(PartOfSpeech previous, PartOfSpeech next) => Transitions[((int)previous * Tags) + (int)next];

    /// <summary>log P(tag | word) − log P(tag): by Bayes' rule the word's emission score up to a constant.</summary>
    public static float Emission(int rank, PartOfSpeech tag) => Ranks[rank] - Priors[(int)tag];

    private static float[] Build()
    {
        var table = new float[Tags * Tags];
        for (var previous = 0; previous < Tags; previous++)
        {
            var row = Rows[previous];
            double sum = row.Sum();
            for (var next = 1; next < Tags; next++)
            {
                table[(previous * Tags) + next] = (float)Math.Log(row[next - 1] / sum);
            }
        }

        return table;
    }
}
