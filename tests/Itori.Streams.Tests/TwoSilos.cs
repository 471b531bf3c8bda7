namespace Itori.Streams.Tests;

public sealed class TwoSilos
{
    [Fact]
    public async Task One_client_sees_the_streams_of_both_silos()
    {
        await using var cluster = await StreamCluster.StartAsync(silos: 2);
        var first = await cluster.PublisherInAsync(0, "first");
        var second = await cluster.PublisherInAsync(1, "second");
        var fromFirst = await Inbox<Note>.SubscribeAsync(cluster.Client, "topic-1");
        var fromSecond = await Inbox<Note>.SubscribeAsync(cluster.Client, "topic-2");

        await Task.WhenAll(first.PublishAsync(["topic-1"], 0, 300), second.PublishAsync(["topic-2"], 0, 300));

        await fromFirst.WaitForAsync(300);
        await fromSecond.WaitForAsync(300);
        Assert.Equal(Enumerable.Range(0, 300), fromFirst.Items.Select(note => note.Number));
        Assert.Equal(Enumerable.Range(0, 300), fromSecond.Items.Select(note => note.Number));
    }

    [Fact]
    public async Task A_publisher_that_moves_to_another_silo_reaches_the_same_subscribers()
    {
        await using var cluster = await StreamCluster.StartAsync(silos: 2);
        var before = await cluster.PublisherInAsync(1, "before");
        var inbox = await Inbox<Note>.SubscribeAsync(cluster.Client, "topic");
        await before.PublishAsync(["topic"], 0, 100);
        await inbox.WaitForAsync(100);

        await cluster.Silos[1].StopAsync(CancellationToken.None);
        await (await cluster.PublisherInAsync(0, "after")).PublishAsync(["topic"], 100, 100);

        await inbox.WaitForAsync(200);
        Assert.Equal(Enumerable.Range(0, 200), inbox.Items.Select(note => note.Number));
    }
}
