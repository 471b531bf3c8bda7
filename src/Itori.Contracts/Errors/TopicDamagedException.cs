namespace Itori.Contracts;

/// <summary>What is stored of a topic cannot be read: it is damaged, or was written by a newer version. Trying again does not help; nothing is written over it.</summary>
[GenerateSerializer, Alias("itori.TopicDamagedException")]
public sealed class TopicDamagedException(string message) : OrleansException(message);
