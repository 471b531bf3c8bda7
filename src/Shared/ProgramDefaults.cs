using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.FileProviders;

namespace Itori.Hosting;

/// <summary>How each of the programs begins.</summary>
internal static class ProgramDefaults
{
    /// <summary>
    /// What every host of the programs has: start failures in one line (<see cref="StartupFailure"/>), signals that wait for the end of the start (<see cref="UninterruptedStart"/>), and the settings that come with the program. Those are read from <c>appsettings.json</c>
    /// beside it, before everything else: a program may be started in any folder, and what stands in that folder's own file, the environment and the command line still wins.
    /// </summary>
    public static void AddProgramDefaults(this IHostApplicationBuilder builder)
    {
        var source = new JsonConfigurationSource { Path = "appsettings.json", Optional = true, FileProvider = new PhysicalFileProvider(AppContext.BaseDirectory) };
        builder.Configuration.Sources.Insert(0, source);
        builder.LeaveStartFailuresToOneLine();
        UninterruptedStart.AddTo(builder.Services);
    }

    /// <summary>Serves HTTP at <paramref name="url"/> unless it is configured where.</summary>
    public static void ListenByDefault(this WebApplicationBuilder builder, string url)
    {
        if (Array.TrueForAll(["urls", "http_ports", "https_ports"], key => string.IsNullOrEmpty(builder.Configuration[key])))
        {
            builder.WebHost.UseUrls(url);
        }
    }
}
