using System.Globalization;
using System.Text;
using Itori.Journal;
using Orleans.Storage;

namespace Itori.Silo.Storage;

/// <summary>
/// Orleans grain storage on the journal: a grain's state is the last record of its stream, the etag is that record's seq, and a write is an append that expects
/// it. So whatever store the journal has (SQLite, PostgreSQL) also keeps the stream subscriptions, durable and shared by all silos, without a schema of its own.
/// </summary>
internal sealed class JournalGrainStorage(IJournal journal, IGrainStorageSerializer serializer, TimeProvider time) : IGrainStorage
{
    private const string Written = "grain_state";
    private const string Cleared = "grain_state_cleared";
    private const int Version = 1;

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var stream = StreamOf(stateName, grainId);
        var head = await journal.ReadHeadAsync(stream, CancellationToken.None);
        var page = head.Seq == 0 ? [] : await journal.ReadPageAsync(stream, head.Seq - 1, 1, CancellationToken.None);
        grainState.ETag = head.Seq == 0 ? null : head.Seq.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = page is [{ Type: Written }];
        grainState.State = page is [{ Type: Written, Version: Version } record] ? serializer.Deserialize<T>(new BinaryData(record.Body)) : Activator.CreateInstance<T>();
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Append(stateName, grainId, grainState, Written, serializer.Serialize(grainState.State).ToMemory());

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await Append(stateName, grainId, grainState, Cleared, ReadOnlyMemory<byte>.Empty);
        grainState.State = Activator.CreateInstance<T>();
    }

    private static string StreamOf(string stateName, GrainId grainId) => $"state:{stateName}/{grainId}";

    private async Task Append<T>(string stateName, GrainId grainId, IGrainState<T> grainState, string type, ReadOnlyMemory<byte> body)
    {
        var stream = StreamOf(stateName, grainId);
        var expected = grainState.ETag is { } etag ? long.Parse(etag, CultureInfo.InvariantCulture) : 0;
        var seq = expected + 1;
        var record = new JournalRecord { Seq = seq, Type = type, Version = Version, Timestamp = time.GetUtcNow().ToUnixTimeMilliseconds(), Body = body };
        if (await journal.AppendAsync(stream, expected, [record], CancellationToken.None) == AppendOutcome.Conflict)
        {
            throw new InconsistentStateException($"The state '{stateName}' of {grainId} was written by another activation.", "?", grainState.ETag ?? "none");
        }

        grainState.ETag = seq.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = type == Written;

        if (seq == 1)
        {
            return;
        }

        // The records before this one are of no use to anybody. A snapshot that holds nothing marks them as such.
        await journal.WriteSnapshotAsync(stream, new JournalSnapshot(seq - 1, Cleared, Version, Encoding.UTF8.GetBytes("{}")), CancellationToken.None);
        await journal.TrimAsync(stream, seq - 1, CancellationToken.None);
    }
}
