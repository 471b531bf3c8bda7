namespace Itori.Journal.Sqlite;

/// <summary>
/// One process per data folder. The lock is the operating system's, on an open file: it ends with the process, also by kill -9, and the
/// file that stays behind means nothing.
/// </summary>
internal sealed class DataFolderLock : IDisposable
{
    public const string FileName = "itori.lock";

    private readonly FileStream _file;

    private DataFolderLock(FileStream file) => _file = file;

    /// <exception cref="JournalLockedException">Another process (or another journal in this one) has it.</exception>
    /// <exception cref="JournalAccessException">The folder cannot be made or written.</exception>
    public static DataFolderLock Take(string dataDirectory)
    {
        try
        {
            Directory.CreateDirectory(dataDirectory);
            return new DataFolderLock(new FileStream(
                Path.Combine(dataDirectory, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (UnauthorizedAccessException e)
        {
            throw NotWritable(dataDirectory, e);
        }
        catch (IOException e) when (IsHeldElsewhere(e))
        {
            throw new JournalLockedException(dataDirectory, e);
        }
        catch (IOException e)
        {
            throw NotWritable(dataDirectory, e);
        }
    }

    public void Dispose() => _file.Dispose();

    private static JournalAccessException NotWritable(string dataDirectory, Exception e) => new(
        $"The data folder '{dataDirectory}' cannot be written ({e.Message}). Give this process write access, or another folder (Itori:DataDirectory).", e);

    private static bool IsHeldElsewhere(IOException e)
    {
        // ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION; EWOULDBLOCK of Linux and of macOS and the BSDs.
        var code = e.HResult & 0xFFFF;
        return OperatingSystem.IsWindows() ? code is 32 or 33 : code is 11 or 35;
    }
}
