using CsCheck;

using Itori.Contracts;
using Itori.Gateway.Connections;
using Itori.Gateway.Protocol;

namespace Itori.Gateway.Tests.Connections;

/// <summary>What waits for one connection is bounded, and ordered or the latest.</summary>
public sealed class OutboxTests
{
    private static readonly TopicName Topic = TopicName.Graph("g");

    private readonly byte[] scratch = new byte[1024];
    private readonly Outbox outbox = new(maxBytes: 100, maxSlots: 2);

    [Fact]
    public void At_the_bound_nothing_more_is_put_and_what_was_put_keeps_its_order()
    {
        Assert.True(outbox.TryPut(new byte[60]));
        Assert.True(outbox.TryPut(new byte[40]));
        Assert.False(outbox.TryPut(new byte[1]));
        Assert.Equal([60, 40], Take());
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
        Assert.Equal([9, 2, 3], Take());
    }

    [Fact]
    public async Task Who_waits_for_space_goes_on_when_messages_were_sent()
    {
        outbox.TryPut(new byte[90]);
        var putting = outbox.Put(new byte[50], TestContext.Current.CancellationToken).AsTask();
        Assert.False(putting.IsCompleted);
        var length = outbox.Fill(scratch, Codec.Json, out _);
        Assert.False(putting.IsCompleted);
        outbox.Advance(length);
        await putting;
        Assert.Equal(50, outbox.Bytes);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public void Completed_it_ends_its_writer_after_what_waits_or_at_once(bool discard, int messages)
    {
        outbox.TryPut(new byte[10]);
        outbox.Complete(discard);
        Assert.Equal(messages, outbox.Advance(outbox.Fill(scratch, Codec.Json, out var isLast)).Messages);
        Assert.True(isLast);
    }

    [Fact]
    public void A_message_that_is_half_sent_is_finished_although_the_rest_is_discarded()
    {
        outbox.TryPut(new byte[40]);
        outbox.TryPut(new byte[50]);
        outbox.Fill(scratch, Codec.Json, out _);
        outbox.Advance(11);
        outbox.Complete(discard: true);
        Assert.Equal(42 - 11, outbox.Fill(scratch, Codec.Json, out var isLast));
        Assert.True(isLast);
    }

    [Fact]
    public void A_control_frame_goes_before_messages_and_never_into_one()
    {
        outbox.TryPut(new byte[50]);
        outbox.Fill(scratch.AsSpan(0, 20), Codec.Json, out _);
        outbox.Advance(20);
        outbox.TryPut(new byte[1]);
        outbox.PutControl(Frames.EmptyPing);
        var length = outbox.Fill(scratch, Codec.Json, out _);
        Assert.Equal([0x89, 0, 0x81, 1, 0], scratch.AsSpan(32, length - 32).ToArray());
    }

    [Fact]
    public void A_control_frame_goes_after_all_that_was_begun_and_before_all_that_waits()
    {
        // Places of the queue have moved on by then: it begins in its middle.
        for (var i = 0; i < 3; i++)
        {
            outbox.TryPut(new byte[1]);
            Assert.Equal([1], Take());
        }

        outbox.TryPut(new byte[2]);
        outbox.TryPut(new byte[3]);
        outbox.Fill(scratch, Codec.Json, out _);
        outbox.TryPut(new byte[4]);
        outbox.TryPut(new byte[5]);
        outbox.Conflate(new SlotKey(Topic, "frame"), new byte[6]);
        outbox.PutControl(Frames.EmptyPing);
        Assert.Equal([2, 3, 0, 4, 5, 6], Take());
        Assert.Equal(0, outbox.Bytes);
    }

    [Fact]
    public void After_more_than_it_keeps_places_for_it_is_as_before()
    {
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 100; i++)
            {
                Assert.True(outbox.TryPut(new byte[1]));
            }

            Assert.Equal(Enumerable.Repeat(1, 100), Take());
        }
    }

    [Fact]
    public void Trimmed_it_holds_what_waits_and_takes_more()
    {
        for (var i = 0; i < 10; i++)
        {
            outbox.TryPut(new byte[1]);
            outbox.Conflate(new SlotKey(Topic, "cursor", $"{i % 2}"), new byte[2]);
            outbox.Trim();
        }

        Assert.Equal([.. Enumerable.Repeat(1, 10), 2, 2], Take());
        outbox.Trim();
        Assert.Empty(Take());
        outbox.TryPut(new byte[3]);
        Assert.Equal([3], Take());
    }

    /// <summary>However the frames are cut, by small buffers and sends that take a part, the peer reads the same messages.</summary>
    [Fact]
    public void Cut_anywhere_the_bytes_are_those_of_all_messages_in_order() => Gen.Select(Gen.Int[0, 70_000].Array[1, 8], Gen.Int[1, 9_000].Array[1, 20], Gen.Int[1, 100].Array[1, 20]).Sample(
        (lengths, buffers, shares) =>
        {
            var cut = new Outbox(maxBytes: 1 << 20, maxSlots: 2);
            var expected = new List<byte>();
            Span<byte> header = stackalloc byte[Frames.MaxHeaderLength];
            foreach (var length in lengths)
            {
                var message = new byte[length];
                Random.Shared.NextBytes(message);
                cut.TryPut(message);
                expected.AddRange(header[..Frames.WriteHeader(header, Frames.Text, length)]);
                expected.AddRange(message);
            }

            var sent = new List<byte>();
            for (var turn = 0; ; turn++)
            {
                var buffer = new byte[buffers[turn % buffers.Length]];
                var filled = cut.Fill(buffer, Codec.Json, out _);
                if (filled == 0)
                {
                    break;
                }

                var part = Math.Max(1, filled * shares[turn % shares.Length] / 100);
                sent.AddRange(buffer.AsSpan(0, part));
                cut.Advance(part);
            }

            Assert.Equal(expected, sent);
            Assert.Equal(0, cut.Bytes);
        },
        iter: 200);

    /// <summary>The lengths of the messages that are sent next.</summary>
    private List<int> Take()
    {
        List<int> lengths = [];
        var length = outbox.Fill(scratch, Codec.Json, out _);
        for (var at = 0; at < length; at += 2 + scratch[at + 1])
        {
            lengths.Add(scratch[at + 1]);
        }

        outbox.Advance(length);
        return lengths;
    }
}
