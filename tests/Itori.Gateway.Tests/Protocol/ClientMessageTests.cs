using System.Text;

using CsCheck;

using Itori.Gateway.Protocol;

namespace Itori.Gateway.Tests.Protocol;

/// <summary>The envelope, read from whatever bytes come.</summary>
public sealed class ClientMessageTests
{
    [Fact]
    public void No_bytes_make_the_reader_throw() => Gen.Byte.Array[0, 200].Sample(bytes => ClientMessage.TryRead(bytes, out _, out _) is not null || bytes.Length > 0);

    [Fact]
    public void Any_cut_of_a_message_is_refused()
    {
        var whole = Encoding.UTF8.GetBytes("""{"v":1,"type":"user_msg","id":"é","payload":{"text":"🦦","metadata":{"a":[1,{}]}}}""");
        Assert.Null(ClientMessage.TryRead(whole, out _, out _));
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.NotNull(ClientMessage.TryRead(whole.AsSpan(0, length), out _, out _));
        }
    }

    [Theory]
    [InlineData("""{"type":"a","type":"b"}""", "b")]
    [InlineData("""{"kind":"b"}""", "b")]
    [InlineData("""{"type":"b","kind":null}""", "b")]
    [InlineData("""{"t\u0079pe":"b"}""", "b")]
    public void The_type_is_found_under_either_name_and_the_last_counts(string json, string type)
    {
        Assert.Null(ClientMessage.TryRead(Encoding.UTF8.GetBytes(json), out var message, out _));
        Assert.Equal(type, message.Type);
    }

    [Theory]
    [InlineData("""{"type":"x","text":"top"}""", "top")]
    [InlineData("""{"type":"x","payload":{"text":"inner"},"text":"top"}""", "inner")]
    [InlineData("""{"type":"x","payload":{"text":"a","text":"b"}}""", "b")]
    [InlineData("""{"type":"x","payload":null,"text":"top"}""", "top")]
    [InlineData("""{"type":"x","other":{"text":"no"},"payload":{"deep":{"text":"no"}}}""", null)]
    public void A_field_may_stand_at_the_top_and_the_payload_has_the_last_word(string json, string? text)
    {
        Assert.Null(ClientMessage.TryRead(Encoding.UTF8.GetBytes(json), out var message, out _));
        string? found = null;
        var fields = new FieldReader(message);
        while (fields.Read())
        {
            if (fields.Named("text"))
            {
                found = fields.AsString();
            }
        }

        Assert.Null(fields.Problem);
        Assert.Equal(text, found);
    }
}
