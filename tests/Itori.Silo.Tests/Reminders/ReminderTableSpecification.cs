using CsCheck;

namespace Itori.Silo.Tests.Reminders;

/// <summary>What Orleans' reminder service relies on, whichever table it has.</summary>
public abstract class ReminderTableSpecification : IAsyncLifetime
{
    private static readonly DateTime Noon = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract IReminderTable Table { get; }

    public abstract ValueTask InitializeAsync();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>How many histories are tried; fewer where a restart is slow.</summary>
    protected abstract int Runs { get; }

    /// <summary>The table as the next process finds it.</summary>
    protected abstract Task Reopen();

    [Fact]
    public async Task What_was_set_is_read_back()
    {
        var etag = await Table.UpsertRow(Entry(1, "daily", 90), Token);
        var read = await Table.ReadRow(Grain(1), "daily", Token);
        Assert.NotNull(read);
        Assert.Equal((Grain(1), "daily", Noon.AddSeconds(90), TimeSpan.FromSeconds(90), etag), (read.GrainId, read.ReminderName, read.StartAt, read.Period, read.ETag));
    }

    [Fact]
    public async Task A_reminder_that_nobody_set_is_null()
    {
        Assert.Null(await Table.ReadRow(Grain(1), "none", Token));
        Assert.Empty((await Table.ReadRows(Grain(1), Token)).Reminders);
    }

    [Fact]
    public async Task An_old_etag_removes_nothing()
    {
        var old = await Table.UpsertRow(Entry(1, "daily", 60), Token);
        var current = await Table.UpsertRow(Entry(1, "daily", 120), Token);
        Assert.NotEqual(old, current);
        Assert.False(await Table.RemoveRow(Grain(1), "daily", old!, Token));
        Assert.Equal(TimeSpan.FromSeconds(120), (await Table.ReadRow(Grain(1), "daily", Token))!.Period);
        Assert.True(await Table.RemoveRow(Grain(1), "daily", current!, Token));
        Assert.Null(await Table.ReadRow(Grain(1), "daily", Token));
    }

    [Fact]
    public async Task An_etag_from_before_a_removal_does_not_fit_the_reminder_made_anew()
    {
        var old = await Table.UpsertRow(Entry(1, "daily", 60), Token);
        await Table.RemoveRow(Grain(1), "daily", old!, Token);
        await Table.UpsertRow(Entry(1, "daily", 60), Token);
        Assert.False(await Table.RemoveRow(Grain(1), "daily", old!, Token));
    }

    [Fact]
    public async Task A_range_holds_the_hashes_after_its_begin_and_up_to_its_end_also_over_the_top()
    {
        var grains = Enumerable.Range(1, 40).ToList();
        foreach (var n in grains)
        {
            await Table.UpsertRow(Entry(n, "daily", 60), Token);
        }

        var hashes = grains.Select(n => Grain(n).GetUniformHashCode()).Order().ToList();
        (uint Begin, uint End)[] ranges =
        [
            (0, uint.MaxValue), (uint.MaxValue, 0), (0, int.MaxValue), (int.MaxValue, uint.MaxValue), (3_000_000_000, 1_000_000_000), (5, 5),
            (hashes[10], hashes[20]), (hashes[20], hashes[10]), (hashes[30] - 1, hashes[30]),
        ];
        foreach (var (begin, end) in ranges)
        {
            var expected = hashes.Where(hash => begin < end ? hash > begin && hash <= end : hash > begin || hash <= end);
            Assert.Equal(expected, (await Table.ReadRows(begin, end, Token)).Reminders.Select(reminder => reminder.GrainId.GetUniformHashCode()).Order());
        }
    }

    [Fact]
    public async Task Whatever_is_done_is_there_after_a_restart() => await Gen.Select(Gen.Int[1, 4], Gen.Int[1, 2], Gen.Int[0, 5], Gen.Int[60, 90]).Array[1, 40].SampleAsync(
        async steps =>
        {
            await Table.TestOnlyClearTable(Token);
            var model = new Dictionary<(int Grain, int Name), (int Period, string ETag)>();
            foreach (var (grain, name, what, period) in steps)
            {
                if (what == 0)
                {
                    await Reopen();
                }
                else if (what == 1)
                {
                    var known = model.Remove((grain, name), out var removed);
                    Assert.Equal(known, await Table.RemoveRow(Grain(grain), $"n{name}", known ? removed.ETag : "1", Token));
                }
                else
                {
                    model[(grain, name)] = (period, (await Table.UpsertRow(Entry(grain, $"n{name}", period), Token))!);
                }
            }

            await Reopen();
            var all = (await Table.ReadRows(0, 0, Token)).Reminders;
            Assert.Equal(
                model.Select(m => (Grain(m.Key.Grain), $"n{m.Key.Name}", TimeSpan.FromSeconds(m.Value.Period), m.Value.ETag)).ToHashSet(),
                all.Select(r => (r.GrainId, r.ReminderName, r.Period, r.ETag!)).ToHashSet());
        },
        iter: Runs,
        threads: 1);

    protected static GrainId Grain(int n) => GrainId.Create("alarm", FormattableString.Invariant($"g{n}"));

    protected static ReminderEntry Entry(int grain, string name, int seconds) => new()
    {
        GrainId = Grain(grain),
        ReminderName = name,
        StartAt = Noon.AddSeconds(seconds),
        Period = TimeSpan.FromSeconds(seconds),
    };
}
