using CsCheck;

using Itori.Contracts;
using Itori.Gateway.Connections;

namespace Itori.Gateway.Tests.Connections;

/// <summary>Of what waits in a slot the latest is sent, whether the slots are few or many.</summary>
public sealed class LatestMessagesTests
{
    private const int Most = 20;

    private static readonly TopicName[] Topics = [TopicName.Graph("g"), TopicName.Graph("h"), TopicName.Field("g")];

    /// <summary>Against a dictionary: what is put, dropped and taken.</summary>
    [Fact]
    public void It_holds_what_a_dictionary_would() => Gen.Select(Gen.Int[0, 9], Gen.Int[0, 2], Gen.Int[0, 14]).Array[0, 200].Sample(steps =>
    {
        var messages = new LatestMessages();
        var expected = new Dictionary<SlotKey, byte[]>();
        foreach (var (what, topic, detail) in steps)
        {
            var (key, message) = (new SlotKey(Topics[topic], "cursor", detail.ToString()), new byte[1]);
            switch (what)
            {
                case 0:
                    messages.Forget(Topics[topic]);
                    foreach (var known in expected.Keys.Where(known => known.Topic == Topics[topic]))
                    {
                        expected.Remove(known);
                    }

                    break;
                case 1 or 2:
                    Assert.Equal(expected.Count > 0, messages.TryTake(out var taken));
                    Assert.True(taken is null || expected.Remove(expected.Single(entry => entry.Value == taken).Key));
                    break;
                default:
                    var isThere = expected.ContainsKey(key);
                    Assert.Equal(isThere || expected.Count < Most, messages.TryPut(key, message, Most, out var replaced));
                    Assert.Equal(isThere, replaced);
                    if (isThere || expected.Count < Most)
                    {
                        expected[key] = message;
                    }

                    break;
            }

            Assert.Equal(expected.Count, messages.Count);
        }

        while (messages.TryTake(out var rest))
        {
            Assert.True(expected.Remove(expected.Single(entry => entry.Value == rest).Key));
        }

        Assert.Empty(expected);
    });

    [Fact]
    public void While_they_are_few_what_came_first_is_taken_first()
    {
        var messages = new LatestMessages();
        byte[][] all = [new byte[1], new byte[1], new byte[1]];
        for (var i = 0; i < all.Length; i++)
        {
            messages.TryPut(new SlotKey(Topics[i], "presence"), all[i], Most, out _);
        }

        foreach (var message in all)
        {
            Assert.True(messages.TryTake(out var taken));
            Assert.Same(message, taken);
        }
    }
}
