using Itori.Contracts;
using Itori.Grains.Journaling;

namespace Itori.Grains.Tests.Journaling;

public sealed class CommandWindowTests
{
    private static readonly TopicName Topic = TopicName.Graph("g");
    private readonly CommandWindow window = new(3);

    [Fact]
    public void A_command_is_answered_as_it_was_the_first_time()
    {
        window.Add(new CommandReply("a", 7, 3, 2));
        window.Add(new CommandReply("a", 9));
        Assert.True(window.TryGet("a", Topic, out var receipt));
        Assert.Equal(new Receipt { Topic = Topic, Seq = 7, Concepts = 3, Relations = 2 }, receipt);
    }

    [Fact]
    public void An_unknown_command_or_one_without_an_id_is_new()
    {
        Assert.False(window.TryGet("a", Topic, out _));
        Assert.False(window.TryGet(null, Topic, out _));
    }

    [Fact]
    public void The_oldest_are_forgotten()
    {
        for (var i = 1; i <= 5; i++)
        {
            window.Add(new CommandReply($"c{i}", i));
        }

        Assert.Equal(["c3", "c4", "c5"], window.InOrder.Select(reply => reply.Id));
        Assert.False(window.Contains("c2"));
    }

    [Fact]
    public void Ids_differ_by_case() // They are the clients' own.
    {
        window.Add(new CommandReply("a", 1));
        Assert.False(window.Contains("A"));
    }
}
