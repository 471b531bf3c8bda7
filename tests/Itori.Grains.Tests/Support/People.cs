using Itori.Contracts;

namespace Itori.Grains.Tests.Support;

internal static class People
{
    public static readonly UserRef Ada = new() { Id = "u-ada", Name = "Ada" };
    public static readonly UserRef Ben = new() { Id = "u-ben", Name = "Ben", Anonymous = true };
}
