using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Itori.Journal.Sqlite;

/// <summary>
/// A few read-only connections, opened when first needed. Reads run on the thread pool: SQLite blocks, and the caller may be a grain's scheduler.
/// </summary>
internal sealed class SqliteReaderPool(SqliteFile file, int size) : IAsyncDisposable
{
    private readonly ConcurrentBag<SqliteReadConnection> _idle = [];
    private readonly SemaphoreSlim _free = new(size);
    private bool _closed;

    public async ValueTask<T> ReadAsync<T>(string stream, Func<SqliteReadConnection, T> read, CancellationToken ct)
    {
        await _free.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => Read(stream, read), ct).ConfigureAwait(false);
        }
        finally
        {
            _free.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        // With all places taken, no read is under way; then each later one finds the pool closed.
        for (var i = 0; i < size; i++)
        {
            await _free.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        _closed = true;
        while (_idle.TryTake(out var connection))
        {
            connection.Dispose();
        }

        _free.Release(size);
    }

    private T Read<T>(string stream, Func<SqliteReadConnection, T> read)
    {
        if (_closed)
        {
            throw new JournalUnavailableException("The journal is closed.");
        }

        SqliteReadConnection? connection = null;
        var sound = false;
        try
        {
            connection = _idle.TryTake(out var idle) ? idle : file.OpenReader();
            var result = read(connection);
            sound = true;
            return result;
        }
        catch (SqliteException e)
        {
            throw SqliteErrors.Translate(e, file.Path, stream);
        }
        catch (Exception e) when (e is JournalException or OperationCanceledException)
        {
            sound = true;
            throw;
        }
        finally
        {
            if (sound)
            {
                _idle.Add(connection!);
            }
            else
            {
                connection?.Dispose();
            }
        }
    }
}
