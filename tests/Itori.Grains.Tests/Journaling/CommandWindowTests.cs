using Itori.Contracts;
using Itori.Grains.Journaling;

namespace Itori.Grains.Tests.Journaling;

public sealed class CommandWindowTests
{
    private static readonly TopicName Topic = TopicName.Graph("g");
    private readonly CommandWindow window = new(3, TimeSpan.FromDays(7));

    [Fact]
    public void A_command_is_answered_as_it_was_the_first_time()
    {
        window.Add(new CommandReply("a", 7, 3, 2, Print: 5));
        window.Add(new CommandReply("a", 9));
        Assert.Equal(new Receipt { Topic = Topic, Seq = 7, Concepts = 3, Relations = 2 }, window.Find("a", 5, Topic)?.Value);
    }

    [Fact]
    public void An_unknown_command_or_one_without_an_id_is_new()
    {
        Assert.Null(window.Find("a", 5, Topic));
        Assert.Null(window.Find(null, 5, Topic));
    }

    [Fact]
    public void The_oldest_are_forgotten()
    {
        for (var i = 1; i <= 5; i++)
        {
            window.Add(new CommandReply($"c{i}", i));
        }

        Assert.Equal(["c3", "c4", "c5"], window.InOrder.Select(reply => reply.Id));
        Assert.Null(window.Find("c2", 0, Topic));
    }

    [Fact]
    public void Ids_differ_by_case() // They are the clients' own.
    {
        window.Add(new CommandReply("a", 1));
        Assert.Null(window.Find("A", 0, Topic));
    }

    [Fact]
    public void Another_command_under_the_same_id_is_a_conflict_and_not_the_first_ones_receipt()
    {
        window.Add(new CommandReply("1", 7, Print: 5));
        Assert.Equal("conflict", window.Find("1", 6, Topic)?.Refusal?.Reason);
    }

    [Fact]
    public void What_an_older_version_remembered_is_taken_at_its_id()
    {
        window.Add(new CommandReply("1", 7));
        Assert.Equal(7, window.Find("1", 6, Topic)?.Value?.Seq);
    }

    [Fact]
    public void Ids_older_than_the_window_are_forgotten_by_the_times_of_the_events()
    {
        var day = (long)TimeSpan.FromDays(1).TotalMilliseconds;
        window.Add(new CommandReply("old", 1, At: 0));
        window.Add(new CommandReply("week", 2, At: day));
        window.Add(new CommandReply("new", 3, At: day * 8));
        Assert.Equal(["week", "new"], window.InOrder.Select(reply => reply.Id));
    }
}
