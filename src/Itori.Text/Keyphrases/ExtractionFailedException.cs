namespace Itori.Text;

/// <summary>An extractor could not do its work, because what it depends on failed. The message is one sentence that may be shown to people.</summary>
public sealed class ExtractionFailedException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="message">What went wrong, in one sentence without secrets.</param>
    /// <param name="cause">What it was, for the log; null where there is nothing more to say.</param>
    public ExtractionFailedException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
