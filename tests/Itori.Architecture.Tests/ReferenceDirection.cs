namespace Itori.Architecture.Tests;

public sealed class ReferenceDirection
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Itori.Client"] = [],
        ["Itori.Contracts"] = [],
        ["Itori.Numerics"] = [],
        ["Itori.Text"] = [],
        ["Itori.Journal"] = [],
        ["Itori.Streams"] = [],
        ["Itori.Grains"] = ["Itori.Contracts", "Itori.Journal", "Itori.Numerics", "Itori.Text"],
        ["Itori.Silo"] = ["Itori.Contracts", "Itori.Grains", "Itori.Journal", "Itori.Streams"],
        ["Itori.Gateway"] = ["Itori.Contracts", "Itori.Streams"],
        ["Itori.Standalone"] = ["Itori.Contracts", "Itori.Gateway", "Itori.Grains", "Itori.Journal", "Itori.Silo", "Itori.Streams"],
    };

    // What a room must not know, by the beginning of a reference's name.
    private static readonly Dictionary<string, string[]> Forbidden = new(StringComparer.Ordinal)
    {
        ["Itori.Client"] = ["Orleans", "Microsoft"],
        ["Itori.Contracts"] = ["Microsoft.AspNetCore", "Orleans.Runtime", "Microsoft.Data", "Npgsql"],
        ["Itori.Grains"] = ["Microsoft.AspNetCore", "Microsoft.Data", "Npgsql"],
        ["Itori.Numerics"] = ["Orleans", "Microsoft"],
        ["Itori.Text"] = ["Orleans", "Microsoft"],
        ["Itori.Journal"] = ["Orleans", "Microsoft.AspNetCore"],
        ["Itori.Streams"] = ["Microsoft.AspNetCore", "Microsoft.Data", "Npgsql"],
    };

    public static TheoryData<string> Rooms() => [.. Allowed.Keys];

    public static TheoryData<string, string> Prohibitions() => [.. Forbidden.SelectMany(room => room.Value.Select(prefix => (room.Key, prefix)))];

    [Fact]
    public void Every_assembly_has_its_place_in_the_table() => Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), BuiltAssemblies.Names);

    [Theory]
    [MemberData(nameof(Rooms))]
    public void An_assembly_refers_only_to_those_below_it(string room) =>
        Assert.Empty(BuiltAssemblies.ReferencesOf(room).Where(reference => reference.StartsWith("Itori.", StringComparison.Ordinal)).Except(Allowed[room]));

    [Theory]
    [MemberData(nameof(Prohibitions))]
    public void An_assembly_does_not_know_what_is_none_of_its_business(string room, string prefix) =>
        Assert.DoesNotContain(BuiltAssemblies.ReferencesOf(room), reference => reference == prefix || reference.StartsWith(prefix + ".", StringComparison.Ordinal));

    [Fact]
    public void References_are_seen_where_they_are() // Else the rules above would hold of nothing.
    {
        Assert.Contains("Itori.Contracts", BuiltAssemblies.ReferencesOf("Itori.Grains"));
        Assert.Contains("Itori.Contracts", BuiltAssemblies.ReferencesOf("Itori.Gateway"));
        Assert.Contains("Itori.Silo", BuiltAssemblies.ReferencesOf("Itori.Standalone"));
    }
}
