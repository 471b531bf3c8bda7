using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;

namespace Itori.Gateway.Hosting;

/// <summary>Serves the built web client, or a plain page that says what to do where it was not built.</summary>
internal static class WebClient
{
    private const string NotBuilt = """
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><title>Itori</title></head>
        <body>
        <h1>Itori runs</h1>
        <p>The server is up, but its web client was not built.</p>
        <p>With Node 20 or newer: <code>cd src/Itori.Web &amp;&amp; npm ci &amp;&amp; npm run build</code>, then start the server again.</p>
        <p>Programs can connect now: WebSocket at <code>/ws</code>, health at <code>/health/ready</code>.</p>
        </body>
        </html>
        """;

    /// <summary>Headers of every answer: pages run only what comes from here, are shown in no frame, and nothing is guessed about a file's type.</summary>
    public static void UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";

        // Styles: sigma and React set them on elements. Sockets: 'self' does not cover ws: in every browser.
        headers.ContentSecurityPolicy =
            "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
        return next(context);
    });

    public static void UseWebClient(this WebApplication app)
    {
        var root = Find(app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value.WebRoot, app.Environment.ContentRootPath);
        if (root is null)
        {
            GatewayLog.WebClientMissing(app.Logger);
            app.MapGet("/", (HttpContext context) =>
            {
                context.Response.Headers.CacheControl = "no-cache";
                return Results.Content(NotBuilt, "text/html; charset=utf-8");
            });
            return;
        }

        var files = new StaticFileOptions
        {
            FileProvider = new PhysicalFileProvider(root),
            OnPrepareResponse = served => served.Context.Response.Headers.CacheControl =
                served.Context.Request.Path.StartsWithSegments("/assets", StringComparison.Ordinal) ? "public, max-age=31536000, immutable" : "no-cache",
        };
        app.UseResponseCompression();
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files.FileProvider });
        app.UseStaticFiles(files);
        app.MapFallbackToFile("index.html", files);
    }

    /// <summary>The folder of the built client; null where there is none.</summary>
    public static string? Find(string? configured, string contentRoot)
    {
        if (configured is { Length: > 0 })
        {
            return Built(Path.GetFullPath(configured, contentRoot));
        }

        if (Built(Path.Combine(AppContext.BaseDirectory, "web")) is { } beside)
        {
            return beside;
        }

        for (var folder = new DirectoryInfo(contentRoot); folder is not null; folder = folder.Parent)
        {
            if (Built(Path.Combine(folder.FullName, "src", "Itori.Web", "dist")) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static string? Built(string folder) => File.Exists(Path.Combine(folder, "index.html")) ? folder : null;
}
