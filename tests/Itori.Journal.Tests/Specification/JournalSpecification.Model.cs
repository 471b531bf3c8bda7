using CsCheck;

namespace Itori.Journal.Tests.Specification;

public abstract partial class JournalSpecification
{
    private enum Verb
    {
        Append,
        Snapshot,
        Trim,
        Read,
        Page,
        Reopen,
    }

    private static readonly Gen<(Verb Verb, int Stream, int Offset, int Count)> s_step = Gen.Select(
        Gen.Frequency((10, Gen.Const(Verb.Append)), (3, Gen.Const(Verb.Snapshot)), (3, Gen.Const(Verb.Trim)), (3, Gen.Const(Verb.Read)), (3, Gen.Const(Verb.Page)), (1, Gen.Const(Verb.Reopen))),
        Gen.Int[0, 2],
        Gen.Frequency((6, Gen.Const(0)), (1, Gen.Int[-4, 2])),
        Gen.Int[1, 6]);

    [Fact]
    public async Task Any_row_of_operations_and_restarts_ends_as_it_does_on_a_list()
    {
        var journal = await OpenAsync(Small);
        var run = 0;
        await s_step.Array[1, 30].SampleAsync(
            async steps =>
            {
                run++;
                var model = new JournalModel();
                foreach (var (verb, number, offset, count) in steps)
                {
                    var stream = $"run {run}, stream {number}";
                    if (verb == Verb.Reopen)
                    {
                        await CloseAsync(journal);
                        journal = await OpenAsync(Small);
                    }
                    else
                    {
                        await StepAsync(journal, model, verb, stream, offset, count);
                    }
                }

                for (var number = 0; number < 3; number++)
                {
                    await CompareAsync(journal, model, $"run {run}, stream {number}");
                }
            },
            iter: 60,
            threads: 1);

        static void Small(JournalOptions options) => options.PageRecords = 4;
    }

    private static async Task StepAsync(IJournal journal, JournalModel model, Verb verb, string stream, int offset, int count)
    {
        var seq = Math.Max(0, model.Head(stream).Seq + offset);
        switch (verb)
        {
            case Verb.Append:
                var records = Records.Run(seq, count);
                Assert.Equal(model.Append(stream, seq, records), await journal.AppendAsync(stream, seq, records, Ct));
                break;
            case Verb.Snapshot:
                var snapshot = Records.Snapshot(Math.Max(1, seq), $"{count}");
                if (model.Snapshot(stream, snapshot))
                {
                    await journal.WriteSnapshotAsync(stream, snapshot, Ct);
                }
                else
                {
                    await Assert.ThrowsAnyAsync<ArgumentException>(async () => await journal.WriteSnapshotAsync(stream, snapshot, Ct));
                }

                break;
            case Verb.Trim:
                model.Trim(stream, seq);
                await journal.TrimAsync(stream, seq, Ct);
                break;
            case Verb.Read:
                Records.AssertEqual(model.Read(stream, Math.Max(0, seq - count)), await ReadAllAsync(journal, stream, Math.Max(0, seq - count)));
                break;
            case Verb.Page:
                var after = Math.Max(0, seq - (2 * count));
                Records.AssertEqual(model.Read(stream, after).Take(count), await journal.ReadPageAsync(stream, after, count, Ct));
                break;
            case Verb.Reopen:
            default:
                throw new ArgumentOutOfRangeException(nameof(verb), verb, "No step on one stream.");
        }
    }

    private static async Task CompareAsync(IJournal journal, JournalModel model, string stream)
    {
        Assert.Equal(model.Head(stream), await journal.ReadHeadAsync(stream, Ct));
        Assert.Equal(Records.Text(model.Snapshot(stream)), Records.Text(await journal.ReadSnapshotAsync(stream, Ct)));
        Records.AssertEqual(model.Read(stream, 0), await ReadAllAsync(journal, stream));
    }
}
