using System.Text.Json;

namespace Itori.Architecture.Tests;

/// <summary>What the programs ask of the runtime, as it is written beside them: a property with a wrong name is nobody's error when it is built.</summary>
public sealed class RuntimeSettings
{
    [Fact]
    public void Standalone_has_one_heap_and_a_silo_one_for_each_processor()
    {
        Assert.Equal("False", Setting("Itori.Standalone", "System.GC.Server"));
        Assert.Equal("True", Setting("Itori.Silo", "System.GC.Server"));
    }

    [Theory]
    [InlineData("Itori.Standalone", 16)]
    [InlineData("Itori.Gateway", 4)]
    public void The_youngest_generation_is_small_whatever_the_processors_cache(string program, int megabytes) =>
        Assert.Equal($"{megabytes * 1024 * 1024}", Setting(program, "System.GC.Gen0MaxBudget"));

    private static string? Setting(string program, string name)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, program + ".runtimeconfig.json")));
        return file.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties").TryGetProperty(name, out var value) ? value.ToString() : null;
    }
}
