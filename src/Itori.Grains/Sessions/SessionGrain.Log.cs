using Microsoft.Extensions.Logging;

namespace Itori.Grains.Sessions;

internal sealed partial class SessionGrain
{
    [LoggerMessage(ItoriEventIds.TurnNotStopped, LogLevel.Warning, "Session {Session}: the assistant did not end turn {Turn} when asked to; ended without it.")]
    private static partial void LogTurnNotStopped(ILogger logger, string session, string turn, Exception error);

    [LoggerMessage(ItoriEventIds.NotReminded, LogLevel.Warning, "Session {Session} has work left but could not have itself woken in case its silo is lost; tried again in some seconds.")]
    private static partial void LogNotReminded(ILogger logger, string session, Exception error);

    [LoggerMessage(ItoriEventIds.AbsorbFailed, LogLevel.Warning, "Session {Session}: a graph did not take a message's concepts; tried again in some seconds.")]
    private static partial void LogAbsorbFailed(ILogger logger, string session, Exception error);

    [LoggerMessage(ItoriEventIds.TurnNotBegun, LogLevel.Warning, "Session {Session}: the assistant did not begin the next turn; tried again in some seconds.")]
    private static partial void LogTurnNotBegun(ILogger logger, string session, Exception error);
}
