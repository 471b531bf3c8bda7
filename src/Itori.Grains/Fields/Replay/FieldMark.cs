namespace Itori.Grains.Fields.Replay;

/// <summary>A field's state at a moment, as it stands in the field's log.</summary>
/// <param name="Seq">The mark's place in the log: 1, 2, 3…</param>
/// <param name="Timestamp">When it was taken, Unix ms.</param>
/// <param name="Turning">Whether the field turned on from there; else it rested until the next mark.</param>
/// <param name="Body">The state.</param>
internal sealed record FieldMark(long Seq, long Timestamp, bool Turning, FieldBody Body);
