using Microsoft.Extensions.Logging;

namespace Itori.Grains.Assistants.Turns;

internal sealed partial class TurnRunner
{
    [LoggerMessage(AssistantEventIds.TurnEnded, LogLevel.Information, "Turn {Turn} ended ({Finish}): {Characters} characters by {Model}.")]
    private partial void LogEnded(string turn, string model, string finish, int characters);

    [LoggerMessage(AssistantEventIds.TurnFailed, LogLevel.Warning, "Turn {Turn} failed at {Model}.")]
    private partial void LogFailed(Exception exception, string turn, string model);

    [LoggerMessage(AssistantEventIds.TurnTimedOut, LogLevel.Warning, "Turn {Turn} ran out of time at {Model} after {Characters} characters.")]
    private partial void LogTimedOut(string turn, string model, int characters);

    [LoggerMessage(AssistantEventIds.TurnDismissed, LogLevel.Debug, "Turn {Turn} was ended by its session.")]
    private partial void LogDismissed(string turn);

    [LoggerMessage(AssistantEventIds.TurnNotTold, LogLevel.Warning, "The session did not take what turn {Turn} told it.")]
    private partial void LogNotTold(Exception exception, string turn);

    [LoggerMessage(AssistantEventIds.TurnEndLost, LogLevel.Error, "The end of turn {Turn} ({Finish}) could not be told to its session.")]
    private partial void LogEndLost(Exception exception, string turn, string finish);

    [LoggerMessage(AssistantEventIds.TurnStoppedWithFault, LogLevel.Debug, "Turn {Turn} was stopped; the model's connection failed on the way.")]
    private partial void LogStoppedWithFault(Exception exception, string turn);
}
