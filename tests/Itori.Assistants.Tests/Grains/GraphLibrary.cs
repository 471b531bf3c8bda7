using Itori.Contracts;
using Itori.Grains.Assistants;

namespace Itori.Assistants.Tests.Grains;

/// <summary>The library of a graph, on a real journal.</summary>
public sealed class GraphLibrary
{
    private static readonly UserRef s_ana = new() { Id = "ana", Name = "Ana" };

    [Fact]
    public async Task A_stored_document_is_found_after_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("itori-library-").FullName;
        try
        {
            await using (var silo = await AssistantSilo.StartAsync(folder: folder))
            {
                var stored = await StoreAsync(silo, "d1", "The zeppelin landed at noon.", "log.txt");
                Assert.Equal(("d1", 1L), (stored.Value!.DocumentId, stored.Value.Seq));
            }

            await using var again = await AssistantSilo.StartAsync(folder: folder);
            var hit = Assert.Single(await Library(again).Search("zeppelin", 5, null));
            Assert.Equal(("log.txt", "The zeppelin landed at noon."), (hit.Source, hit.Sentence));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_document_sent_again_is_stored_once()
    {
        await using var silo = await AssistantSilo.StartAsync();
        var first = await StoreAsync(silo, "d1", "The zeppelin landed at noon.");
        var second = await StoreAsync(silo, "d1", "The zeppelin landed at noon.");
        Assert.Equal(first.Value!.Seq, second.Value!.Seq);
        Assert.Equal(1, (await silo.Journal.ReadHeadAsync("library:g", TestContext.Current.CancellationToken)).Seq);
    }

    [Fact]
    public async Task Beyond_the_bound_the_oldest_go_from_index_and_journal_and_stay_gone()
    {
        var folder = Directory.CreateTempSubdirectory("itori-library-").FullName;
        try
        {
            await using (var silo = await AssistantSilo.StartAsync(folder: folder, settings: ("Itori:Library:MaxCharacters", "1000")))
            {
                await StoreAsync(silo, "d1", "Apples. " + new string('x', 600));
                Assert.Equal(1, (await StoreAsync(silo, "d2", "Bananas. " + new string('y', 600))).Value!.Displaced);
                Assert.Equal(2, (await silo.Journal.ReadHeadAsync("library:g", TestContext.Current.CancellationToken)).FirstSeq);
                var refused = await StoreAsync(silo, "d3", new string('z', 1001));
                Assert.Equal(ItoriError.TooLarge, refused.Refusal!.Error);
            }

            await using var again = await AssistantSilo.StartAsync(folder: folder, settings: ("Itori:Library:MaxCharacters", "1000"));
            Assert.Empty(await Library(again).Search("apples", 5, null));
            Assert.NotEmpty(await Library(again).Search("bananas", 5, null));
            Assert.Equal(3, (await StoreAsync(again, "d4", "Cherries.")).Value!.Seq);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_megabyte_is_stored_and_found()
    {
        await using var silo = await AssistantSilo.StartAsync();
        var text = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"Line number {i} of the protocol speaks of nothing much. ").Take(18_000)) + "The zeppelin landed at noon.";
        Assert.Null((await StoreAsync(silo, "big", text)).Refusal);
        var hit = (await Library(silo).Search("zeppelin", 1, new Dictionary<string, double> { ["airship"] = 0.4 }))[0];
        Assert.Equal("The zeppelin landed at noon.", hit.Sentence.Trim());
    }

    private static ILibraryGrain Library(AssistantSilo silo) => silo.Grains.GetGrain<ILibraryGrain>("g");

    private static Task<Result<StoredDocument>> StoreAsync(AssistantSilo silo, string id, string text, string? source = null) =>
        Library(silo).Store(new StoreDocument { DocumentId = id, Text = text, Source = source, User = s_ana });
}
