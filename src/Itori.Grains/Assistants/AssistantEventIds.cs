namespace Itori.Grains.Assistants;

/// <summary>Ids of the assistant's log events: 5000 to 5099.</summary>
internal static class AssistantEventIds
{
    public const int TurnEnded = 5000;
    public const int TurnFailed = 5001;
    public const int TurnTimedOut = 5002;
    public const int TurnDismissed = 5003;
    public const int TurnNotTold = 5004;
    public const int TurnEndLost = 5005;
    public const int TurnStoppedWithFault = 5006;
    public const int TurnContextPartMissing = 5007;
    public const int ModelRetried = 5010;
    public const int LibraryLoaded = 5020;
    public const int DocumentStored = 5021;
    public const int LibraryConflict = 5022;
    public const int LibraryUnavailable = 5023;
    public const int DocumentSkipped = 5024;
    public const int LibraryUnreadable = 5025;
}
