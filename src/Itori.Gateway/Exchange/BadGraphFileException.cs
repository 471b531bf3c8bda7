using Itori.Contracts;

namespace Itori.Gateway.Exchange;

/// <summary>
/// A file cannot be imported, and why. Thrown deep inside a reader and caught where the reading was begun: the frameworks' own readers speak so too, so there is one way out of them.
/// </summary>
internal sealed class BadGraphFileException(Refusal refusal) : Exception(refusal.Message)
{
    public BadGraphFileException(string message, string? details = null)
        : this(Refusal.Of(ItoriError.BadFile, message, details))
    {
    }

    public Refusal Refusal => refusal;

    public static BadGraphFileException TooLarge(string message, string? details = null) => new(Refusal.Of(ItoriError.TooLarge, message, details));
}
