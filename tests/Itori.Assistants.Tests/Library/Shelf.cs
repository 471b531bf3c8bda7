using CsCheck;
using Itori.Grains.Assistants.Library;

namespace Itori.Assistants.Tests.Library;

public sealed class Shelf
{
    [Fact]
    public void The_oldest_documents_go_when_it_is_full()
    {
        var shelf = new DocumentShelf(1000);
        shelf.Add(1, "a", "a", Text("apples", 400));
        shelf.Add(2, "b", "b", Text("bananas", 400));
        Assert.Equal(1, shelf.Add(3, "c", "c", Text("cherries", 400)).Displaced);
        Assert.Empty(shelf.Search("apples", 5, null));
        Assert.NotEmpty(shelf.Search("bananas", 5, null));
        Assert.Null(shelf.Find("a"));
        Assert.Equal(2, shelf.OldestSeq);
    }

    [Fact]
    public void A_sentence_is_found_with_its_place_in_the_document()
    {
        const string Needle = "The zeppelin landed at noon.";
        var text = Text("Filler words about nothing", 3000) + " " + Needle + " " + Text("More of the same filler", 3000);
        var shelf = new DocumentShelf(100_000);
        shelf.Add(1, "d", "log.txt", text);
        var hit = shelf.Search("zeppelin", 1, null)[0];
        Assert.Equal(Needle, hit.Sentence.Trim());
        Assert.Equal(hit.Sentence, text.Substring(hit.Start, hit.Sentence.Length));
        Assert.True(hit.Passage.Length <= 800);
    }

    [Fact]
    public void Its_size_never_passes_its_bound() =>
        Gen.Int[0, 1000].Array[0, 30].Sample(lengths =>
        {
            var shelf = new DocumentShelf(2500);
            for (var i = 0; i < lengths.Length; i++)
            {
                shelf.Add(i + 1, "d" + i, "d", new string('x', lengths[i]));
                if (shelf.Characters > 2500 || shelf.Find("d" + i) is null)
                {
                    return false;
                }
            }

            return true;
        });

    private static string Text(string words, int length) => string.Concat(Enumerable.Repeat(words + ". ", length / (words.Length + 2)));
}
