namespace Itori.Load;

/// <summary>Figures of several targets and repeats; printed as medians, with ratios against one target of the same run.</summary>
internal sealed class Table
{
    private readonly List<string> targets = [];
    private readonly List<string> figures = [];
    private readonly Dictionary<(string Target, string Figure), List<double>> values = [];

    public void Add(string target, string figure, double value)
    {
        if (!targets.Contains(target))
        {
            targets.Add(target);
        }

        if (!figures.Contains(figure))
        {
            figures.Add(figure);
        }

        if (!values.TryGetValue((target, figure), out var list))
        {
            values[(target, figure)] = list = [];
        }

        list.Add(value);
    }

    public void Print(string against)
    {
        Console.WriteLine($"| | {string.Join(" | ", targets)} |");
        Console.WriteLine($"|---|{string.Concat(targets.Select(_ => "---|"))}");
        foreach (var figure in figures)
        {
            var reference = Median(against, figure);
            Console.WriteLine($"| {figure} | {string.Join(" | ", targets.Select(target => Cell(Median(target, figure), target == against ? null : reference)))} |");
        }
    }

    private double? Median(string target, string figure)
    {
        if (!values.TryGetValue((target, figure), out var list))
        {
            return null;
        }

        list.Sort();
        return list.Count % 2 == 1 ? list[list.Count / 2] : (list[(list.Count / 2) - 1] + list[list.Count / 2]) / 2;
    }

    private static string Cell(double? value, double? reference) => value switch
    {
        null => "",
        { } number when reference is > 0 => $"{number:#,0.##} ({number / reference.Value:0.00}×)",
        { } number => $"{number:#,0.##}",
    };
}
