using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Itori.Contracts;
using Itori.Journal;

namespace Itori.Grains.Journaling;

/// <summary>
/// How durable events stand in the journal, and the snapshots of version 1: UTF-8 JSON under a type name and a version, so that an operator can read it with the database's own
/// tools and a later version of the code can tell what it reads. A body's format is never changed in place: a change of meaning gets a new version here.
/// </summary>
internal static class EventCodec
{
    private const int CurrentVersion = 1;

    public static JournalRecord Encode(DurableEvent e) => e switch
    {
        MessagePosted posted => Record(posted, "message_posted", SessionEventJson.Default.MessagePosted),
        MessageDeleted deleted => Record(deleted, "message_deleted", SessionEventJson.Default.MessageDeleted),
        AnswerGiven given => Record(given, "answer_given", SessionEventJson.Default.AnswerGiven),
        GraphDelta delta => Record(delta, "graph_delta", JournalJson.Default.GraphDelta),
        _ => throw new NotSupportedException($"{e.GetType().Name} is no journalled event."),
    };

    /// <exception cref="UnknownRecordException">The record was written by a newer version of the code.</exception>
    public static DurableEvent Decode(string stream, JournalRecord record) => (record.Type, record.Version) switch
    {
        ("message_posted", CurrentVersion) => Read(stream, record, JournalJson.Default.MessagePosted),
        ("message_deleted", CurrentVersion) => Read(stream, record, JournalJson.Default.MessageDeleted),
        ("answer_given", CurrentVersion) => Read(stream, record, JournalJson.Default.AnswerGiven),
        ("graph_delta", CurrentVersion) => Read(stream, record, JournalJson.Default.GraphDelta),
        _ => throw new UnknownRecordException(stream, record.Seq, record.Type, record.Version),
    };

    /// <summary>Reads a snapshot with a compact body, by what throws <see cref="FormatException"/> where it is not what was written.</summary>
    /// <exception cref="UnknownRecordException">The snapshot was written by a newer version of the code, or is damaged.</exception>
    public static T Decode<T>(string stream, JournalSnapshot snapshot, Func<ReadOnlySpan<byte>, T> read)
    {
        try
        {
            return read(snapshot.Body.Span);
        }
        catch (FormatException)
        {
            throw new UnknownRecordException(stream, snapshot.Seq, snapshot.Type, snapshot.Version);
        }
    }

    /// <summary>Reads a snapshot of version 1. Those that are written now are of version 2 (<see cref="SessionSnapshotCodec"/>, <see cref="GraphSnapshotCodec"/>).</summary>
    /// <exception cref="UnknownRecordException">The snapshot was written by a newer version of the code, or is damaged.</exception>
    public static T Decode<T>(string stream, JournalSnapshot snapshot, string type, JsonTypeInfo<T> format)
        where T : class
    {
        if (snapshot.Type != type || snapshot.Version != CurrentVersion)
        {
            throw new UnknownRecordException(stream, snapshot.Seq, snapshot.Type, snapshot.Version);
        }

        try
        {
            return JsonSerializer.Deserialize(snapshot.Body.Span, format) ?? throw new UnknownRecordException(stream, snapshot.Seq, snapshot.Type, snapshot.Version);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new UnknownRecordException(stream, snapshot.Seq, snapshot.Type, snapshot.Version);
        }
    }

    private static JournalRecord Record<T>(T e, string type, JsonTypeInfo<T> format)
        where T : DurableEvent => new()
        {
            Seq = e.Seq,
            Type = type,
            Version = CurrentVersion,
            Timestamp = e.Timestamp,
            Body = JsonSerializer.SerializeToUtf8Bytes(e, format),
        };

    private static DurableEvent Read<T>(string stream, JournalRecord record, JsonTypeInfo<T> format)
        where T : DurableEvent
    {
        try
        {
            var read = JsonSerializer.Deserialize(record.Body.Span, format);
            if (read is null || read.Seq != record.Seq)
            {
                throw new UnknownRecordException(stream, record.Seq, record.Type, record.Version);
            }

            return read;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // Also what a reader says of a number where a text should be, and the other way round.
            throw new UnknownRecordException(stream, record.Seq, record.Type, record.Version);
        }
    }
}

/// <summary>The journal holds something that this version of the code cannot read. The grain does not start, and nothing is written over it.</summary>
public sealed class UnknownRecordException : Exception
{
    internal UnknownRecordException(string stream, long seq, string type, int version)
        : base($"Journal stream '{stream}' at {seq}: cannot read '{type}' version {version}. It was written by another version of Itori, or is damaged: run the version that wrote it, or restore the stream from a backup.")
    {
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.Strict,
    Converters = [typeof(RelationStateJson), typeof(ConceptStateJson), typeof(ConceptChangeJson), typeof(CommandReplyJson)])]
[JsonSerializable(typeof(MessagePosted))]
[JsonSerializable(typeof(MessageDeleted))]
[JsonSerializable(typeof(AnswerGiven))]
[JsonSerializable(typeof(GraphDelta))]
[JsonSerializable(typeof(Sessions.SessionSnapshotBody))]
[JsonSerializable(typeof(ConceptGraphs.GraphSnapshotBody))]
internal sealed partial class JournalJson : JsonSerializerContext;

/// <summary>
/// Writes what sessions store in the same bytes as <see cref="JournalJson"/>, which reads it: by generated code that writes one property after the other and takes half the time, and which there is only where no type has a
/// converter of its own.
/// </summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Serialization,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MessagePosted))]
[JsonSerializable(typeof(MessageDeleted))]
[JsonSerializable(typeof(AnswerGiven))]
internal sealed partial class SessionEventJson : JsonSerializerContext;
