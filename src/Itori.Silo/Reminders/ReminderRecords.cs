using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Itori.Journal;

namespace Itori.Silo.Reminders;

/// <summary>How reminders stand in the journal: UTF-8 JSON under a type and a version. A format is never changed in place.</summary>
internal static class ReminderRecords
{
    public const string Set = "reminder_set";
    public const string Removed = "reminder_removed";
    public const string Cleared = "reminders_cleared";
    public const string Snapshot = "reminders";
    public const int Version = 1;

    public static byte[] Encode(ReminderEntry entry) => JsonSerializer.SerializeToUtf8Bytes(
        new ReminderBody(entry.GrainId.ToString(), entry.ReminderName, entry.StartAt.Ticks, entry.Period.Ticks), ReminderJson.Default.ReminderBody);

    public static byte[] Encode(GrainId grain, string name) => JsonSerializer.SerializeToUtf8Bytes(new RemovedBody(grain.ToString(), name), ReminderJson.Default.RemovedBody);

    public static byte[] Encode(IEnumerable<ReminderEntry> entries) => JsonSerializer.SerializeToUtf8Bytes(
        new SnapshotBody([.. entries.Select(entry => new KeptBody(entry.GrainId.ToString(), entry.ReminderName, entry.StartAt.Ticks, entry.Period.Ticks, entry.ETag!))]), ReminderJson.Default.SnapshotBody);

    public static ReminderEntry DecodeSet(string stream, JournalRecord record)
    {
        var body = Read(stream, record.Seq, record.Type, record.Version, record.Body, ReminderJson.Default.ReminderBody);
        return Entry(body.Grain, body.Name, body.Start, body.Period, ETagOf(record.Seq));
    }

    public static (GrainId Grain, string Name) DecodeRemoved(string stream, JournalRecord record)
    {
        var body = Read(stream, record.Seq, record.Type, record.Version, record.Body, ReminderJson.Default.RemovedBody);
        return (GrainId.Parse(body.Grain), body.Name);
    }

    public static IEnumerable<ReminderEntry> Decode(string stream, JournalSnapshot snapshot) =>
        Read(stream, snapshot.Seq, snapshot.Type, snapshot.Version, snapshot.Body, ReminderJson.Default.SnapshotBody).Reminders
            .Select(kept => Entry(kept.Grain, kept.Name, kept.Start, kept.Period, kept.ETag));

    /// <summary>The etag of a reminder that the record at <paramref name="seq"/> set.</summary>
    public static string ETagOf(long seq) => FormattableString.Invariant($"{seq}");

    public static JournalException Unknown(string stream, long seq, string type, int version) => new(
        $"Journal stream '{stream}' at {seq}: cannot read '{type}' version {version}. It was written by another version of Itori, or is damaged: run the version that wrote it, or restore the stream from a backup.");

    private static T Read<T>(string stream, long seq, string type, int version, ReadOnlyMemory<byte> body, JsonTypeInfo<T> format)
        where T : class
    {
        try
        {
            return (version == Version ? JsonSerializer.Deserialize(body.Span, format) : null) ?? throw Unknown(stream, seq, type, version);
        }
        catch (JsonException)
        {
            throw Unknown(stream, seq, type, version);
        }
    }

    private static ReminderEntry Entry(string grain, string name, long start, long period, string etag) => new()
    {
        GrainId = GrainId.Parse(grain),
        ReminderName = name,
        StartAt = new DateTime(start, DateTimeKind.Utc),
        Period = new TimeSpan(period),
        ETag = etag,
    };
}

/// <summary>Start and period in ticks of 100 ns, the start since the year 1 UTC.</summary>
internal sealed record ReminderBody(string Grain, string Name, long Start, long Period);

internal sealed record RemovedBody(string Grain, string Name);

internal sealed record KeptBody(string Grain, string Name, long Start, long Period, string ETag);

internal sealed record SnapshotBody(IReadOnlyList<KeptBody> Reminders);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ReminderBody))]
[JsonSerializable(typeof(RemovedBody))]
[JsonSerializable(typeof(SnapshotBody))]
internal sealed partial class ReminderJson : JsonSerializerContext;
