namespace Itori.Evaluation;

/// <summary>One candidate: its features and whether people gave it as a key.</summary>
internal sealed record FitRow(string Label, double[] Features, bool IsKey);

internal sealed record FitText(IReadOnlyList<FitRow> Rows, IReadOnlyList<string> Keys)
{
    public IEnumerable<string> Ranked(double[] weights) => Rows.OrderByDescending(row => LogisticFit.Dot(row.Features, weights)).Select(row => row.Label);
}

/// <summary>Logistic regression with an L2 penalty, by batch gradient descent with Nesterov momentum; deterministic.</summary>
internal static class LogisticFit
{
    private const int Steps = 3000;
    private const double Rate = 0.5;
    private const double Penalty = 2e-4;

    public static double[] Fit(IEnumerable<FitText> texts)
    {
        var rows = texts.SelectMany(text => text.Rows).ToList();
        var n = rows[0].Features.Length;
        var weights = new double[n];
        var velocity = new double[n];
        var gradient = new double[n];
        for (var step = 0; step < Steps; step++)
        {
            Array.Clear(gradient);
            var ahead = weights.Select((weight, i) => weight + (0.9 * velocity[i])).ToArray();
            foreach (var row in rows)
            {
                var error = (1 / (1 + Math.Exp(-Dot(row.Features, ahead)))) - (row.IsKey ? 1 : 0);
                for (var i = 0; i < n; i++)
                {
                    gradient[i] += error * row.Features[i];
                }
            }

            for (var i = 0; i < n; i++)
            {
                velocity[i] = (0.9 * velocity[i]) - (Rate * ((gradient[i] / rows.Count) + (Penalty * ahead[i])));
                weights[i] += velocity[i];
            }
        }

        return weights;
    }

    public static double Dot(double[] features, double[] weights)
    {
        double sum = 0;
        for (var i = 0; i < features.Length; i++)
        {
            sum += features[i] * weights[i];
        }

        return sum;
    }
}
