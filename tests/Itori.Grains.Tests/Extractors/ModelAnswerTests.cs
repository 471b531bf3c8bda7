using CsCheck;
using Itori.Grains.Extractors;

namespace Itori.Grains.Tests.Extractors;

/// <summary>A model may say anything: it is read, or refused, and never more.</summary>
public sealed class ModelAnswerTests
{
    [Theory]
    [InlineData("""{"concepts":[{"label":"tide","score":0.5,"aliases":["tides"]}],"relations":[{"source":"tide","target":"moon","kind":"causes"}]}""", 1, 1)]
    [InlineData("""Sure! Here it is: ```json {"concepts":["tide",{"label":"moon"}]} ``` Anything else?""", 2, 0)]
    [InlineData("""{"concepts":[]}""", 0, 0)]
    [InlineData("""{"concepts":[null,1,[],{},{"label":null},{"label":7},{"label":""},{"label":"  "},{"label":"tide","score":"high","aliases":"no"},],"relations":[1,{"source":"a"},{"source":"a","target":"b","kind":3}]}""", 1, 0)]
    [InlineData("""{"concepts":[{"label":"tide","score":1e999}]}""", 1, 0)]
    public void What_can_be_read_is_read_and_the_rest_passed_over(string answer, int concepts, int relations)
    {
        var read = ModelAnswer.Read(answer)!;
        Assert.Equal((concepts, relations), (read.Concepts.Count, read.Relations.Count));
    }

    [Theory]
    [InlineData("")]
    [InlineData("I cannot do that.")]
    [InlineData("{")]
    [InlineData("}{")]
    [InlineData("{}")]
    [InlineData("""{"concepts":{"label":"tide"}}""")]
    [InlineData("""{"concepts":[{"label":"\ud800"}]}""")]
    [InlineData("""["tide"]""")]
    public void What_is_no_list_of_concepts_is_none(string answer) => Assert.Null(ModelAnswer.Read(answer));

    [Fact]
    public void Deep_and_long_answers_are_bounded()
    {
        Assert.Null(ModelAnswer.Read("{\"concepts\":" + new string('[', 100_000) + new string(']', 100_000) + "}"));
        Assert.Equal(200, ModelAnswer.Read("{\"concepts\":[" + string.Join(',', Enumerable.Repeat("\"tide\"", 50_000)) + "]}")!.Concepts.Count);
        Assert.Empty(ModelAnswer.Read("{\"concepts\":[\"" + new string('x', 201) + "\"]}")!.Concepts);
    }

    [Fact]
    public void Any_text_is_read_or_refused() => Gen.OneOf(Gen.String, Gen.String.Select(inner => "{\"concepts\":[" + inner + "]}"))
        .Sample(answer => ModelAnswer.Read(answer) is null or { Concepts.Count: >= 0 });
}
