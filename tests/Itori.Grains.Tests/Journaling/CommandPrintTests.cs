using CsCheck;
using Itori.Contracts;
using Itori.Grains.Journaling;
using Itori.Grains.Tests.Support;

namespace Itori.Grains.Tests.Journaling;

public sealed class CommandPrintTests
{
    private static readonly PostMessage Message = new() { CommandId = "1", User = People.Ada, Text = "Do tides follow the moon?", Graph = "main", MetadataJson = "{}" };

    private static readonly ApplyOperations Operations = new()
    {
        User = People.Ada,
        Operations = new ConceptOperation[]
        {
            new UpsertConcept { Label = "Tide", Weight = 0.5, X = 1, Y = -2, Pinned = false },
            new RemoveConcept { ConceptId = "a" },
            new LinkConcepts { Source = "a", Target = "b" },
            new UnlinkConcepts { Source = "a", Target = "b" },
            new MergeConcepts { Source = "a", Target = "b" },
            new MoveConcept { ConceptId = "a", X = 1, Y = 2 },
            new PinConcept { ConceptId = "a", Pinned = true },
        },
    };

    // Prints are in journals: these values must never change.
    [Fact]
    public void A_command_has_the_print_that_it_always_had()
    {
        Assert.Equal(
            [1770140626926713978L, 2050494593764815381, -7479556469381737828, -2525057877872928702],
            [CommandPrint.Of(Message), CommandPrint.Of(Operations), CommandPrint.Of(new CancelTurn { Turn = "t1" }), CommandPrint.Of(new IngestDocument { User = People.Ada, Text = "Tides", Source = "A primer" })]);
    }

    [Fact]
    public void What_may_differ_when_a_command_is_sent_again_does_not_count()
    {
        var nobody = Message with { User = new UserRef { Id = "anon-1", Name = "Quiet Otter", Anonymous = true } };
        Assert.Equal(CommandPrint.Of(nobody), CommandPrint.Of(nobody with { User = new UserRef { Id = "anon-2", Name = "Merry Vole", Anonymous = true } }));
        Assert.Equal(CommandPrint.Of(Message), CommandPrint.Of(Message with { Graph = "other", CommandId = "2" }));
    }

    [Fact]
    public void Everything_that_a_command_asks_for_counts()
    {
        long[] prints =
        [
            CommandPrint.Of(Message),
            CommandPrint.Of(Message with { Text = "Do tides follow the sun?" }),
            CommandPrint.Of(Message with { Assistant = false }),
            CommandPrint.Of(Message with { MetadataJson = null }),
            CommandPrint.Of(Message with { User = People.Ada with { Id = "somebody" } }),
            CommandPrint.Of(new IngestDocument { User = People.Ada, Text = Message.Text }),
            CommandPrint.Of(new IngestDocument { User = People.Ada, Text = Message.Text, Source = "" }),
            CommandPrint.Of(new CancelTurn()),
            CommandPrint.Of(new CancelTurn { Turn = "t1" }),
            .. Enumerable.Range(0, Operations.Operations.Count + 1).Select(n => CommandPrint.Of(Operations with { Operations = Operations.Operations.Take(n).ToArray() })),
            CommandPrint.Of(Operations with { Operations = Operations.Operations.Reverse().ToArray() }),
        ];
        Assert.Equal(prints.Length, prints.Distinct().Count());
    }

    [Fact]
    public void Fields_do_not_run_together() => Gen.Select(Gen.String, Gen.String, Gen.String, Gen.String).Where((a, b, c, d) => (a, b) != (c, d)).Sample((a, b, c, d) =>
        Assert.NotEqual(
            CommandPrint.Of(Operations with { Operations = new ConceptOperation[] { new LinkConcepts { Source = a, Target = b } } }),
            CommandPrint.Of(Operations with { Operations = new ConceptOperation[] { new LinkConcepts { Source = c, Target = d } } })));
}
