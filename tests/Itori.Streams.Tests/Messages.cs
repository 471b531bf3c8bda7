namespace Itori.Streams.Tests;

[GenerateSerializer, Immutable, Alias("itori.streams.tests.event")]
public sealed record Note
{
    [Id(0)]
    public required string Topic { get; init; }

    [Id(1)]
    public required int Number { get; init; }
}

/// <summary>Deliberately neither immutable nor a <see cref="Note"/>.</summary>
[GenerateSerializer, Alias("itori.streams.tests.mutable")]
public sealed class Draft
{
    [Id(0)]
    public string Text { get; set; } = "";
}

[Alias("itori.streams.tests.publisher")]
public interface IPublisher : IGrainWithStringKey
{
    [Alias("where")]
    Task<string> WhereAsync();

    /// <summary>Publishes numbers <paramref name="from"/> to <paramref name="from"/> + <paramref name="count"/> − 1 to each topic in turn.</summary>
    [Alias("publish")]
    Task PublishAsync(string[] topics, int from, int count);

    [Alias("batch")]
    Task PublishBatchAsync(string topic, int from, int count);

    [Alias("draft")]
    Task PublishDraftAndChangeItAsync(string topic, string published, string changed);
}

[Alias("itori.streams.tests.subscriber")]
public interface ISubscriber : IGrainWithStringKey
{
    [Alias("subscribe")]
    Task SubscribeAsync(string topic);

    [Alias("received")]
    Task<int[]> ReceivedAsync();
}
