namespace Itori.Contracts;

/// <summary>
/// A topic's grain cannot do it now: its journal cannot be read or written, more waits to be written than it may, or the activation that was asked is going away because its write failed or another
/// one has written. The same call can succeed later. It has no inner exception: that would have to be known wherever this one goes.
/// </summary>
[GenerateSerializer, Alias("itori.TopicUnavailableException")]
public sealed class TopicUnavailableException(string message) : OrleansException(message)
{
    /// <summary>It is certain that nothing was stored: another activation had written before. A call made again at once reaches that one.</summary>
    [Id(0)]
    public bool Superseded { get; init; }

    /// <summary>It is certain that nothing was stored: too much waits.</summary>
    [Id(1)]
    public bool Overloaded { get; init; }
}
