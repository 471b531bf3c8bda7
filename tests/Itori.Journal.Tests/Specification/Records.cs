using System.Text;

namespace Itori.Journal.Tests.Specification;

/// <summary>Makes and compares records.</summary>
internal static class Records
{
    public static JournalRecord Of(long seq, string? body = null, string type = "test", int version = 1) => new()
    {
        Seq = seq,
        Type = type,
        Version = version,
        Timestamp = 1_764_000_000_000 + seq,
        Body = Encoding.UTF8.GetBytes(body ?? $"{{\"n\":{seq}}}"),
    };

    public static IReadOnlyList<JournalRecord> Run(long afterSeq, int count, string? body = null) =>
        [.. Enumerable.Range(1, count).Select(i => Of(afterSeq + i, body))];

    public static JournalSnapshot Snapshot(long seq, string? body = null) => new(seq, "state", 1, Encoding.UTF8.GetBytes(body ?? $"{{\"through\":{seq}}}"));

    /// <summary>A value by which two records are equal, body included.</summary>
    public static string Text(JournalRecord r) => $"{r.Seq}|{r.Type}|{r.Version}|{r.Timestamp}|{Convert.ToHexString(r.Body.Span)}";

    public static string Text(JournalSnapshot? s) => s is null ? "none" : $"{s.Seq}|{s.Type}|{s.Version}|{Convert.ToHexString(s.Body.Span)}";

    public static void AssertEqual(IEnumerable<JournalRecord> expected, IEnumerable<JournalRecord> actual) =>
        Assert.Equal(expected.Select(Text), actual.Select(Text));
}
