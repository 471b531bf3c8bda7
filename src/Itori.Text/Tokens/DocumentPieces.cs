namespace Itori.Text;

/// <summary>A piece of a document.</summary>
/// <param name="Start">UTF-16 index of the piece in the document.</param>
/// <param name="Text">Its text.</param>
public readonly record struct DocumentPiece(int Start, string Text);

/// <summary>Cuts a document into pieces that can be worked on one by one.</summary>
public static class DocumentPieces
{
    /// <summary>
    /// The pieces of <paramref name="text"/> in order; put together they are the text again. Each is at most <paramref name="targetLength"/> code units long and ends at the end of a
    /// paragraph, else of a sentence, else at white space, where its second half has one; a surrogate pair is never cut.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="targetLength"/> is less than 2.</exception>
    public static IEnumerable<DocumentPiece> Split(string text, int targetLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(targetLength, 2);
        return Pieces(text, targetLength);
    }

    private static IEnumerable<DocumentPiece> Pieces(string text, int targetLength)
    {
        var start = 0;
        while (start < text.Length)
        {
            var end = text.Length - start <= targetLength ? text.Length : End(text, start, targetLength);
            yield return new(start, text[start..end]);
            start = end;
        }
    }

    private static int End(string text, int start, int targetLength)
    {
        var half = start + (targetLength / 2);
        var limit = start + targetLength;
        int sentence = -1, space = -1;
        for (var at = limit; at > half; at--)
        {
            var last = text[at - 1];
            if (last == '\n' && at >= 2 && IsBlankLine(text, at))
            {
                return at;
            }

            if (sentence < 0 && (last is '。' or '！' or '？' || (char.IsWhiteSpace(last) && at >= start + 2 && text[at - 2] is '.' or '!' or '?' or '…' or ':' or '\n')))
            {
                sentence = at;
            }

            if (space < 0 && char.IsWhiteSpace(last))
            {
                space = at;
            }
        }

        if (sentence > 0 || space > 0)
        {
            return sentence > 0 ? sentence : space;
        }

        return char.IsLowSurrogate(text[limit]) && char.IsHighSurrogate(text[limit - 1]) ? limit - 1 : limit;
    }

    private static bool IsBlankLine(string text, int at)
    {
        var before = at - 2;
        while (before >= 0 && text[before] is ' ' or '\t' or '\r')
        {
            before--;
        }

        return before >= 0 && text[before] == '\n';
    }
}
