using Itori.Contracts;
using Itori.Grains.Journaling;
using Itori.Grains.Tests.Support;

namespace Itori.Grains.Tests.Journaling;

public sealed class EventTailTests
{
    private readonly EventTail tail = new(4);

    [Fact]
    public void An_empty_tail_has_nothing_and_knows_its_place()
    {
        Assert.Equal((0, 1), (tail.Head, tail.First));
        Assert.Empty(tail.TryRead(0, 10)!);
        tail.Reset(41);
        Assert.Equal((41, 42), (tail.Head, tail.First));
        Assert.Null(tail.TryRead(40, 10));
        Assert.Empty(tail.TryRead(41, 10)!);
    }

    [Fact]
    public void The_last_events_are_kept()
    {
        Fill(6);
        Assert.Equal((6, 3), (tail.Head, tail.First));
        Assert.Equal([3L, 4, 5, 6], Read(2, 10));
        Assert.Equal([5L], Read(4, 1));
    }

    [Fact]
    public void What_is_no_longer_in_memory_is_not_answered_in_part()
    {
        Fill(6);
        Assert.Null(tail.TryRead(1, 10));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(long.MaxValue)]
    public void After_the_head_there_is_nothing(long after)
    {
        Fill(6);
        Assert.Empty(tail.TryRead(after, 10)!);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void An_event_that_does_not_follow_is_refused(long seq)
    {
        Fill(2);
        Assert.Throws<InvalidOperationException>(() => tail.Add(Event(seq)));
    }

    private void Fill(int count)
    {
        for (var seq = 1; seq <= count; seq++)
        {
            tail.Add(Event(seq));
        }
    }

    private long[] Read(long after, int limit) => [.. tail.TryRead(after, limit)!.Select(e => e.Seq)];

    private static MessagePosted Event(long seq) => new() { Seq = seq, Timestamp = 1, User = People.Ada, Text = "x", Graph = "main" };
}
