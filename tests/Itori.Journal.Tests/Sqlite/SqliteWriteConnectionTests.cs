using Itori.Journal.Commits;
using Itori.Journal.Sqlite;
using Itori.Journal.Tests.Specification;

namespace Itori.Journal.Tests.Sqlite;

public sealed class SqliteWriteConnectionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_stream_whose_transaction_failed_is_not_taken_for_the_next_one_that_is_made()
    {
        using var connection = new SqliteFile(_folder, TimeSpan.FromSeconds(5)).OpenWriter();
        Assert.Throws<InvalidOperationException>(() => connection.CommitTogether([Append("lost", 0), new Unwritable()]));
        Assert.Equal(AppendOutcome.Appended, Commit(connection, Append("kept", 0))); // Its row has the number that the other one's had.
        Assert.Equal(AppendOutcome.Conflict, Commit(connection, Append("lost", 1)));
        Assert.Equal(AppendOutcome.Appended, Commit(connection, Append("kept", 1)));
        Assert.Equal(AppendOutcome.Appended, Commit(connection, Append("lost", 0)));
    }

    [Fact]
    public void Records_of_other_types_and_without_a_body_follow_each_other_in_one_transaction()
    {
        using var connection = new SqliteFile(_folder, TimeSpan.FromSeconds(5)).OpenWriter();
        JournalRecord[] records = [Records.Of(1, type: "one"), Records.Of(2, "", "two"), Records.Of(3, "x", "one", 7)];
        connection.CommitTogether([new PendingAppend("s", 0, records), new PendingAppend("t", 0, [Records.Of(1, "", "two")])]);
        using var reader = new SqliteFile(_folder, TimeSpan.FromSeconds(5)).OpenReader();
        Records.AssertEqual(records, reader.ReadPage("s", 0, 10, 1_000, TestContext.Current.CancellationToken).Records);
        Records.AssertEqual([Records.Of(1, "", "two")], reader.ReadPage("t", 0, 10, 1_000, TestContext.Current.CancellationToken).Records);
    }

    private static AppendOutcome Commit(SqliteWriteConnection connection, PendingAppend append)
    {
        connection.CommitTogether([append]);
        return append.Result;
    }

    private static PendingAppend Append(string stream, long after) => new(stream, after, Records.Run(after, 1));

    /// <summary>Makes its transaction fail.</summary>
    private sealed class Unwritable() : PendingWrite<bool>("", 0);
}
