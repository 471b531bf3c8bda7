using Itori.Contracts;

namespace Itori.Gateway.Protocol;

/// <summary>What is to be done about a client's message, once it is read and checked.</summary>
internal readonly struct Step
{
    /// <summary>Refused: nothing was changed.</summary>
    public Refusal? Refusal { get; private init; }

    /// <summary>The answer, where it is known at once.</summary>
    public Reply Reply { get; private init; }

    /// <summary>The work, where there is some. Work of one lane is done in the order in which it came.</summary>
    public Func<CancellationToken, Task<Reply>>? Work { get; private init; }

    /// <summary>The topic that the work concerns.</summary>
    public TopicName Lane { get; private init; }

    /// <summary>What to do where the work is refused because too much is under way.</summary>
    public Action? Abandon { get; private init; }

    public static implicit operator Step(Refusal refusal) => new() { Refusal = refusal };

    public static implicit operator Step(Reply reply) => new() { Reply = reply, Refusal = reply.Refusal };

    public static Step Run(TopicName lane, Func<CancellationToken, Task<Reply>> work, Action? abandon = null) => new() { Lane = lane, Work = work, Abandon = abandon };
}

/// <summary>The answer to a client's message.</summary>
internal readonly struct Reply
{
    /// <summary>Refused.</summary>
    public Refusal? Refusal { get; private init; }

    /// <summary>The message; null where there is nothing to say.</summary>
    public byte[]? Message { get; private init; }

    /// <summary>What begins once the message is on its way.</summary>
    public Action? Then { get; private init; }

    public static implicit operator Reply(Refusal refusal) => new() { Refusal = refusal };

    /// <summary>A reply that is sent whether or not the client gave an id.</summary>
    public static Reply Of(byte[] message, Action? then = null) => new() { Message = message, Then = then };

    /// <summary>An <c>ack</c>: for a client that gave an id.</summary>
    public static Reply Ack(Codec codec, Receipt? receipt, long timestamp, MessageId? id) => id is null ? default : new() { Message = codec.Ack(receipt, timestamp, id) };

    /// <summary>What a grain answered to a command.</summary>
    public static Reply Of(Codec codec, Result<Receipt> result, long timestamp, MessageId? id) =>
        result.Refusal is { } refusal ? refusal : Ack(codec, result.Value, timestamp, id);
}
