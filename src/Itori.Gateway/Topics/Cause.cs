using Itori.Contracts;

namespace Itori.Gateway.Topics;

/// <summary>What a durable event is the effect of: the event <paramref name="Seq"/> of a session. Default: of nothing that a topic carries.</summary>
internal readonly record struct Cause(string? Session, long Seq)
{
    /// <summary>Whether there is one.</summary>
    public bool IsGiven => Session is not null;

    /// <summary>The cause that an event names.</summary>
    public static Cause Of(DurableEvent happened) =>
        happened is GraphDelta { Cause: { Session: { } session, MessageSeq: { } seq } } && TopicName.IsValidId(session) ? new Cause(session, seq) : default;
}
