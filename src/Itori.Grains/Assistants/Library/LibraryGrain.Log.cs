using Microsoft.Extensions.Logging;

namespace Itori.Grains.Assistants.Library;

internal sealed partial class LibraryGrain
{
    [LoggerMessage(AssistantEventIds.LibraryLoaded, LogLevel.Debug, "{Stream} is loaded through {Seq}: {Documents} documents, {Characters} characters.")]
    private partial void LogLoaded(string stream, long seq, int documents, long characters);

    [LoggerMessage(AssistantEventIds.DocumentStored, LogLevel.Debug, "{Stream} stored document {Seq} of {Characters} characters; {Displaced} older ones went.")]
    private partial void LogStored(string stream, long seq, int characters, int displaced);

    [LoggerMessage(AssistantEventIds.LibraryConflict, LogLevel.Warning, "{Stream} was appended to from elsewhere after {Seq}; reading on.")]
    private partial void LogConflict(string stream, long seq);

    [LoggerMessage(AssistantEventIds.LibraryUnavailable, LogLevel.Warning, "The journal did not take what {Stream} writes.")]
    private partial void LogUnavailable(Exception exception, string stream);

    [LoggerMessage(AssistantEventIds.LibraryUnreadable, LogLevel.Error, "{Stream} cannot be read.")]
    private partial void LogUnreadable(Exception exception, string stream);

    [LoggerMessage(AssistantEventIds.DocumentSkipped, LogLevel.Warning, "{Stream} keeps document {Seq} of {Characters} characters out of the index: it is over Itori:Library:MaxCharacters.")]
    private partial void LogSkipped(string stream, long seq, int characters);
}
