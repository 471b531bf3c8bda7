using CsCheck;
using Itori.Grains.ConceptGraphs;

namespace Itori.Grains.Tests.ConceptGraphs;

public sealed class AbsorbedSessionsTests
{
    private const int Capacity = 8;
    private readonly AbsorbedSessions absorbed = new(Capacity);

    [Fact]
    public void A_message_is_known_up_to_the_last_one_of_its_session()
    {
        absorbed.Add("s", 4, at: 100);
        absorbed.Add("s", 3, at: 90);
        Assert.Equal((4, 0), (absorbed.Through("s"), absorbed.Through("other")));
        Assert.True(absorbed.Has("s", 4, 50));
        Assert.False(absorbed.Has("s", 5, 50));
        Assert.False(absorbed.Has("other", 1, 50)); // Nobody is forgotten: it is new.
    }

    [Fact]
    public void The_sessions_that_were_silent_longest_are_forgotten_and_their_messages_stay_known()
    {
        for (var n = 1; n <= 3 * Capacity; n++)
        {
            absorbed.Add($"s{n}", n, at: 100 * n);
            absorbed.Add("talks always", n, at: 100 * n);
        }

        Assert.InRange(absorbed.Sessions.Count, Capacity, Capacity + (Capacity / 4));
        Assert.Equal(3 * Capacity, absorbed.Through("talks always"));
        Assert.Equal(0, absorbed.Through("s1"));
        Assert.True(absorbed.Has("s1", 1, 100));
        Assert.False(absorbed.Has("s1", 2, 100 * 3 * Capacity)); // What it says anew is new.
        Assert.False(absorbed.Has("s1", 2, null));
    }

    [Fact]
    public void Whatever_is_forgotten_no_message_counts_twice_and_its_number_is_bounded() => Gen.Int[0, 40].Array[0, 400].Sample(speakers =>
    {
        var sessions = new AbsorbedSessions(Capacity);
        var said = new List<(string Session, long Seq, long At)>();
        foreach (var (speaker, at) in speakers.Select((speaker, at) => (speaker, at)))
        {
            var message = ($"s{speaker}", Seq: said.Count(before => before.Session == $"s{speaker}") + 1L, At: (long)at);
            Assert.False(sessions.Has(message.Item1, message.Seq, message.At));
            sessions.Add(message.Item1, message.Seq, message.At);
            said.Add(message);
            Assert.InRange(sessions.Sessions.Count, 0, Capacity + (Capacity / 4));
        }

        Assert.All(said, message => Assert.True(sessions.Has(message.Session, message.Seq, message.At)));
    });
}
