namespace Itori.Client;

/// <summary>The server refused a message: its <c>error</c>. Nothing was changed.</summary>
public sealed class ItoriRefusedException : Exception
{
    /// <summary>Makes one without details.</summary>
    public ItoriRefusedException()
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">What is wrong.</param>
    public ItoriRefusedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with a cause.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="innerException">Why.</param>
    public ItoriRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A number with HTTP's meaning.</summary>
    public int Code { get; init; }

    /// <summary>A stable word that programs branch on, such as <c>bad_field</c>.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What it is about, such as a field's name.</summary>
    public string? Details { get; init; }

    /// <summary>After which time it may be tried again; null where that is not said.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>As many messages wait for a reply as may.</summary>
public sealed class ItoriClientBusyException : Exception
{
    /// <summary>Makes one without details.</summary>
    public ItoriClientBusyException()
    {
    }

    /// <summary>Makes one.</summary>
    /// <param name="message">What is wrong.</param>
    public ItoriClientBusyException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with a cause.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="innerException">Why.</param>
    public ItoriClientBusyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
