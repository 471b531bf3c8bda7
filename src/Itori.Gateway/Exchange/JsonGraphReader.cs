using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;

namespace Itori.Gateway.Exchange;

/// <summary>
/// Reads Itori's own JSON (<c>concepts</c>, <c>relations</c>) and node-link JSON (<c>nodes</c>, <c>links</c> or <c>edges</c>, as networkx and d3 have it) as it comes in: at any time one node or edge of the document is in
/// memory, besides what it stood for before.
/// </summary>
internal sealed class JsonGraphReader
{
    /// <summary>The longest node, edge or other single value.</summary>
    private const int MaxElementBytes = 256 * 1024;

    private const int MaxDepth = 32;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = MaxDepth };

    private readonly GraphFile file;
    private readonly Decoder utf8 = new UTF8Encoding(false, throwOnInvalidBytes: true).GetDecoder();
    private JsonReaderState state = new(Options);
    private Place place = Place.BeforeRoot;
    private int skipped;
    private bool started;

    private JsonGraphReader(ExchangeOptions limits) => file = new GraphFile(limits) { IdsAreConcepts = true };

    /// <summary>Where in the document the next token stands.</summary>
    private enum Place
    {
        BeforeRoot,
        Root,
        Nodes,
        Edges,
        Directed,
        Skipping,
        AfterRoot,
    }

    /// <exception cref="BadGraphFileException">It cannot be imported.</exception>
    public static async Task<GraphFileContent> Read(PipeReader body, ExchangeOptions limits, CancellationToken cancellation)
    {
        var reader = new JsonGraphReader(limits);
        while (true)
        {
            var read = await body.ReadAsync(cancellation);
            var buffer = read.Buffer;
            var consumed = buffer.Start;
            try
            {
                consumed = reader.Take(buffer, read.IsCompleted);
                if (buffer.Slice(consumed).Length > MaxElementBytes)
                {
                    throw BadGraphFileException.TooLarge($"A single value of the file is longer than {MaxElementBytes} bytes.");
                }
            }
            catch (JsonException e)
            {
                throw new BadGraphFileException($"The file is not JSON: line {e.LineNumber + 1}, position {e.BytePositionInLine + 1}.");
            }
            catch (Exception e) when (e is DecoderFallbackException or InvalidOperationException)
            {
                throw new BadGraphFileException("The file has strings that are no text.");
            }
            finally
            {
                // Also at the end: a body that is left in the middle of a read costs the client its connection.
                body.AdvanceTo(consumed, buffer.End);
            }

            if (read.IsCompleted)
            {
                return reader.file.Build();
            }
        }
    }

    /// <summary>Reads as far as whole values go and answers how far that is.</summary>
    private SequencePosition Take(ReadOnlySequence<byte> buffer, bool isFinal)
    {
        if (!started)
        {
            if (buffer.Length < 3 && !isFinal)
            {
                return buffer.Start;
            }

            started = true;
            buffer = buffer.Slice(BomLength(buffer));
        }

        var reader = new Utf8JsonReader(buffer, isFinal, state);
        var whole = reader;
        while (Step(ref reader, buffer))
        {
            whole = reader;
        }

        if (isFinal && place != Place.AfterRoot)
        {
            throw new BadGraphFileException("The file ends in the middle.");
        }

        state = whole.CurrentState;
        var consumed = buffer.GetPosition(whole.BytesConsumed);

        // The reader looks only into the strings that it is asked for; the file is to be UTF-8 as a whole.
        foreach (var part in buffer.Slice(0, consumed))
        {
            CheckUtf8(part.Span);
        }

        return consumed;
    }

    /// <summary>A character may begin in one part and end in the next: only a decoder that decodes remembers that, one that counts does not.</summary>
    private void CheckUtf8(ReadOnlySpan<byte> part)
    {
        Span<char> decoded = stackalloc char[512];
        while (!part.IsEmpty)
        {
            utf8.Convert(part, decoded, flush: false, out var used, out _, out _);
            part = part[used..];
        }
    }

    /// <summary>One token, or one whole node or edge. False: it is not all there; what the reader did is then to be forgotten.</summary>
    private bool Step(ref Utf8JsonReader reader, in ReadOnlySequence<byte> buffer)
    {
        var before = reader.BytesConsumed;
        if (!reader.Read())
        {
            return false;
        }

        switch (place)
        {
            case Place.BeforeRoot:
                if (reader.TokenType != JsonTokenType.StartObject)
                {
                    throw new BadGraphFileException("The file is no JSON object.");
                }

                place = Place.Root;
                return true;
            case Place.Root:
                return InRoot(ref reader);
            case Place.Directed:
                file.Directed = reader.TokenType switch
                {
                    JsonTokenType.True => true,
                    JsonTokenType.False => false,
                    _ => throw new BadGraphFileException("directed is neither true nor false.", "directed"),
                };
                place = Place.Root;
                return true;
            case Place.Skipping:
                Skip(reader.TokenType);
                return true;
            case Place.Nodes or Place.Edges when reader.TokenType == JsonTokenType.EndArray:
                place = Place.Root;
                return true;
            case Place.Nodes or Place.Edges:
                return Element(ref reader, buffer, before);
            default:
                return true;
        }
    }

    private bool InRoot(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            place = Place.AfterRoot;
            return true;
        }

        var list = reader.ValueTextEquals("concepts"u8) || reader.ValueTextEquals("nodes"u8) ? Place.Nodes
            : reader.ValueTextEquals("relations"u8) || reader.ValueTextEquals("edges"u8) || reader.ValueTextEquals("links"u8) ? Place.Edges
            : Place.Skipping;
        if (list == Place.Skipping)
        {
            (place, skipped) = (reader.ValueTextEquals("directed"u8) ? Place.Directed : Place.Skipping, 0);
            return true;
        }

        var name = reader.GetString();
        if (!reader.Read())
        {
            return false;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new BadGraphFileException($"{name} is no array.", name);
        }

        file.HasGraph |= list == Place.Nodes;
        place = list;
        return true;
    }

    private void Skip(JsonTokenType token)
    {
        skipped += token switch
        {
            JsonTokenType.StartObject or JsonTokenType.StartArray => 1,
            JsonTokenType.EndObject or JsonTokenType.EndArray => -1,
            _ => 0,
        };
        if (skipped == 0 && token != JsonTokenType.PropertyName)
        {
            place = Place.Root;
        }
    }

    private bool Element(ref Utf8JsonReader reader, in ReadOnlySequence<byte> buffer, long before)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new BadGraphFileException(place == Place.Nodes ? "A node is no object." : "An edge is no object.", place == Place.Nodes ? "nodes" : "edges");
        }

        var start = reader.TokenStartIndex;
        if (!reader.TrySkip())
        {
            return false;
        }

        if (reader.BytesConsumed - before > MaxElementBytes)
        {
            throw BadGraphFileException.TooLarge($"A single value of the file is longer than {MaxElementBytes} bytes.");
        }

        var element = new Utf8JsonReader(buffer.Slice(start, reader.BytesConsumed - start), Options);
        element.Read();
        if (place == Place.Nodes)
        {
            Node(ref element);
        }
        else
        {
            Edge(ref element);
        }

        return true;
    }

    private void Node(ref Utf8JsonReader json)
    {
        file.CountNode();
        var attributes = new List<(string Name, string Text)>();
        string? id = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            if (Value(ref json, name) is { } text)
            {
                if (name == "id")
                {
                    id = text;
                }
                else
                {
                    attributes.Add((name, text));
                }
            }
        }

        var node = new FileNode(id ?? throw new BadGraphFileException("A node has no id.", "id"));
        foreach (var (name, text) in attributes)
        {
            node.Set(name, text);
        }

        file.Add(node);
    }

    private void Edge(ref Utf8JsonReader json)
    {
        var edge = new FileEdge();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = json.GetString()!;
            switch (name, Value(ref json, name))
            {
                case (_, null):
                    break;
                case ("source", { } source):
                    edge.Source = source;
                    break;
                case ("target", { } target):
                    edge.Target = target;
                    break;
                case ("directed", { } said):
                    edge.Directed = said == "true";
                    break;
                case (_, { } text):
                    edge.Set(name, text);
                    break;
            }
        }

        file.Add(edge);
    }

    /// <summary>The value of a property as text; null for null and for what has parts, but for a concept's names, which are their JSON.</summary>
    private static string? Value(ref Utf8JsonReader json, string name)
    {
        json.Read();
        switch (json.TokenType)
        {
            case JsonTokenType.String:
                return json.GetString();
            case JsonTokenType.Number:
                return Encoding.ASCII.GetString(json.HasValueSequence ? json.ValueSequence.ToArray() : json.ValueSpan);
            case JsonTokenType.True:
                return "true";
            case JsonTokenType.False:
                return "false";
            case JsonTokenType.StartArray when name == "names":
                using (var names = JsonDocument.ParseValue(ref json))
                {
                    return names.RootElement.GetRawText();
                }

            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                json.Skip();
                return null;
            default:
                return null;
        }
    }

    private static long BomLength(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> first = stackalloc byte[3];
        var length = (int)Math.Min(3, buffer.Length);
        buffer.Slice(0, length).CopyTo(first);
        return first.SequenceEqual(Encoding.UTF8.Preamble) ? 3 : 0;
    }
}
