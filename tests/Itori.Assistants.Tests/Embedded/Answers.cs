using Itori.Contracts;
using Itori.Grains.Assistants.Embedded;

namespace Itori.Assistants.Tests.Embedded;

public sealed class EmbeddedAnswers
{
    [Fact]
    public void A_question_is_answered_with_a_quoted_sentence_and_who_said_it()
    {
        var answer = Team().Ask("What did we decide about the session cache?");
        Assert.Contains("“We keep the session cache in Redis and let entries expire after ten minutes.”", answer, StringComparison.Ordinal);
        Assert.Contains("Bruno (message 2)", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_document_is_quoted_by_its_name()
    {
        var scene = Team().Write("runbook.md", "Backups run every night at two. A restore takes about forty minutes on the small database. Call the operator first.");
        var answer = scene.Ask("How long does a restore take?");
        Assert.Contains("A restore takes about forty minutes on the small database.", answer, StringComparison.Ordinal);
        Assert.Contains("*runbook.md*", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("What did the committee say about cattle vaccination?")]
    [InlineData("Who won the football championship?")]
    [InlineData("What is the boiling point of mercury?")]
    public void What_nobody_spoke_of_is_not_in_this_session(string question)
    {
        var answer = Team().Ask(question);
        Assert.Contains(AnswerWriter.NotHere, answer, StringComparison.Ordinal);
        Assert.DoesNotContain("“", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void In_an_empty_session_it_says_that_there_is_nothing()
    {
        Assert.Contains(AnswerWriter.NotHere, new Scene().Ask("What did we decide about caching?"), StringComparison.Ordinal);
        Assert.Contains(AnswerWriter.NotHere, new Scene().Ask("Summarise the session."), StringComparison.Ordinal);
        Assert.Contains(AnswerWriter.NotHere, new Scene().Ask("What are the main concepts?"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_speaker_is_quoted_alone_when_asked_for()
    {
        var scene = Team().Say("Chen", "The session cache worries me, because a restart of Redis empties it.");
        var answer = scene.Ask("What did Chen say about the session cache?");
        Assert.Contains("a restart of Redis empties it", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Bruno", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_speaker_who_said_nothing_of_it_is_not_credited_with_what_others_said()
    {
        var answer = Team().Ask("What did Ana say about Redis?");
        Assert.StartsWith("Ana said nothing", answer, StringComparison.Ordinal);
        Assert.Contains("Bruno", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_said_it_is_answered_with_names()
    {
        var answer = Team().Ask("Who mentioned latency?");
        Assert.StartsWith("Chen", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_sentence_said_twice_is_quoted_once()
    {
        var scene = Team().Say("Ana", "We keep the session cache in Redis and let entries expire after ten minutes.");
        var answer = scene.Ask("What about the session cache in Redis?");
        Assert.Equal(1, Occurrences(answer, "expire after ten minutes"));
    }

    [Fact]
    public void A_question_asked_before_does_not_answer_itself()
    {
        var scene = Team().Say("Ana", "What did we decide about the session cache?");
        var answer = scene.Ask("What did we decide about the session cache?");
        Assert.Contains("expire after ten minutes", answer.Split('\n').First(line => line.StartsWith('-')), StringComparison.Ordinal);
    }

    [Fact]
    public void Tell_me_more_goes_on_with_what_was_asked_before()
    {
        var answer = Team().Say("Ana", "Latency, what about it?").Ask("Tell me more");
        Assert.Contains("twelve milliseconds", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Who are you?")]
    [InlineData("what can you do")]
    [InlineData("Are you ChatGPT?")]
    [InlineData("help")]
    public void It_says_what_it_is(string question)
    {
        var answer = Team().Ask(question);
        Assert.Contains("embedded", answer, StringComparison.Ordinal);
        Assert.Contains("no network", answer, StringComparison.Ordinal);
        Assert.Contains("3 messages", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Relations_are_read_from_the_graph()
    {
        var answer = Team().Ask("What is Redis related to?");
        Assert.Contains("**session cache**", answer, StringComparison.Ordinal);
        Assert.Contains("strength 0.80", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("**gateway**", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_concepts_are_connected_by_the_path_between_them()
    {
        var answer = Team().Ask("How are Redis and latency connected?");
        Assert.Contains("over 1 concept", answer, StringComparison.Ordinal);
        Assert.Contains("**Redis** → **session cache**", answer, StringComparison.Ordinal);
        Assert.Contains("**session cache** → **latency** (session cache causes latency", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Concepts_that_nothing_joins_have_no_connection()
    {
        Assert.Contains("no way from", Team().Ask("How is Redis related to gateway?"), StringComparison.Ordinal);
    }

    [Fact]
    public void Main_concepts_come_by_weight()
    {
        var answer = Team().Ask("What is this about?");
        Assert.True(answer.IndexOf("**Redis**", StringComparison.Ordinal) < answer.IndexOf("**gateway**", StringComparison.Ordinal), answer);
    }

    [Fact]
    public void A_summary_quotes_what_covers_the_main_concepts_in_the_order_it_was_said()
    {
        var answer = Team().Say("Ana", "Lunch was fine today, by the way, and the weather is good as well.").Ask("Summarise the session");
        Assert.Contains("session cache in Redis", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("weather", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("How many concepts are there?", "4 concepts")]
    [InlineData("How many relations are there?", "2 relations")]
    [InlineData("how many people are here", "3 people")]
    public void It_counts(string question, string expected) => Assert.Contains(expected, Team().Ask(question), StringComparison.Ordinal);

    [Fact]
    public void A_statement_gets_its_concepts_named_and_which_are_new()
    {
        var answer = Team().Ask("The session cache should survive a power failure of the data center.");
        Assert.Contains("session cache", answer, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("power failure", answer, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("new to the graph", answer, StringComparison.Ordinal);
        Assert.Contains("it knew session cache already", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_concept_that_the_graph_has_from_this_very_message_counts_as_new()
    {
        var scene = new Scene().Concept("power failure", 0.5, [new ConceptSource { Session = "s", Seq = 1, Start = 0, Length = 1 }]);
        Assert.Contains("first in this graph", scene.Ask("A power failure hit the plant."), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_text_with_question_marks_in_it_is_no_question()
    {
        var text = string.Concat(Enumerable.Repeat("Why do oscillators synchronize? The coupling strength pulls the phases of neighbouring oscillators together. ", 12)) + "That is the Kuramoto model.";
        Assert.StartsWith("In this I read", Team().Ask(text), StringComparison.Ordinal);
    }

    /// <summary>Three people about a cache, with the graph that their words make.</summary>
    internal static Scene Team() => new Scene()
        .Say("Ana", "Our gateway restarts every night and people complain about it.")
        .Say("Bruno", "We keep the session cache in Redis and let entries expire after ten minutes.")
        .Say("Chen", "I measured the latency yesterday: the median was twelve milliseconds, which is too slow for typing.")
        .Concept("Redis", 0.9).Concept("session cache", 0.8).Concept("latency", 0.6).Concept("gateway", 0.3)
        .Relate("Redis", "session cache", 0.8)
        .Relate("session cache", "latency", 0.4, "causes");

    private static int Occurrences(string text, string part) => text.Split(part).Length - 1;
}
