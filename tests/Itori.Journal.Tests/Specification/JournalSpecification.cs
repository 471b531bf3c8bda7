namespace Itori.Journal.Tests.Specification;

/// <summary>What every store promises. A store's test class inherits it and says how the store is opened.</summary>
public abstract partial class JournalSpecification : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _opened = [];

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A wait that ends only when something hangs.</summary>
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly CommitMeter _meter = new();

    private protected CommitMeter Meter => _meter;

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var journal in _opened)
        {
            await journal.DisposeAsync();
        }

        _meter.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens this test's own store; again: the same one.</summary>
    protected async Task<IJournal> OpenAsync(Action<JournalOptions>? configure = null)
    {
        var options = new JournalOptions();
        configure?.Invoke(options);
        var journal = await OpenStoreAsync(options);
        _opened.Add((IAsyncDisposable)journal);
        return journal;
    }

    protected static ValueTask CloseAsync(IJournal journal) => ((IAsyncDisposable)journal).DisposeAsync();

    protected async Task<IJournal> ReopenAsync(IJournal journal)
    {
        await CloseAsync(journal);
        return await OpenAsync();
    }

    protected abstract Task<IJournal> OpenStoreAsync(JournalOptions options);

    /// <summary>Keeps every commit of this test's store waiting until disposed, as another program with a lock would.</summary>
    protected abstract Task<IAsyncDisposable> HoldCommitsAsync();

    protected static async Task<List<JournalRecord>> ReadAllAsync(IJournal journal, string stream, long afterSeq = 0)
    {
        var all = new List<JournalRecord>();
        await foreach (var record in journal.ReadAsync(stream, afterSeq, Ct))
        {
            all.Add(record);
        }

        return all;
    }

    protected static async Task AppendAsync(IJournal journal, string stream, long afterSeq, int count, string? body = null) =>
        Assert.Equal(AppendOutcome.Appended, await journal.AppendAsync(stream, afterSeq, Records.Run(afterSeq, count, body), Ct));

    protected static async Task UntilAsync(Func<bool> condition, string what)
    {
        for (var waited = TimeSpan.Zero; !condition(); waited += TimeSpan.FromMilliseconds(5))
        {
            Assert.True(waited < Limit, $"Still not true: {what}");
            await Task.Delay(5, Ct);
        }
    }
}
