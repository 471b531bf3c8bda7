namespace Itori.Text.Keyphrases;

/// <summary>
/// The score of a candidate: the probability that a reader would give it as a keyphrase, by a logistic model over <see cref="PhraseFeatures"/>. Its few weights were
/// fitted on abstracts with keyphrases given by people (the evaluation command's "fit" prints them); the same text always gets the same scores, so scores compare across texts.
/// </summary>
internal static class PhraseScore
{
    private static readonly double[] Weights =
    [
        0, -1, 0.5, 0.5, 0.2, -0.5, 0.5, -1, 0.3, -1, -0.5, 0, 0, 0.2, 0, -0.3, -0.5, 0.5, 0, 0, 0,
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
