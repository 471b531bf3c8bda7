using System.Globalization;
using System.Text;

using Itori.Gateway.Exchange;

namespace Itori.Gateway.Tests.Exchange;

/// <summary>Files that are damaged, or meant to do damage, are refused with a reason, and before they cost much.</summary>
public sealed class HostileFileTests
{
    private const string Ml = "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\"><key id=\"w\" for=\"all\" attr.name=\"weight\" attr.type=\"double\"/><graph edgedefault=\"directed\">";
    private const string MlEnd = "</graph></graphml>";
    private const string Ge = "<gexf xmlns=\"http://gexf.net/1.3\" version=\"1.3\"><graph><nodes>";

    public static TheoryData<string, string, string> Damaged() => new()
    {
        { "json", "", "bad_file" },
        { "json", "[]", "bad_file" },
        { "json", "\"graph\"", "bad_file" },
        { "json", "{}", "bad_file" },
        { "json", "{\"nodes\":{}}", "bad_file" },
        { "json", "{\"nodes\":[1]}", "bad_file" },
        { "json", "{\"nodes\":[{}]}", "bad_file" },
        { "json", "{\"nodes\":[{\"id\":\"a\"}", "bad_file" },
        { "json", "{\"nodes\":[{\"id\":\"a\"}]}{}", "bad_file" },
        { "json", "{\"nodes\":[{\"id\":\"a\"},{\"id\":\"a\"}]}", "bad_file" },
        { "json", "{\"nodes\":[{\"id\":\"a\"}],\"edges\":[{\"source\":\"a\",\"target\":\"b\"}]}", "bad_file" },
        { "json", "{\"nodes\":[{\"id\":\"a\"}],\"edges\":[{\"source\":\"a\"}]}", "bad_file" },
        { "json", "{\"nodes\":[{\"id\":\"a\",\"weight\":NaN}]}", "bad_file" },
        { "json", "{\"nodes\":[{\"id\":\"a\",\"weight\":1e999}]}", "bad_file" },
        { "json", "{\"nodes\":[{\"id\":\"a\",\"weight\":-1}]}", "bad_file" },
        { "json", "{\"nodes\":[{\"id\":\"a\",\"x\":\"Infinity\"}]}", "bad_file" },
        { "json", "{\"nodes\":[{\"id\":\"a\",\"label\":\"\\ud800\"}]}", "bad_file" },
        { "json", "{\"nodes\":[{\"id\":\"a\",\"names\":[]}]}", "bad_file" },
        { "json", "{\"nodes\":[{\"id\":\"a\",\"names\":[1]}]}", "bad_file" },
        { "json", "{\"nodes\":[{\"id\":\"a\",\"names\":\"a\"}]}", "bad_file" },
        { "json", "{\"nodes\":[{\"id\":\"a\",\"names\":[\"a\"],\"mentions\":-3}]}", "bad_file" },
        { "json", "{\"directed\":3,\"nodes\":[]}", "bad_file" },
        { "json", "<graphml/>", "bad_file" },
        { "graphml", "", "bad_file" },
        { "graphml", "{}", "bad_file" },
        { "graphml", "<gexf/>", "bad_file" },
        { "graphml", "<html/>", "bad_file" },
        { "graphml", "<graphml/>", "bad_file" },
        { "graphml", Ml + "<node/>" + MlEnd, "bad_file" },
        { "graphml", Ml + "<node id=\"a\"/><node id=\"a\"/>" + MlEnd, "bad_file" },
        { "graphml", Ml + "<node id=\"a\"/><edge source=\"a\" target=\"b\"/>" + MlEnd, "bad_file" },
        { "graphml", Ml + "<node id=\"a\"/><edge source=\"a\"/>" + MlEnd, "bad_file" },
        { "graphml", Ml + "<node id=\"a\"><data key=\"w\">NaN</data></node>" + MlEnd, "bad_file" },
        { "graphml", Ml + "<node id=\"a\"><data key=\"w\">INF</data></node>" + MlEnd, "bad_file" },
        { "graphml", Ml + "<node id=\"a\"><data key=\"w\">heavy</data></node>" + MlEnd, "bad_file" },
        { "graphml", Ml + "<node id=\"a\"/><hyperedge/>" + MlEnd, "bad_file" },
        { "graphml", Ml + "<node id=\"a\">", "bad_file" },
        { "graphml", Ml + "<node id=\"a\">&#1;</node>" + MlEnd, "bad_file" },
        { "graphml", Ml + "<node id=\"&unknown;\"/>" + MlEnd, "bad_file" },
        { "graphml", "<!DOCTYPE graphml SYSTEM \"http://localhost:1/graphml.dtd\">" + Ml + MlEnd, "bad_file" },
        { "graphml", "<!DOCTYPE graphml [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>" + Ml + "<node id=\"a\"><data key=\"w\">&e;</data></node>" + MlEnd, "bad_file" },
        { "graphml", Ml + string.Concat(Enumerable.Repeat("<a>", 100)), "bad_file" },
        { "gexf", "<graphml/>", "bad_file" },
        { "gexf", "<gexf/>", "bad_file" },
        { "gexf", Ge + "<node id=\"a\"/><node id=\"a\"/></nodes></graph></gexf>", "bad_file" },
        { "gexf", Ge + "<node id=\"a\"/></nodes><edges><edge source=\"a\" target=\"b\"/></edges></graph></gexf>", "bad_file" },
        { "gexf", Ge + "<node id=\"a\"/><node id=\"b\"/></nodes><edges><edge source=\"a\" target=\"b\" weight=\"NaN\"/></edges></graph></gexf>", "bad_file" },
        { "gexf", Ge + "<node id=\"a\"><position x=\"INF\" y=\"0\"/></node></nodes></graph></gexf>", "bad_file" },
        { "gexf", Ge + "<node id=\"a\" label=\"" + new string('x', 201) + "\"/></nodes></graph></gexf>", "too_large" },
        { "json", "{\"nodes\":[{\"id\":\"a\",\"label\":\"" + new string('x', 201) + "\"}]}", "too_large" },
        { "json", "{\"skipped\":\"" + new string('x', 300_000) + "\",\"nodes\":[]}", "too_large" },
        { "json", "{\"nodes\":[{\"id\":\"" + new string('x', 300_000) + "\"}]}", "too_large" },
        { "json", "{\"a\":" + new string('[', 100) + new string(']', 100) + "}", "bad_file" },
    };

    [Theory]
    [MemberData(nameof(Damaged))]
    public async Task A_damaged_file_is_refused(string format, string file, string reason)
    {
        var refused = await Assert.ThrowsAsync<BadGraphFileException>(() => Graphs.Read(GraphFormats.Of(format), file));
        Assert.Equal(reason, refused.Refusal.Reason);
    }

    [Fact]
    public async Task Entities_that_multiply_are_refused_where_they_are_declared()
    {
        var laughs = new StringBuilder("<!DOCTYPE g [<!ENTITY a0 \"ha\">");
        for (var i = 1; i < 30; i++)
        {
            laughs.Append(CultureInfo.InvariantCulture, $"<!ENTITY a{i} \"&a{i - 1};&a{i - 1};\">");
        }

        laughs.Append("]>").Append(Ml).Append("<node id=\"&a29;\"/>").Append(MlEnd);
        await Assert.ThrowsAsync<BadGraphFileException>(() => Graphs.Read(GraphFormat.GraphMl, laughs.ToString()));
    }

    [Theory]
    [InlineData("json", "{\"nodes\":[{\"id\":\"a\",\"label\":\"?\"}]}")]
    [InlineData("json", "{\"skipped\":\"?\",\"nodes\":[]}")]
    [InlineData("graphml", Ml + "<node id=\"?\"/>" + MlEnd)]
    public async Task A_file_that_is_not_UTF8_is_refused(string format, string file)
    {
        foreach (var bytes in (byte[][])[[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0xAF]])
        {
            var at = file.IndexOf('?', StringComparison.Ordinal);
            byte[] damaged = [.. Encoding.UTF8.GetBytes(file[..at]), .. bytes, .. Encoding.UTF8.GetBytes(file[(at + 1)..])];
            var refused = await Assert.ThrowsAsync<BadGraphFileException>(() => Graphs.Read(GraphFormats.Of(format), damaged));
            Assert.Equal("bad_file", refused.Refusal.Reason);
        }
    }

    [Theory]
    [InlineData("json", "{\"nodes\":[", "{\"id\":\"#\"},")]
    [InlineData("json", "{\"links\":[", "{\"source\":\"a#\",\"target\":\"b#\"},")]
    [InlineData("json", "{\"links\":[", "{\"source\":\"a\",\"target\":\"b\"},")]
    [InlineData("graphml", Ml, "<node id=\"#\"/>")]
    [InlineData("graphml", Ml, "<node id=\"#\"><graph>")]
    [InlineData("graphml", Ml, "<edge source=\"a#\" target=\"b#\"/>")]
    [InlineData("graphml", Ml, "<edge source=\"a\" target=\"b\"/>")]
    [InlineData("graphml", "<graphml>", "<key id=\"#\"/>")]
    [InlineData("gexf", Ge, "<node id=\"#\"/>")]
    [InlineData("gexf", Ge, "<edge source=\"a#\" target=\"b#\"/>")]
    public async Task A_file_without_an_end_is_refused_at_its_limit(string format, string begin, string again)
    {
        var endless = new EndlessStream(begin, again);
        var limits = new ExchangeOptions { MaxNodes = 2000, MaxEdges = 3000 };
        var refused = await Assert.ThrowsAsync<BadGraphFileException>(() => format == "json"
            ? JsonGraphReader.Read(System.IO.Pipelines.PipeReader.Create(endless), limits, TestContext.Current.CancellationToken)
            : XmlGraphReader.Read(endless, GraphFormats.Of(format), limits, TestContext.Current.CancellationToken));
        Assert.Contains(refused.Refusal.Reason, (string[])["too_large", "bad_file"]);
        Assert.InRange(endless.Given, 1, 1_000_000);
    }

    /// <summary>A beginning, and then the same again for ever, with a number in the place of #.</summary>
    private sealed class EndlessStream(string begin, string again) : Stream
    {
        private byte[] rest = Encoding.UTF8.GetBytes(begin);
        private int next;

        public long Given { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => Given;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            if (rest.Length == 0)
            {
                rest = Encoding.UTF8.GetBytes(again.Replace("#", next++.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
            }

            var count = Math.Min(buffer.Length, rest.Length);
            rest.AsSpan(0, count).CopyTo(buffer);
            rest = rest[count..];
            Given += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer, offset, count));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
