namespace Itori.Tests.Shared;

/// <summary>A data folder of a test's own.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("itori-end-to-end-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
