using CsCheck;

namespace Itori.Text.Tests;

public sealed class SentencesTests
{
    private static string[] Split(string text) => [.. Sentences.Split(text).Select(span => span.In(text).ToString())];

    [Fact]
    public void Prose_is_split_at_its_stops() =>
        Assert.Equal(["It works.", "Does it?", "Yes!", "\"Good.\"", "End"], Split("It works. Does it? Yes! \"Good.\" End"));

    [Fact]
    public void Abbreviations_initials_and_decimals_end_no_sentence() =>
        Assert.Equal(["Dr. J. Smith measured 3.14 units, e.g. Volts, in Fig. 2 of U.S. papers."], Split("Dr. J. Smith measured 3.14 units, e.g. Volts, in Fig. 2 of U.S. papers."));

    [Fact]
    public void Transcripts_and_lists_are_split_too()
    {
        Assert.Equal(["Okay .", "so we start .", "Right ?"], Split("Okay . so we start . Right ?"));
        Assert.Equal(["- first item", "- second item"], Split("- first item\n- second item"));
        Assert.Equal(["a line that is\nwrapped here"], Split("a line that is\nwrapped here"));
    }

    [Fact]
    public void Sentences_are_in_order_apart_and_leave_out_only_white_space() =>
        Gen.String.Sample(text =>
        {
            var end = 0;
            foreach (var span in Sentences.Split(text))
            {
                Assert.True(string.IsNullOrWhiteSpace(text[end..span.Start]));
                Assert.True(span.Length > 0);
                end = span.End;
            }

            Assert.True(string.IsNullOrWhiteSpace(text[end..]));
        });
}
