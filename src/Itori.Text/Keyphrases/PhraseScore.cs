namespace Itori.Text.Keyphrases;

/// <summary>
/// The score of a candidate: the probability that a reader would give it as a keyphrase, by a logistic model over <see cref="PhraseFeatures"/>. Its few weights were
/// fitted on abstracts with keyphrases given by people (the evaluation command's "fit" prints them); the same text always gets the same scores, so scores compare across texts.
/// </summary>
internal static class PhraseScore
{
    private static readonly double[] Weights =
    [
        /* bias                     */ 0.469,
        /* words=1                  */ -1.096,
        /* words=2                  */ 0.333,
        /* words=3                  */ 0.745,
        /* words=4                  */ 0.421,
        /* words>=5                 */ 0.065,
        /* log count                */ 0.274,
        /* log first word           */ -1.240,
        /* first sentence           */ 0.320,
        /* commonness mean          */ -0.639,
        /* commonness head          */ -0.626,
        /* unknown share            */ -0.167,
        /* nested                   */ -0.525,
        /* name                     */ -0.028,
        /* adjective first          */ -0.081,
        /* participle first         */ -1.286,
        /* generic head             */ 0.016,
        /* log word frequency       */ -0.626,
        /* single known             */ -0.888,
        /* single log count         */ 0.007,
        /* spread                   */ 0.480,
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
