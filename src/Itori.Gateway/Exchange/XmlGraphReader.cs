using System.Xml;

namespace Itori.Gateway.Exchange;

/// <summary>Reads GraphML and GEXF as they come in, node by node, without ever holding the document. No document types, no entities but XML's own five, nothing is fetched.</summary>
internal static class XmlGraphReader
{
    private const int MaxDepth = 64;

    /// <param name="body">The file.</param>
    /// <param name="expected">The format it was said to be; null: the root element tells.</param>
    /// <param name="limits">What it may have.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="BadGraphFileException">It cannot be imported.</exception>
    public static async Task<GraphFileContent> Read(Stream body, GraphFormat? expected, ExchangeOptions limits, CancellationToken cancellation)
    {
        using var reader = XmlReader.Create(body, new XmlReaderSettings
        {
            Async = true,
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = limits.MaxFileBytes,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            IgnoreWhitespace = true,
            CheckCharacters = true,
        });
        XmlGraphElements? elements = null;
        try
        {
            while (await reader.ReadAsync())
            {
                cancellation.ThrowIfCancellationRequested();
                switch (reader.NodeType)
                {
                    case XmlNodeType.Element when reader.Depth > MaxDepth:
                        throw new BadGraphFileException($"Elements are nested more than {MaxDepth} deep.");
                    case XmlNodeType.Element:
                        elements ??= Root(reader.LocalName, expected, limits);
                        var (name, depth, isEmpty) = (reader.LocalName, reader.Depth, reader.IsEmptyElement);
                        elements.Begin(name, depth, reader);
                        if (isEmpty)
                        {
                            elements.End(name, depth);
                        }

                        break;
                    case XmlNodeType.Text or XmlNodeType.CDATA when elements?.WantsText(reader.Depth) == true:
                        elements.Text(await reader.GetValueAsync());
                        break;
                    case XmlNodeType.EndElement:
                        elements?.End(reader.LocalName, reader.Depth);
                        break;
                    default:
                        break;
                }
            }
        }
        catch (XmlException e)
        {
            throw new BadGraphFileException($"The file is not well-formed XML, or has a document type or entity, which is not taken in{(e.LineNumber > 0 ? $": line {e.LineNumber}, position {e.LinePosition}" : "")}.");
        }

        return elements!.File.Build();
    }

    private static XmlGraphElements Root(string name, GraphFormat? expected, ExchangeOptions limits) => (name, expected) switch
    {
        ("graphml", null or GraphFormat.GraphMl) => new GraphMlElements(new GraphFile(limits)),
        ("gexf", null or GraphFormat.Gexf) => new GexfElements(new GraphFile(limits) { UnsaidWeightIsOne = true }),
        _ => throw new BadGraphFileException($"The file's root element is '{FileNode.Cut(name)}', not {(expected is { } format ? GraphFormats.Name(format) : "graphml or gexf")}."),
    };
}

/// <summary>What the elements of a format mean.</summary>
internal abstract class XmlGraphElements(GraphFile file)
{
    /// <summary>Attributes that a file may declare: each may have a default that every node is given.</summary>
    private const int MaxDeclared = 1000;

    public GraphFile File => file;

    /// <summary>An element begins; its attributes are read from <paramref name="attributes"/>. Namespaces are not looked at: files of all versions, and careless ones, have the same local names.</summary>
    public abstract void Begin(string name, int depth, XmlReader attributes);

    /// <summary>Whether text at this depth means something.</summary>
    public abstract bool WantsText(int depth);

    public abstract void Text(string text);

    /// <summary>An element ends; also one that is empty.</summary>
    public abstract void End(string name, int depth);

    /// <summary>An attribute that must be there.</summary>
    protected static string Needed(XmlReader attributes, string name, string element) =>
        attributes.GetAttribute(name) ?? throw new BadGraphFileException($"A {element} has no {name}: line {((IXmlLineInfo)attributes).LineNumber}.", name);

    /// <summary>Declares an attribute under its id.</summary>
    protected static void Declare<T>(Dictionary<string, T> declared, string id, T attribute)
    {
        if (declared.Count == MaxDeclared)
        {
            throw BadGraphFileException.TooLarge($"The file declares more than {MaxDeclared} attributes.", "attributes");
        }

        if (!declared.TryAdd(id, attribute))
        {
            throw new BadGraphFileException($"Two attributes have the id '{FileNode.Cut(id)}'.", "attributes");
        }
    }

    protected FileNode NewNode(string id)
    {
        file.CountNode();
        return new FileNode(id);
    }
}
