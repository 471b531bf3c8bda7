namespace Itori.Grains.Extractors;

/// <summary>What finds the concepts of texts, section <c>Itori:Extraction</c>.</summary>
public sealed class ExtractorOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Itori:Extraction";

    /// <summary>The value of <see cref="By"/> for the extractor that needs no network.</summary>
    public const string BuiltIn = "built-in";

    /// <summary>The value of <see cref="By"/> for a language model.</summary>
    public const string ByModel = "model";

    /// <summary><c>built-in</c> (default) or <c>model</c>: a language model, whose every word is checked against the text. Where the model fails the built-in one does the work, and everybody who watches the graph is told.</summary>
    public string By { get; set; } = BuiltIn;

    /// <summary>The base address of an OpenAI-compatible API. Default: that of <c>Itori:Assistant</c>.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>The model's name there. Default: that of <c>Itori:Assistant</c>.</summary>
    public string? Model { get; set; }

    /// <summary>The key for the <see cref="Endpoint"/>. Default: that of <c>Itori:Assistant</c> where the endpoint is that one's too, else none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>The longest that one text may take, retries included. Default 20 s. Beyond it the built-in extractor does the work.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How many characters of text are put before the model at once; a longer text goes in pieces, one after the other. Default 12,000.</summary>
    public int MaxTextCharacters { get; set; } = 12_000;

    /// <summary>The longest answer that the model is asked for, in its own tokens. Default 2,048.</summary>
    public int MaxOutputTokens { get; set; } = 2048;

    /// <summary>The longest answer that is read, in characters; a longer one is no answer. Default 32,000.</summary>
    public int MaxAnswerCharacters { get; set; } = 32_000;

    /// <summary>Requests that one silo has under way at a time; what comes beyond waits within its <see cref="Timeout"/>. Default 4.</summary>
    public int MaxConcurrentRequests { get; set; } = 4;

    /// <summary>How long the model is left alone after it could not be reached or did not answer in time; texts go to the built-in extractor at once meanwhile. Default 30 s; 0: it is asked every time.</summary>
    public TimeSpan PauseAfterFailure { get; set; } = TimeSpan.FromSeconds(30);
}
