namespace Itori.Text.Keyphrases;

/// <summary>
/// The score of a candidate: the probability that a reader would give it as a keyphrase, by a logistic model over <see cref="PhraseFeatures"/>. Its few weights were
/// fitted on abstracts with keyphrases given by people (the evaluation command's "fit" prints them); the same text always gets the same scores, so scores compare across texts.
/// </summary>
internal static class PhraseScore
{
    private static readonly double[] Weights =
    [
        /* bias                     */ 0.455,
        /* words=1                  */ -1.100,
        /* words=2                  */ 0.320,
        /* words=3                  */ 0.742,
        /* words=4                  */ 0.422,
        /* words>=5                 */ 0.071,
        /* log count                */ 0.199,
        /* log first word           */ -1.204,
        /* first sentence           */ 0.334,
        /* commonness mean          */ -0.667,
        /* commonness head          */ -0.588,
        /* unknown share            */ -0.161,
        /* nested                   */ -1.085,
        /* name                     */ -0.046,
        /* adjective first          */ -0.087,
        /* participle first         */ -1.249,
        /* generic head             */ 0.013,
        /* log word frequency       */ -0.597,
        /* single known             */ -0.890,
        /* single log count         */ -0.010,
        /* spread                   */ 0.542,
    ];

    public static double Of(ReadOnlySpan<double> features)
    {
        double sum = 0;
        for (var i = 0; i < features.Length; i++)
        {
            sum += features[i] * Weights[i];
        }

        return 1 / (1 + Math.Exp(-sum));
    }
}
