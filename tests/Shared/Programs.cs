namespace Itori.Tests.Shared;

/// <summary>Where the built programs are.</summary>
internal static class Programs
{
    public static string Standalone { get; } = Find("Itori.Standalone");

    public static string Silo { get; } = Find("Itori.Silo");

    public static string Gateway { get; } = Find("Itori.Gateway");

    /// <summary>The repository, above this assembly.</summary>
    public static string Repository => Above(AppContext.BaseDirectory);

    /// <summary>A place for what a person may want to look at after a run; not in git.</summary>
    public static string Artifacts(string suite, string name) => Path.Combine(Directory.CreateDirectory(Path.Combine(Repository, "artifacts", suite)).FullName, name);

    // This assembly is in tests/X/bin/CONFIGURATION/FRAMEWORK; the programs were built with it, in the same configuration.
    private static string Find(string name)
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(Repository, "src", name, "bin", framework.Parent!.Name, framework.Name, name + ".dll");
    }

    private static string Above(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Itori.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException($"There is no Itori.sln above {folder}.");
    }
}
