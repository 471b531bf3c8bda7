using CsCheck;

namespace Itori.Text.Tests;

internal static class Choice
{
    /// <summary>One of some values, each as likely as any other.</summary>
    public static Gen<T> Of<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);
}
