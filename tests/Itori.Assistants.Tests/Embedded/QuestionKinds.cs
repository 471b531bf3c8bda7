using Itori.Grains.Assistants.Questions;

namespace Itori.Assistants.Tests.Embedded;

public sealed class QuestionKinds
{
    [Theory]
    [InlineData("hi", "Greeting")]
    [InlineData("Hello everyone!", "Greeting")]
    [InlineData("thanks a lot!", "Thanks")]
    [InlineData("Who are you?", "Identity")]
    [InlineData("Which concepts are in phase?", "Phase")]
    [InlineData("What is in phase with Redis?", "Phase")]
    [InlineData("which concepts are drifting", "Drift")]
    [InlineData("How coherent is the field?", "Coherence")]
    [InlineData("what is the order parameter?", "Coherence")]
    [InlineData("How many concepts do we have?", "Count")]
    [InlineData("How are Redis and the gateway connected?", "Connection")]
    [InlineData("What is the connection between latency and Redis?", "Connection")]
    [InlineData("What is Redis related to?", "RelatedTo")]
    [InlineData("what goes with latency?", "RelatedTo")]
    [InlineData("Who said that latency matters?", "WhoSaid")]
    [InlineData("Who is here?", "Participants")]
    [InlineData("Please summarise the discussion about latency", "Summary")]
    [InlineData("tl;dr", "Summary")]
    [InlineData("What did I miss?", "Summary")]
    [InlineData("What are the main concepts?", "MainConcepts")]
    [InlineData("What is this about?", "MainConcepts")]
    [InlineData("What is a session cache?", "Definition")]
    [InlineData("Could you tell me why the gateway restarts?", "Lookup")]
    [InlineData("What did Ana say about coherence of the plan?", "Lookup")]
    [InlineData("When the cache fails, the gateway asks again.", "Statement")]
    [InlineData("We should use Redis.", "Statement")]
    [InlineData("", "Statement")]
    [InlineData("🙂", "Statement")]
    public void The_form_of_a_message_tells_what_it_wants(string text, string kind) =>
        Assert.Equal(Enum.Parse<QuestionKind>(kind), EmbeddedAnswers.Team().Read(text).Kind);

    [Fact]
    public void A_subject_is_what_the_question_is_about()
    {
        var question = EmbeddedAnswers.Team().Read("Please summarise the discussion about latency and the session cache");
        Assert.Equal("latency and the session cache", question.Subject);
        Assert.Equal(["latency", "session cache"], question.Concepts.Select(concept => concept.Label));
    }

    [Fact]
    public void A_subject_keeps_its_letters() => Assert.Equal("the Maillard reaction", EmbeddedAnswers.Team().Read("Please summarise what was said about the Maillard reaction").Subject);

    [Fact]
    public void Any_text_is_read_without_fault() =>
        CsCheck.Check.Sample(CsCheck.Gen.String, text => EmbeddedAnswers.Team().Ask(text).Length > 0, iter: 300);
}
