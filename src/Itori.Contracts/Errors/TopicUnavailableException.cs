namespace Itori.Contracts;

/// <summary>
/// A topic's grain cannot answer now: its journal cannot be read, or the activation that was asked is going away because its write failed or another one has written. The same call
/// can succeed later.
/// </summary>
[GenerateSerializer, Alias("itori.TopicUnavailableException")]
public sealed class TopicUnavailableException(string message, Exception? inner = null) : OrleansException(message, inner!);
