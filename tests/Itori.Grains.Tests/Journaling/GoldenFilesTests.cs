using System.Reflection;
using System.Text.Json.Serialization;
using Itori.Contracts;
using Itori.Grains.Assistants.Library;
using Itori.Grains.Journaling;

namespace Itori.Grains.Tests.Journaling;

/// <summary>
/// Whatever the code can write into a journal has its golden file, as the first release wrote it (folder <c>first</c>) and as it is written now. So a new type of event or snapshot, or a new version
/// of one, does not pass before its file is there.
/// </summary>
public sealed class GoldenFilesTests
{
    private const string SnapshotSuffix = "SnapshotBody";

    /// <summary>All that the journal's format names as a whole body.</summary>
    private static IReadOnlyList<Type> Bodies { get; } =
    [
        .. typeof(JournalJson).GetCustomAttributesData().Where(data => data.AttributeType == typeof(JsonSerializableAttribute)).Select(data => (Type)data.ConstructorArguments[0].Value!),
    ];

    [Fact]
    public void Every_durable_event_of_the_contracts_is_one_that_the_codec_writes_and_nothing_else_is()
    {
        var events = typeof(DurableEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(DurableEvent)) && !type.IsAbstract);
        Assert.Equal(Names(events), Names(Bodies.Where(type => type.IsSubclassOf(typeof(DurableEvent)))));
    }

    [Fact]
    public void Every_event_has_an_example_whose_type_and_version_have_golden_files()
    {
        var examples = typeof(Records).GetFields(BindingFlags.Static | BindingFlags.Public).Select(field => field.GetValue(null)).OfType<DurableEvent>().ToArray();
        Assert.Equal(Names(Bodies.Where(type => type.IsSubclassOf(typeof(DurableEvent)))), Names(examples.Select(example => example.GetType())));
        Assert.All(examples, example =>
        {
            var record = EventCodec.Encode(example);
            for (var version = 1; version <= record.Version; version++)
            {
                HasFiles(record.Type, version);
            }
        });
    }

    [Fact]
    public void Every_snapshot_has_golden_files()
    {
        var snapshots = Bodies.Where(type => !type.IsSubclassOf(typeof(DurableEvent))).ToArray();
        Assert.NotEmpty(snapshots);
        Assert.All(snapshots, type =>
        {
            Assert.EndsWith(SnapshotSuffix, type.Name, StringComparison.Ordinal);
            HasFiles(type.Name[..^SnapshotSuffix.Length].ToLowerInvariant(), 1);
        });
        HasFiles(GraphSnapshotCodec.Type, GraphSnapshotCodec.Version, "bin");
        HasFiles(SessionSnapshotCodec.Type, SessionSnapshotCodec.Version, "bin");
    }

    [Fact]
    public void No_golden_file_is_of_a_type_that_is_no_more()
    {
        var known = typeof(Records).GetFields(BindingFlags.Static | BindingFlags.Public).Select(field => field.GetValue(null)).OfType<DurableEvent>().Select(example => EventCodec.Encode(example).Type)
            .Concat(Bodies.Where(type => type.Name.EndsWith(SnapshotSuffix, StringComparison.Ordinal)).Select(type => type.Name[..^SnapshotSuffix.Length].ToLowerInvariant()))
            .Append(LibraryJournal.DocumentType).Order(StringComparer.Ordinal);
        Assert.Equal(known, Directory.GetFiles(Folder).Select(file => Path.GetFileNameWithoutExtension(file).Split('.')[0]).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_document_of_the_library_is_read_and_written_as_it_always_was()
    {
        var document = new DocumentRecord { Id = "d-1", Source = "Tides, a primer", Text = "The moon draws the “tide” after it. \U0001F30A", UserId = "u-ada", UserName = "Ada" };
        var written = LibraryJournal.Write(3, 1_764_000_000_000, document);
        Assert.Equal((LibraryJournal.DocumentType, 1), (written.Type, written.Version));
        HasFiles(written.Type, written.Version);
        var golden = File.ReadAllBytes(Path.Combine(Folder, written.Type + ".json")).AsSpan().TrimEnd((byte)'\n').ToArray();
        Assert.Equal(golden, written.Body.ToArray());
        Assert.Equal(document, LibraryJournal.Read("library:g", written with { Body = golden }));
    }

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Golden");

    private static IEnumerable<string> Names(IEnumerable<Type> types) => types.Select(type => type.Name).Order(StringComparer.Ordinal);

    /// <summary>Version 1 is named after its type, a later one has its number behind it; the first of each is kept for good.</summary>
    private static void HasFiles(string type, int version, string format = "json")
    {
        var name = version == 1 ? $"{type}.{format}" : $"{type}.v{version}.{format}";
        Assert.True(File.Exists(Path.Combine(Folder, name)), $"There is no golden file {name}.");
        Assert.True(File.Exists(Path.Combine(Folder, "first", name)), $"There is no golden file first/{name}.");
    }
}
