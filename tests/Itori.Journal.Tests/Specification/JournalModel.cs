namespace Itori.Journal.Tests.Specification;

/// <summary>The journal as a list: what every store is compared with.</summary>
internal sealed class JournalModel
{
    private readonly Dictionary<string, StreamModel> _streams = [];

    public AppendOutcome Append(string name, long expected, IReadOnlyList<JournalRecord> records)
    {
        var stream = Stream(name);
        if (stream.Records.Count != expected)
        {
            return AppendOutcome.Conflict;
        }

        stream.Records.AddRange(records);
        return AppendOutcome.Appended;
    }

    /// <returns>False where the store must refuse.</returns>
    public bool Snapshot(string name, JournalSnapshot snapshot)
    {
        var stream = Stream(name);
        if (snapshot.Seq > stream.Records.Count)
        {
            return false;
        }

        if (snapshot.Seq >= (stream.Snapshot?.Seq ?? 0))
        {
            stream.Snapshot = snapshot;
        }

        return true;
    }

    public void Trim(string name, long through)
    {
        var stream = Stream(name);
        stream.Trimmed = Math.Max(stream.Trimmed, Math.Min(through, stream.Snapshot?.Seq ?? 0));
    }

    public JournalHead Head(string name) => new(Stream(name).Records.Count, Stream(name).Trimmed + 1);

    public JournalSnapshot? Snapshot(string name) => Stream(name).Snapshot;

    public IEnumerable<JournalRecord> Read(string name, long after) => Stream(name).Records.Skip((int)Math.Max(after, Stream(name).Trimmed));

    private StreamModel Stream(string name) => _streams.TryGetValue(name, out var stream) ? stream : _streams[name] = new StreamModel();

    private sealed class StreamModel
    {
        public List<JournalRecord> Records { get; } = [];

        public JournalSnapshot? Snapshot { get; set; }

        public long Trimmed { get; set; }
    }
}
