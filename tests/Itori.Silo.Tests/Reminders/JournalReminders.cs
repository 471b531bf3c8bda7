using System.Text;
using Itori.Journal;
using Itori.Silo.Reminders;
using Microsoft.Extensions.Logging.Abstractions;

namespace Itori.Silo.Tests.Reminders;

public sealed class JournalReminders : ReminderTableSpecification
{
    private readonly string folder = Directory.CreateTempSubdirectory("itori-silo-").FullName;
    private SqliteJournal journal = null!;
    private JournalReminderTable table = null!;

    protected override IReminderTable Table => table;

    protected override int Runs => 100;

    public override async ValueTask InitializeAsync()
    {
        journal = await SqliteJournal.OpenAsync(new JournalOptions { DataDirectory = folder }, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        await Reopen();
    }

    public override async ValueTask DisposeAsync()
    {
        table.Dispose();
        await journal.DisposeAsync();
        Directory.Delete(folder, recursive: true);
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Its_journal_is_cut_now_and_then_and_loses_nothing_by_it()
    {
        await Table.UpsertRow(Entry(1, "kept", 77), Token);
        for (var n = 0; n <= JournalReminderTable.ChangesPerSnapshot; n++)
        {
            await Table.UpsertRow(Entry(2, "again", 60 + n), Token);
        }

        var head = await journal.ReadHeadAsync(JournalReminderTable.Stream, Token);
        Assert.InRange(head.Seq - head.FirstSeq, 0, JournalReminderTable.ChangesPerSnapshot / 2);
        await Reopen();
        Assert.Equal(TimeSpan.FromSeconds(77), (await Table.ReadRow(Grain(1), "kept", Token))!.Period);
        Assert.Equal(TimeSpan.FromSeconds(60 + JournalReminderTable.ChangesPerSnapshot), (await Table.ReadRow(Grain(2), "again", Token))!.Period);
    }

    [Fact]
    public async Task Two_silos_on_one_journal_see_each_others_reminders()
    {
        using var other = New();
        var etag = await Table.UpsertRow(Entry(1, "mine", 60), Token);
        await other.UpsertRow(Entry(2, "yours", 60), Token);
        await Table.UpsertRow(Entry(3, "mine too", 60), Token);
        Assert.True(await other.RemoveRow(Grain(1), "mine", etag!, Token));
        Assert.Equal(["mine too", "yours"], (await Table.ReadRows(0, 0, Token)).Reminders.Select(r => r.ReminderName).Order());
    }

    [Fact]
    public async Task What_is_given_out_can_be_changed_without_harm()
    {
        await Table.UpsertRow(Entry(1, "daily", 60), Token);
        (await Table.ReadRow(Grain(1), "daily", Token))!.Period = TimeSpan.Zero;
        Assert.Equal(TimeSpan.FromSeconds(60), (await Table.ReadRow(Grain(1), "daily", Token))!.Period);
    }

    [Fact]
    public async Task The_format_of_version_1_is_read_for_ever()
    {
        await Write(JournalReminderTable.Stream, 1, "reminder_set", """{"grain":"alarm/g1","name":"daily","start":639079344000000000,"period":600000000}""");
        await Write(JournalReminderTable.Stream, 2, "reminder_set", """{"grain":"alarm/g2","name":"gone","start":639079344000000000,"period":600000000}""");
        await Write(JournalReminderTable.Stream, 3, "reminder_removed", """{"grain":"alarm/g2","name":"gone"}""");
        await Reopen();
        var read = Assert.Single((await Table.ReadRows(0, 0, Token)).Reminders);
        Assert.Equal((Grain(1), "daily", new DateTime(639079344000000000, DateTimeKind.Utc), TimeSpan.FromMinutes(1), "1"), (read.GrainId, read.ReminderName, read.StartAt, read.Period, read.ETag));
    }

    [Fact]
    public async Task A_record_of_a_later_version_is_named_and_nothing_is_written_behind_it()
    {
        await Write(JournalReminderTable.Stream, 1, "reminder_postponed", "{}");
        using var later = New();
        var error = await Assert.ThrowsAsync<JournalException>(() => later.UpsertRow(Entry(1, "daily", 60), Token));
        Assert.Contains("'reminders' at 1", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await journal.ReadHeadAsync(JournalReminderTable.Stream, Token)).Seq);
    }

    protected override async Task Reopen()
    {
        table?.Dispose();
        table = New();
        await table.StartAsync(CancellationToken.None);
    }

    private JournalReminderTable New() => new(journal, TimeProvider.System, NullLogger<JournalReminderTable>.Instance);

    private async Task Write(string stream, long seq, string type, string body) => await journal.AppendAsync(
        stream, seq - 1, [new JournalRecord { Seq = seq, Type = type, Version = 1, Timestamp = 0, Body = Encoding.UTF8.GetBytes(body) }], Token);
}
