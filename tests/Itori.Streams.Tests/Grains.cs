using Orleans.Streams;

namespace Itori.Streams.Tests;

internal sealed class Publisher : Grain, IPublisher
{
    public Task<string> WhereAsync() => Task.FromResult(RuntimeIdentity);

    public async Task PublishAsync(string[] topics, int from, int count)
    {
        var provider = this.GetStreamProvider(StreamCluster.Provider);
        var streams = topics.Select(topic => provider.GetStream<Note>(StreamCluster.IdOf(topic))).ToArray();
        for (var number = from; number < from + count; number++)
        {
            for (var i = 0; i < streams.Length; i++)
            {
                await streams[i].OnNextAsync(new Note { Topic = topics[i], Number = number });
            }
        }
    }

    public Task PublishBatchAsync(string topic, int from, int count) => this.GetStreamProvider(StreamCluster.Provider)
        .GetStream<Note>(StreamCluster.IdOf(topic))
        .OnNextBatchAsync(Enumerable.Range(from, count).Select(number => new Note { Topic = topic, Number = number }));

    public async Task PublishDraftAndChangeItAsync(string topic, string published, string changed)
    {
        var draft = new Draft { Text = published };
        await this.GetStreamProvider(StreamCluster.Provider).GetStream<Draft>(StreamCluster.IdOf(topic)).OnNextAsync(draft);
        draft.Text = changed;
    }
}

internal sealed class Subscriber : Grain, ISubscriber
{
    private readonly List<int> _received = [];

    public async Task SubscribeAsync(string topic) => await this.GetStreamProvider(StreamCluster.Provider)
        .GetStream<Note>(StreamCluster.IdOf(topic))
        .SubscribeAsync((note, _) =>
        {
            _received.Add(note.Number);
            return Task.CompletedTask;
        });

    public Task<int[]> ReceivedAsync() => Task.FromResult(_received.ToArray());
}
