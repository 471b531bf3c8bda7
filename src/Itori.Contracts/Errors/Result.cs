namespace Itori.Contracts;

/// <summary>Why a grain did not carry out a command. Nothing was changed.</summary>
[GenerateSerializer, Immutable, Alias("itori.Refusal")]
public sealed record Refusal
{
    /// <summary>The <see cref="ItoriError.Reason"/>.</summary>
    [Id(0)]
    public required string Reason { get; init; }

    /// <summary>One sentence for a person.</summary>
    [Id(1)]
    public required string Message { get; init; }

    /// <summary>What exactly was wrong, for example <c>ops[3].id</c>.</summary>
    [Id(2)]
    public string? Details { get; init; }

    /// <summary>When to try again, where the error is temporary and the grain can tell.</summary>
    [Id(3)]
    public int? RetryAfterMs { get; init; }

    /// <summary>
    /// Another activation of the grain has written meanwhile, so this one decided on what is no longer true, stored nothing and makes way. The caller within the cluster makes the call again; no client sees this.
    /// </summary>
    [Id(4)]
    public bool Superseded { get; init; }

    /// <summary>The row of the error table.</summary>
    public ItoriError Error => ItoriError.Of(Reason);

    /// <summary>Refuses with a row of the table.</summary>
    public static Refusal Of(ItoriError error, string message, string? details = null) => new() { Reason = error.Reason, Message = message, Details = details };
}

/// <summary>The answer to a command: what it did, or why it was refused.</summary>
/// <typeparam name="T">What a carried-out command answers.</typeparam>
[GenerateSerializer, Immutable, Alias("itori.Result`1")]
public sealed record Result<T>
    where T : class
{
    /// <summary>What was done; null when refused.</summary>
    [Id(0)]
    public T? Value { get; init; }

    /// <summary>Why not; null when done.</summary>
    [Id(1)]
    public Refusal? Refusal { get; init; }

    /// <summary>Done.</summary>
    public static implicit operator Result<T>(T value) => new() { Value = value };

    /// <summary>Refused.</summary>
    public static implicit operator Result<T>(Refusal refusal) => new() { Refusal = refusal };
}

/// <summary>A command was carried out and its effect is stored: it survives the loss of any process.</summary>
[GenerateSerializer, Immutable, Alias("itori.Receipt")]
public sealed record Receipt
{
    /// <summary>The topic that the effect is in.</summary>
    [Id(0)]
    public required TopicName Topic { get; init; }

    /// <summary>The <c>seq</c> of the (last) event that the command caused.</summary>
    [Id(1)]
    public required long Seq { get; init; }

    /// <summary>For a document or file: how many concepts it named.</summary>
    [Id(2)]
    public int? Concepts { get; init; }

    /// <summary>For a document or file: how many relations it supports.</summary>
    [Id(3)]
    public int? Relations { get; init; }
}
