using Itori.Journal.Tests.Specification;
using Microsoft.Extensions.Logging.Abstractions;

namespace Itori.Journal.Tests.Sqlite;

public sealed class SqliteJournalTests : JournalSpecification
{
    private readonly TemporaryFolder _folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    protected override async Task<IJournal> OpenStoreAsync(JournalOptions options)
    {
        options.DataDirectory = _folder;
        return await SqliteJournal.OpenAsync(options, TimeProvider.System, Meter.Instruments, NullLogger.Instance, Ct);
    }

    protected override Task<IAsyncDisposable> HoldCommitsAsync()
    {
        var other = new RawDatabase(_folder.Database);
        other.Execute("BEGIN IMMEDIATE");
        return Task.FromResult<IAsyncDisposable>(other);
    }
}
