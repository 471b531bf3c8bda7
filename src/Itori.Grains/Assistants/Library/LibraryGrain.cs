using Itori.Contracts;
using Itori.Journal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Itori.Grains.Assistants.Library;

/// <summary>Keeps a graph's documents: decides, appends to the journal, then takes in. Not reentrant: a document is one append, and there are few.</summary>
internal sealed partial class LibraryGrain(IJournal journal, IOptions<LibraryOptions> options, TimeProvider time, ILogger<LibraryGrain> logger) : Grain, ILibraryGrain
{
    private const int MostAttempts = 3;
    private const int MostPassages = 100;
    private const int MostExpansion = 64;
    private const int RetryAfterMs = 500;

    private readonly DocumentShelf _shelf = new(options.Value.MaxCharacters);
    private string _stream = string.Empty;
    private long _seq;
    private bool _isStale = true;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _stream = LibraryJournal.StreamOf(this.GetPrimaryKeyString());
        try
        {
            await CatchUpAsync(cancellationToken);
        }
        catch (JournalException exception)
        {
            throw Unreadable(exception);
        }
    }

    public async Task<Result<StoredDocument>> Store(StoreDocument command)
    {
        if (string.IsNullOrEmpty(command.DocumentId))
        {
            return Refusal.Of(ItoriError.BadField, "A document needs an id.");
        }

        if (!_shelf.Holds(command.Text))
        {
            return Refusal.Of(
                ItoriError.TooLarge, $"The document has {command.Text.Length} characters; a graph keeps documents of {options.Value.MaxCharacters} characters in all (Itori:Library:MaxCharacters).");
        }

        try
        {
            for (var attempt = 1; attempt <= MostAttempts; attempt++)
            {
                if (_isStale)
                {
                    await CatchUpAsync(CancellationToken.None);
                }

                if (_shelf.Find(command.DocumentId) is { } known)
                {
                    return new StoredDocument { DocumentId = known.Id, Seq = known.Seq, Passages = known.Passages, Displaced = 0 };
                }

                var document = new DocumentRecord { Id = command.DocumentId, Source = command.Source, Text = command.Text, UserId = command.User.Id, UserName = command.User.Name };
                var record = LibraryJournal.Write(_seq + 1, time.GetUtcNow().ToUnixTimeMilliseconds(), document);

                // Until the journal says so, it is not known whether this record is in it: a failure here leaves the shelf behind the journal.
                _isStale = true;
                if (await journal.AppendAsync(_stream, _seq, [record], CancellationToken.None) == AppendOutcome.Appended)
                {
                    _isStale = false;
                    return await TakeInAsync(record.Seq, document);
                }

                LogConflict(_stream, _seq);
            }

            return Refusal.Of(ItoriError.Conflict, "The library was changed from elsewhere again and again; send the document again.");
        }
        catch (JournalException exception) when (exception.IsTransient)
        {
            LogUnavailable(exception, _stream);
            return Refusal.Of(ItoriError.Unavailable, "The document was not stored: the journal cannot be written now.") with { RetryAfterMs = RetryAfterMs };
        }
        catch (JournalException exception)
        {
            throw Unreadable(exception);
        }
    }

    public ValueTask<IReadOnlyList<LibraryPassage>> Search(string query, int limit, IReadOnlyDictionary<string, double>? expansion)
    {
        var some = expansion is { Count: > MostExpansion }
            ? expansion.OrderByDescending(term => term.Value).Take(MostExpansion).ToDictionary(term => term.Key, term => term.Value)
            : expansion;
        return ValueTask.FromResult<IReadOnlyList<LibraryPassage>>(_shelf.Search(query, Math.Clamp(limit, 0, MostPassages), some));
    }

    /// <summary>Says it as topics say it, in types that every process knows.</summary>
    private OrleansException Unreadable(JournalException exception)
    {
        LogUnreadable(exception, _stream);
        return exception.IsTransient
            ? new TopicUnavailableException($"The journal of {_stream} cannot be read now.")
            : new TopicDamagedException($"What is stored of {_stream} cannot be read; the silo's log says what and where.");
    }

    private async Task<StoredDocument> TakeInAsync(long seq, DocumentRecord document)
    {
        var (shelved, displaced) = Shelve(seq, document);
        LogStored(_stream, seq, document.Text.Length, displaced);
        if (displaced > 0)
        {
            await TrimAsync();
        }

        return new StoredDocument { DocumentId = shelved.Id, Seq = seq, Passages = shelved.Passages, Displaced = displaced };
    }

    private (ShelvedDocument Document, int Displaced) Shelve(long seq, DocumentRecord document)
    {
        _seq = seq;
        return _shelf.Add(seq, document.Id, string.IsNullOrWhiteSpace(document.Source) ? $"a document of {document.UserName}" : document.Source.Trim(), document.Text);
    }

    private async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        if (_seq == 0 && await journal.ReadSnapshotAsync(_stream, cancellationToken) is { } mark)
        {
            _seq = mark.Seq;
        }

        await foreach (var record in journal.ReadAsync(_stream, _seq, cancellationToken))
        {
            var document = LibraryJournal.Read(_stream, record);
            if (_shelf.Holds(document.Text))
            {
                Shelve(record.Seq, document);
            }
            else
            {
                // The bound was lowered since the document was stored.
                LogSkipped(_stream, record.Seq, document.Text.Length);
                _seq = record.Seq;
            }
        }

        _isStale = false;
        LogLoaded(_stream, _seq, _shelf.Count, _shelf.Characters);
    }

    /// <summary>Lets go in the journal what left the shelf. A failure costs room, not truth: the next document tries again.</summary>
    private async Task TrimAsync()
    {
        if (_shelf.OldestSeq is not { } oldest || oldest == 1)
        {
            return;
        }

        try
        {
            await journal.WriteSnapshotAsync(_stream, LibraryJournal.Mark(oldest - 1), CancellationToken.None);
            await journal.TrimAsync(_stream, oldest - 1, CancellationToken.None);
        }
        catch (JournalException exception) when (exception.IsTransient)
        {
            LogUnavailable(exception, _stream);
        }
    }
}
