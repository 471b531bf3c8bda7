namespace Itori.Text.Keyphrases;

/// <summary>
/// The score of a candidate: the probability that a reader would give it as a keyphrase, by a logistic model over <see cref="PhraseFeatures"/>. Its few weights were
/// fitted on abstracts with keyphrases given by people (the evaluation command's "fit" prints them); the same text always gets the same scores, so scores compare across texts.
/// </summary>
internal static class PhraseScore
{
    private static readonly double[] Weights =
    [
        /* bias                     */ 0.463,
        /* words=1                  */ -1.098,
        /* words=2                  */ 0.335,
        /* words=3                  */ 0.744,
        /* words=4                  */ 0.400,
        /* words>=5                 */ 0.082,
        /* log count                */ 0.301,
        /* log first word           */ -1.250,
        /* first sentence           */ 0.312,
        /* commonness mean          */ -0.631,
        /* commonness head          */ -0.625,
        /* unknown share            */ -0.161,
        /* nested                   */ -0.531,
        /* name                     */ -0.009,
        /* adjective first          */ -0.078,
        /* participle first         */ -1.301,
        /* generic head             */ 0.020,
        /* log word frequency       */ -0.619,
        /* single known             */ -0.856,
        /* single log count         */ -0.006,
        /* spread                   */ 0.466,
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
