using System.Collections.Frozen;

namespace Itori.Contracts;

/// <summary>
/// A row of the error table: everything that Itori refuses, refuses with one of these. <see cref="Reason"/> is stable and is what programs branch on.
/// </summary>
/// <param name="Code">HTTP's meaning.</param>
/// <param name="Reason">A stable word.</param>
/// <param name="Temporary">Whether the same request may succeed later.</param>
/// <param name="CloseCode">The WebSocket close code (RFC 6455, section 7.4) where the error ends the connection, else null.</param>
public sealed record ItoriError(int Code, string Reason, bool Temporary = false, int? CloseCode = null)
{
    /// <summary>Not JSON, not an object, no type, both type names and they differ, or an envelope field of the wrong type.</summary>
    public static readonly ItoriError BadMessage = new(400, "bad_message");

    /// <summary>The message's type is none that a client may send.</summary>
    public static readonly ItoriError UnknownType = new(400, "unknown_type");

    /// <summary>A payload field is missing, of the wrong type or out of range.</summary>
    public static readonly ItoriError BadField = new(400, "bad_field");

    /// <summary>A file is not of its format, or says something that no graph can hold; nothing was changed.</summary>
    public static readonly ItoriError BadFile = new(400, "bad_file");

    /// <summary>Not a topic's name, or a message sent to a topic of a kind that cannot take it.</summary>
    public static readonly ItoriError BadTopic = new(400, "bad_topic");

    /// <summary>The connection has not signed in and anonymous use is not allowed.</summary>
    public static readonly ItoriError Unauthenticated = new(401, "unauthenticated");

    /// <summary>The token is not valid, or tokens cannot be checked here.</summary>
    public static readonly ItoriError BadToken = new(401, "bad_token");

    /// <summary>Signed in, but not allowed.</summary>
    public static readonly ItoriError Forbidden = new(403, "forbidden");

    /// <summary>No such topic, or the connection is not subscribed to it.</summary>
    public static readonly ItoriError NoSuchTopic = new(404, "no_such_topic");

    /// <summary>An operation names a concept that the graph does not have.</summary>
    public static readonly ItoriError NoSuchConcept = new(404, "no_such_concept");

    /// <summary>An operation names a relation that the graph does not have.</summary>
    public static readonly ItoriError NoSuchRelation = new(404, "no_such_relation");

    /// <summary>What was asked for is of a time from which nothing is kept any more.</summary>
    public static readonly ItoriError HistoryGone = new(410, "history_gone");

    /// <summary>No turn is running, or another one than the one named.</summary>
    public static readonly ItoriError NoSuchTurn = new(404, "no_such_turn");

    /// <summary>The session has no such message by a person, or it was deleted, or it is no longer kept.</summary>
    public static readonly ItoriError NoSuchMessage = new(404, "no_such_message");

    /// <summary>Already there, or changed meanwhile.</summary>
    public static readonly ItoriError Conflict = new(409, "conflict");

    /// <summary>A text or a list is over its limit; nothing was changed.</summary>
    public static readonly ItoriError TooLarge = new(413, "too_large");

    /// <summary>A message is over <c>maxMessageBytes</c>: the connection closes with 1009.</summary>
    public static readonly ItoriError MessageTooBig = new(413, "message_too_big", CloseCode: 1009);

    /// <summary>Too many messages from this connection.</summary>
    public static readonly ItoriError TooManyMessages = new(429, "too_many_messages", Temporary: true);

    /// <summary>Bad input kept coming: the connection closes with 1008.</summary>
    public static readonly ItoriError TooManyErrors = new(429, "too_many_errors", CloseCode: 1008);

    /// <summary>A fault of the server; the request may or may not have been carried out, and may be sent again with the same id.</summary>
    public static readonly ItoriError Internal = new(500, "internal", Temporary: true);

    /// <summary>What is stored of the topic cannot be read: an operator has to look. Other topics are not concerned.</summary>
    public static readonly ItoriError Damaged = new(500, "damaged");

    /// <summary>Part of the protocol, but not in this version of the server.</summary>
    public static readonly ItoriError NotImplemented = new(501, "not_implemented");

    /// <summary>The configured extractor failed; the built-in one did its work instead.</summary>
    public static readonly ItoriError ExtractionFailed = new(502, "extraction_failed", Temporary: true);

    /// <summary>The server has more to do than it can: try again after <c>retryAfterMs</c>.</summary>
    public static readonly ItoriError Overloaded = new(503, "overloaded", Temporary: true);

    /// <summary>No silo or no storage can be reached now: try again after <c>retryAfterMs</c>. Nothing was acknowledged that is not stored.</summary>
    public static readonly ItoriError Unavailable = new(503, "unavailable", Temporary: true);

    private static readonly FrozenDictionary<string, ItoriError> ByReason = new[]
    {
        BadMessage, UnknownType, BadField, BadFile, BadTopic, Unauthenticated, BadToken, Forbidden, NoSuchTopic, NoSuchConcept, NoSuchRelation, NoSuchTurn, NoSuchMessage,
        HistoryGone, Conflict, TooLarge, MessageTooBig, TooManyMessages, TooManyErrors, Internal, Damaged, NotImplemented, ExtractionFailed, Overloaded, Unavailable,
    }.ToFrozenDictionary(error => error.Reason);

    /// <summary>Every row.</summary>
    public static IReadOnlyCollection<ItoriError> All => ByReason.Values;

    /// <summary>The row of a reason; <see cref="Internal"/> for a word that this version does not know.</summary>
    public static ItoriError Of(string reason) => ByReason.GetValueOrDefault(reason, Internal);
}
