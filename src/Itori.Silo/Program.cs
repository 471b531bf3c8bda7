using Itori.Hosting;
using Itori.Silo.Hosting;

if (await HealthProbe.RunAsync(args) is { } exitCode)
{
    return exitCode;
}

var builder = WebApplication.CreateBuilder(args);
if (string.IsNullOrEmpty(builder.Configuration["urls"]) && string.IsNullOrEmpty(builder.Configuration["http_ports"]))
{
    builder.WebHost.UseUrls("http://localhost:8081");
}

builder.AddItoriSilo();
var app = builder.Build();
app.MapItoriSiloHealth();
await app.RunAsync();
return 0;
