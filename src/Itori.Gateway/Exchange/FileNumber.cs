using System.Globalization;

namespace Itori.Gateway.Exchange;

/// <summary>Numbers in files: what is none, or none that a graph can hold, refuses the file.</summary>
internal static class FileNumber
{
    public static double Finite(string text, string name, string where) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : throw new BadGraphFileException($"{name} of {where} is '{FileNode.Cut(text)}', which is no finite number.", name);

    public static double Weight(string text, string where) => Finite(text, "weight", where) is var weight and > 0
        ? weight
        : throw new BadGraphFileException($"weight of {where} is {FileNode.Cut(text)}; a weight is above 0.", "weight");

    public static long? Count(string? text, string name, string where)
    {
        if (text is null)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new BadGraphFileException($"{name} of {where} is '{FileNode.Cut(text)}', which is no whole number.", name);
    }
}
