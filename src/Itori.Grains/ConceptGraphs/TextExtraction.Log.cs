using Microsoft.Extensions.Logging;

namespace Itori.Grains.ConceptGraphs;

internal sealed partial class TextExtraction
{
    [LoggerMessage(ItoriEventIds.ExtractionFailed, LogLevel.Warning, "The configured extractor failed, the built-in one did its work: {Reason}")]
    private static partial void LogExtractionFailed(ILogger logger, string reason, Exception error);
}
