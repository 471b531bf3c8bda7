using System.Buffers;
using System.Text;
using System.Xml;

using Itori.Contracts;

namespace Itori.Gateway.Exchange;

/// <summary>
/// What GraphML and GEXF have in common. Nodes are called after their slot (<c>n17</c>), because a concept's id need not be a name that XML allows; the id itself is an attribute.
/// </summary>
internal abstract class XmlGraphWriter : GraphWriter
{
    private readonly BufferStream stream;
    private readonly Dictionary<string, string> nodes = new(StringComparer.Ordinal);
    private int relations;

    protected XmlGraphWriter(IBufferWriter<byte> output)
    {
        stream = new BufferStream(output);
        Xml = XmlWriter.Create(stream, new XmlWriterSettings
        {
            Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            Indent = true,
            IndentChars = " ",
            NewLineChars = "\n",
            NewLineHandling = NewLineHandling.Entitize,
        });
    }

    public override long Unflushed => stream.Written;

    protected XmlWriter Xml { get; }

    public override void Flush()
    {
        Xml.Flush();
        stream.Written = 0;
    }

    public override void End() => Xml.WriteEndDocument();

    public override void Dispose() => Xml.Dispose();

    protected string NameOf(ConceptState concept)
    {
        var name = "n" + XmlConvert.ToString(concept.Slot);
        nodes[concept.ConceptId] = name;
        return name;
    }

    protected string NodeOf(string conceptId) => nodes[conceptId];

    protected string NextRelation() => "e" + XmlConvert.ToString(relations++);

    /// <summary>Everything of a concept but its label, as names and texts.</summary>
    protected static IEnumerable<(string Name, string Text)> AttributesOf(ConceptState concept, double? phase)
    {
        var label = XmlText.Clean(concept.Label);
        if (!ReferenceEquals(label, concept.Label))
        {
            yield return (NodeAttributes.ExactLabel, XmlText.Json(concept.Label));
        }

        if (XmlText.Clean(concept.ConceptId) == concept.ConceptId)
        {
            yield return (NodeAttributes.Concept, concept.ConceptId);
        }

        yield return (NodeAttributes.Names, XmlText.Json(NamesOf(concept)));
        yield return (NodeAttributes.Weight, XmlConvert.ToString(concept.Weight));
        yield return (NodeAttributes.Mentions, XmlConvert.ToString(concept.Mentions));
        yield return (NodeAttributes.Cluster, XmlConvert.ToString(concept.Cluster));
        yield return (NodeAttributes.Pinned, XmlConvert.ToString(concept.Pinned));
        if (concept.Arranged)
        {
            yield return (NodeAttributes.Arranged, XmlConvert.ToString(true));
        }

        yield return (NodeAttributes.CreatedAt, XmlConvert.ToString(concept.CreatedAt));
        yield return (NodeAttributes.LastSeen, XmlConvert.ToString(concept.LastSeen));
        if (phase is { } angle)
        {
            yield return (NodeAttributes.Phase, XmlConvert.ToString(angle));
        }

        if (concept.X is { } x)
        {
            yield return (NodeAttributes.X, XmlConvert.ToString(x));
        }

        if (concept.Y is { } y)
        {
            yield return (NodeAttributes.Y, XmlConvert.ToString(y));
        }
    }

    /// <summary>Hands what an XML writer writes to a buffer, and counts it.</summary>
    private sealed class BufferStream(IBufferWriter<byte> output) : Stream
    {
        public long Written { get; set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            output.Write(buffer);
            Written += buffer.Length;
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
            // The buffer is emptied by whoever waits for its reader.
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
