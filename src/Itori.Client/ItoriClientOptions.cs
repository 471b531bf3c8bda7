using System.ComponentModel.DataAnnotations;

namespace Itori.Client;

/// <summary>How an <see cref="ItoriClient"/> connects. All limits are inclusive.</summary>
public sealed class ItoriClientOptions
{
    /// <summary>The gateway's socket, <c>ws:</c> or <c>wss:</c>, without a query. Default <c>ws://localhost:8000/ws</c>.</summary>
    [Required]
    public Uri Endpoint { get; set; } = new("ws://localhost:8000/ws");

    /// <summary>The session that <c>user_msg</c> goes to by itself. Null: the server makes a new one at the first connection, and the client keeps it.</summary>
    public string? Session { get; set; }

    /// <summary>The graph that concepts of <see cref="Session"/> go to. Null: the shared graph <c>main</c>.</summary>
    public string? Graph { get; set; }

    /// <summary>Asked for a token before every sign-in, so that a token that ran out is replaced. Null, or a null answer: anonymous.</summary>
    public Func<CancellationToken, ValueTask<string?>>? Token { get; set; }

    /// <summary>Messages that may wait for a reply, sent or not. One more is refused with <see cref="ItoriClientBusyException"/>. Default 256.</summary>
    [Range(1, 100_000)]
    public int MaxPending { get; set; } = 256;

    /// <summary>Events of one subscription that may wait for its reader. At the limit the topic is unsubscribed, and resumed once the reader has caught up. Default 1,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxBuffered { get; set; } = 1_000;

    /// <summary>Longest message that is taken, bytes; a graph's snapshot comes in one. Default 64 MiB.</summary>
    [Range(1024, int.MaxValue)]
    public int MaxMessageBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>The first wait between two tries to connect; each wait is random between zero and its bound (full jitter), and the bound grows by half. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>What the bound of a wait grows to. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan LongestDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A connection that lived so long makes the next wait the first one again. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan StableAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long connecting, <c>welcome</c> and signing in may take together. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan OpenTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the peer is pinged, and how long it may take to answer: a dead one is noticed within two of these. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The clock. Default the system's.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;

    internal void Validate()
    {
        Validator.ValidateObject(this, new ValidationContext(this), validateAllProperties: true);
        if (!Endpoint.IsAbsoluteUri || Endpoint.Scheme is not ("ws" or "wss") || Endpoint.Query.Length > 0)
        {
            throw new ValidationException($"{nameof(Endpoint)} is {Endpoint}: it is an absolute ws: or wss: address without a query.");
        }

        if (LongestDelay < FirstDelay)
        {
            throw new ValidationException($"{nameof(LongestDelay)} is shorter than {nameof(FirstDelay)}.");
        }
    }
}
