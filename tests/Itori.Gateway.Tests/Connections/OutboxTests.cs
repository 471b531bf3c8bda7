using Itori.Contracts;
using Itori.Gateway.Connections;

namespace Itori.Gateway.Tests.Connections;

/// <summary>What waits for one connection is bounded, and ordered or the latest.</summary>
public sealed class OutboxTests
{
    private static readonly TopicName Topic = TopicName.Graph("g");

    private readonly Outbox outbox = new(maxBytes: 100, maxSlots: 2);

    [Fact]
    public void At_the_bound_nothing_more_is_put_and_what_was_put_keeps_its_order()
    {
        Assert.True(outbox.TryPut(new byte[60]));
        Assert.True(outbox.TryPut(new byte[40]));
        Assert.False(outbox.TryPut(new byte[1]));
        Assert.Equal([60, 40], Take().Select(message => message.Length));
    }

    [Fact]
    public void A_message_over_the_bound_is_taken_when_nothing_waits()
    {
        Assert.True(outbox.TryPut(new byte[1000]));
        Assert.False(outbox.TryPut(new byte[1]));
    }

    [Fact]
    public void Of_a_slot_the_latest_is_sent_after_what_is_ordered()
    {
        Assert.False(outbox.Conflate(new SlotKey(Topic, "frame"), new byte[1]));
        Assert.True(outbox.Conflate(new SlotKey(Topic, "frame"), new byte[2]));
        Assert.False(outbox.Conflate(new SlotKey(Topic, "cursor", "a"), new byte[3]));
        Assert.True(outbox.Conflate(new SlotKey(Topic, "cursor", "b"), new byte[4]));
        outbox.TryPut(new byte[9]);
        Assert.Equal([9, 2, 3], Take().Select(message => message.Length));
    }

    [Fact]
    public async Task Who_waits_for_space_goes_on_when_messages_were_sent()
    {
        outbox.TryPut(new byte[90]);
        var putting = outbox.Put(new byte[50], TestContext.Current.CancellationToken).AsTask();
        Assert.False(putting.IsCompleted);
        Take();
        Assert.False(putting.IsCompleted);
        outbox.Sent(0, 90);
        await putting;
        Assert.Equal(50, outbox.Bytes);
    }

    [Fact]
    public async Task Completed_it_ends_its_writer_after_what_waits_or_at_once()
    {
        outbox.TryPut(new byte[10]);
        outbox.Complete(discard: false);
        Assert.True(await outbox.WaitToTake());
        Take();
        Assert.False(await outbox.WaitToTake());

        var discarding = new Outbox(100, 2);
        discarding.TryPut(new byte[10]);
        discarding.Complete(discard: true);
        Assert.False(await discarding.WaitToTake());
    }

    private List<ReadOnlyMemory<byte>> Take()
    {
        List<ReadOnlyMemory<byte>> batch = [];
        outbox.Take(batch);
        return batch;
    }
}
