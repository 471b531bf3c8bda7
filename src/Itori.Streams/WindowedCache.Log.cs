using Microsoft.Extensions.Logging;

namespace Itori.Streams;

internal sealed partial class WindowedCache
{
    [LoggerMessage(9501, LogLevel.Warning, "A subscriber of stream {Stream} is too slow and lost {Events} events that left its window of {Window}; it must ask the publisher for them.")]
    private partial void LogSubscriberBehind(StreamId stream, long events, int window);
}
