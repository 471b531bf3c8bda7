using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Itori.Architecture.Tests;

/// <summary>The product's assemblies as they were built, read beside this test's own.</summary>
internal static class BuiltAssemblies
{
    public static string[] Names { get; } =
    [
        .. Directory.EnumerateFiles(AppContext.BaseDirectory, "Itori.*.dll").Select(file => Path.GetFileNameWithoutExtension(file)!)
            .Where(name => name != typeof(BuiltAssemblies).Assembly.GetName().Name).Order(StringComparer.Ordinal),
    ];

    /// <summary>What the assembly's own metadata refers to: what its code uses, whatever its project file allows.</summary>
    public static string[] ReferencesOf(string name)
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, name + ".dll")));
        var metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(reference => metadata.GetString(metadata.GetAssemblyReference(reference).Name)).Order(StringComparer.Ordinal)];
    }

    public static Assembly Load(string name) => Assembly.Load(new AssemblyName(name));
}
