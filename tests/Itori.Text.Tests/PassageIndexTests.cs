using CsCheck;

namespace Itori.Text.Tests;

public sealed class PassageIndexTests
{
    private static PassageIndex Filled()
    {
        var index = new PassageIndex();
        index.Add("1", "alice", "Coral reefs are ecosystems. They depend on carbonate chemistry.");
        index.Add("2", "bob", "Gradient descent minimises a loss. Momentum speeds it up.");
        index.Add("3", "carol", "The power grid failed after a storm.");
        return index;
    }

    [Fact]
    public void Search_quotes_the_best_sentence_with_its_source_and_place()
    {
        var hit = Assert.Single(Filled().Search("Which chemistry, carbonate or other, does a reef depend on?", 1));

        Assert.Equal(("1", "alice", "They depend on carbonate chemistry."), (hit.Id, hit.Source, hit.Sentence));
        Assert.Equal(28, hit.Span.Start);
        Assert.True(hit.Score > 0);
    }

    [Fact]
    public void Inflected_words_match_and_function_words_do_not()
    {
        Assert.Equal("2", Assert.Single(Filled().Search("minimising losses", 5)).Id);
        Assert.Empty(Filled().Search("what is the of a", 5));
        Assert.Empty(Filled().Search("", 5));
        Assert.Empty(Filled().Search("coral", 0));
    }

    [Fact]
    public void Expansion_finds_passages_that_the_query_does_not_name()
    {
        var hits = Filled().Search("outage", 5, new Dictionary<string, double> { ["power grid"] = 0.5, ["coral reef"] = 0, ["momentum"] = double.NaN });

        Assert.Equal("3", Assert.Single(hits).Id);
    }

    [Fact]
    public void A_passage_added_again_replaces_the_old_one_and_a_removed_one_is_not_found()
    {
        var index = Filled();
        index.Add("1", "alice", "Volcanoes erupt.");

        Assert.Equal(3, index.Count);
        Assert.Empty(index.Search("coral", 5));
        Assert.True(index.Remove("1"));
        Assert.False(index.Remove("1"));
        Assert.Empty(index.Search("volcanoes", 5));
        Assert.Equal(2, index.Count);
    }

    [Fact]
    public void Oldest_passages_go_when_the_bound_is_passed()
    {
        var index = new PassageIndex(new PassageIndexOptions { MaxCharacters = 30 });

        Assert.True(index.Add("1", "", "alpha particles"));
        Assert.True(index.Add("2", "", "beta particles"));
        Assert.True(index.Add("3", "", "gamma rays"));
        Assert.False(index.Add("4", "", new string('x', 31)));

        Assert.Equal(2, index.Count);
        Assert.Empty(index.Search("alpha", 5));
        Assert.True(index.Characters <= 30);
    }

    [Fact]
    public void Settings_of_BM25_change_the_ranking()
    {
        static double Score(PassageIndexOptions options, int repetitions)
        {
            var index = new PassageIndex(options);
            index.Add("1", "", string.Join(' ', Enumerable.Repeat("reef", repetitions)));
            index.Add("2", "", "storm");
            return index.Search("reef", 1)[0].Score;
        }

        Assert.Equal(Score(new() { K1 = 0 }, 1), Score(new() { K1 = 0 }, 9), 1e-12);
        Assert.True(Score(new() { K1 = 2, B = 0 }, 9) > Score(new() { K1 = 2, B = 0 }, 1));
        Assert.True(Score(new() { K1 = 2, B = 0 }, 9) > Score(new() { K1 = 2, B = 1 }, 9));
    }

    [Fact]
    public void Any_passage_is_found_by_its_own_words_and_its_sentence_lies_in_it() =>
        Gen.Select(Gen.String, Choice.Of("reef", "storm", "grid").Array[1, 8]).Sample((noise, words) =>
        {
            var index = Filled();
            var text = noise + " " + string.Join(". ", words);
            index.Add("x", "source", text);

            var hit = Assert.Single(index.Search(words[0], 10), hit => hit.Id == "x");
            Assert.Equal(hit.Sentence, text.Substring(hit.Span.Start, hit.Span.Length));
        });
}
