using System.Globalization;
using System.Text;
using Itori.Journal;
using Microsoft.Extensions.Logging.Abstractions;

// Usage: Itori.Journal.CrashWriter FOLDER STREAMS. Prints "open", then "STREAM SEQ" for each acknowledged append, until it is killed or its input ends.
var options = new JournalOptions { DataDirectory = args[0] };
var streams = int.Parse(args[1], CultureInfo.InvariantCulture);
SqliteJournal journal;
try
{
    journal = await SqliteJournal.OpenAsync(options, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
}
catch (JournalException e)
{
    Console.WriteLine($"{e.GetType().Name}: {e.Message}");
    return 3;
}

Console.WriteLine("open");
using var end = new CancellationTokenSource();
var writers = Enumerable.Range(0, streams).Select(WriteAsync).ToList();
while (Console.In.ReadLine() is not null)
{
}

await end.CancelAsync();
await Task.WhenAll(writers);
await journal.DisposeAsync();
return 0;

async Task WriteAsync(int number)
{
    var stream = $"crash:{number}";
    var seq = (await journal.ReadHeadAsync(stream, CancellationToken.None)).Seq;
    while (!end.IsCancellationRequested)
    {
        // Groups of 1 to 3, so that a torn group would show; a snapshot and a trim now and then, so that these are interrupted too.
        var count = 1 + (int)((seq + number) % 3);
        var records = Enumerable.Range(1, count).Select(i => Record(stream, seq + i)).ToList();
        if (await journal.AppendAsync(stream, seq, records, CancellationToken.None) != AppendOutcome.Appended)
        {
            throw new InvalidOperationException($"Nobody else writes {stream}, and yet there is a conflict behind {seq}.");
        }

        seq += count;
        Console.WriteLine($"{stream} {seq}");
        if (seq % 50 < count)
        {
            await journal.WriteSnapshotAsync(stream, new JournalSnapshot(seq, "state", 1, Encoding.UTF8.GetBytes($"{{\"through\":{seq}}}")), CancellationToken.None);
            await journal.TrimAsync(stream, seq - 20, CancellationToken.None);
        }
    }
}

static JournalRecord Record(string stream, long seq) => new()
{
    Seq = seq,
    Type = "crash",
    Version = 1,
    Timestamp = seq,
    Body = Encoding.UTF8.GetBytes($"{{\"stream\":\"{stream}\",\"seq\":{seq},\"padding\":\"{new string('x', (int)(seq % 300))}\"}}"),
};
