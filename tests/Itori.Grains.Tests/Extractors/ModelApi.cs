using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Itori.Grains.Tests.Extractors;

/// <summary>A server of the OpenAI-compatible API, chat completions as events, that answers as a test says.</summary>
internal sealed class ModelApi : IAsyncDisposable
{
    /// <summary>In every refusal, as servers have it in theirs; must not reach people.</summary>
    public const string Secret = "server-secret-words";

    private readonly WebApplication app;

    private ModelApi(WebApplication app) => this.app = app;

    public Uri Endpoint => new(app.Urls.Single() + "/v1");

    public ConcurrentQueue<(JsonElement Body, string Key)> Requests { get; } = new();

    public Func<HttpContext, Task> Answer { get; set; } = Says("");

    public static async Task<ModelApi> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var api = new ModelApi(app);
        app.MapPost("/v1/chat/completions", async context =>
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
            api.Requests.Enqueue((body.RootElement.Clone(), context.Request.Headers.Authorization.ToString()));
            await api.Answer(context);
        });
        await app.StartAsync();
        return api;
    }

    /// <summary>The text, word by word, and why it ends.</summary>
    public static Func<HttpContext, Task> Says(string text, string? finish = "stop") => async context =>
    {
        foreach (var word in text.Split(' ').Select((word, i) => i == 0 ? word : " " + word))
        {
            await Event(context, Delta("content", word, null));
        }

        if (finish is not null)
        {
            await Event(context, Delta("content", "", finish));
        }

        await Raw(context, "data: [DONE]\n\n");
    };

    public static Func<HttpContext, Task> Declines() => async context =>
    {
        await Event(context, Delta("refusal", "I will not", null));
        await Event(context, Delta("content", "", "stop"));
        await Raw(context, "data: [DONE]\n\n");
    };

    /// <summary>These bytes as they are, with status 200, and nothing more.</summary>
    public static Func<HttpContext, Task> Sends(string body, string type = "text/event-stream") => context =>
    {
        context.Response.ContentType = type;
        return Raw(context, body);
    };

    public static Func<HttpContext, Task> Refuses(int status, string? retryAfter = null) => context =>
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        return context.Response.WriteAsJsonAsync(new { error = new { message = Secret, type = "x", code = "y" } });
    };

    /// <summary>Begins well and then says nothing until the client goes.</summary>
    public static Func<HttpContext, Task> Stalls(string text) => async context =>
    {
        await Event(context, Delta("content", text, null));
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    };

    /// <summary>Never begins.</summary>
    public static Func<HttpContext, Task> IsSilent() => context => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

    /// <summary>Begins well and ends before it is whole. Not by a reset, which takes back what the client has not read.</summary>
    public static Func<HttpContext, Task> Breaks(string text) => context =>
    {
        context.Response.ContentLength = 1_000_000;
        return Event(context, Delta("content", text, null));
    };

    /// <summary>First the one, from then on the other.</summary>
    public static Func<HttpContext, Task> FirstThen(Func<HttpContext, Task> first, Func<HttpContext, Task> then)
    {
        var asked = 0;
        return context => Interlocked.Increment(ref asked) == 1 ? first(context) : then(context);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static string Delta(string field, string text, string? finish) => JsonSerializer.Serialize(new
    {
        id = "chatcmpl-1",
        @object = "chat.completion.chunk",
        created = 1764000000,
        model = "m",
        choices = new[] { new { index = 0, delta = new Dictionary<string, string> { ["role"] = "assistant", [field] = text }, finish_reason = finish } },
    });

    private static Task Event(HttpContext context, string json)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = "text/event-stream";
        }

        return Raw(context, $"data: {json}\n\n");
    }

    private static async Task Raw(HttpContext context, string text)
    {
        await context.Response.WriteAsync(text, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
