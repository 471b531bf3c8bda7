using System.Text.Json;
using System.Text.Json.Serialization;
using Itori.Journal;

namespace Itori.Grains.Assistants.Library;

/// <summary>What a library writes into its journal stream: one record for each document, and a snapshot that only marks how far the oldest documents were let go.</summary>
internal static class LibraryJournal
{
    public const string DocumentType = "document-stored";
    public const int DocumentVersion = 1;
    public const string MarkType = "library-trimmed";
    public const int MarkVersion = 1;

    /// <summary>The stream of a graph's library.</summary>
    public static string StreamOf(string graph) => "library:" + graph;

    public static JournalRecord Write(long seq, long timestamp, DocumentRecord document) => new()
    {
        Seq = seq,
        Type = DocumentType,
        Version = DocumentVersion,
        Timestamp = timestamp,
        Body = JsonSerializer.SerializeToUtf8Bytes(document, LibraryJson.Default.DocumentRecord),
    };

    public static JournalSnapshot Mark(long seq) => new(seq, MarkType, MarkVersion, "{}"u8.ToArray());

    /// <exception cref="JournalCorruptException">The record is none that this version can read.</exception>
    public static DocumentRecord Read(string stream, JournalRecord record)
    {
        if (record.Type != DocumentType || record.Version != DocumentVersion)
        {
            throw new JournalCorruptException(
                stream, record.Seq, $"Record {record.Seq} of '{stream}' is a '{record.Type}' of version {record.Version}, which this version of Itori cannot read. Start the version that wrote it, or a newer one.");
        }

        try
        {
            return JsonSerializer.Deserialize(record.Body.Span, LibraryJson.Default.DocumentRecord) ?? throw new JsonException("null");
        }
        catch (JsonException exception)
        {
            throw new JournalCorruptException(stream, record.Seq, $"Record {record.Seq} of '{stream}' is no document. Restore the journal from a backup.", exception);
        }
    }
}

/// <summary>A document as the journal keeps it, version 1.</summary>
internal sealed record DocumentRecord
{
    public required string Id { get; init; }

    public string? Source { get; init; }

    public required string Text { get; init; }

    public required string UserId { get; init; }

    public required string UserName { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DocumentRecord))]
internal sealed partial class LibraryJson : JsonSerializerContext;
