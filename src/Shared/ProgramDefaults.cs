using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.FileProviders;

namespace Itori.Hosting;

/// <summary>The settings that come with the program.</summary>
internal static class ProgramDefaults
{
    /// <summary>
    /// Reads <c>appsettings.json</c> beside the program before everything else: a program may be started in any folder, and what stands in that folder's own file, the environment and the command
    /// line still wins.
    /// </summary>
    public static void AddProgramDefaults(this IConfigurationBuilder configuration)
    {
        var source = new JsonConfigurationSource { Path = "appsettings.json", Optional = true, FileProvider = new PhysicalFileProvider(AppContext.BaseDirectory) };
        configuration.Sources.Insert(0, source);
    }
}
