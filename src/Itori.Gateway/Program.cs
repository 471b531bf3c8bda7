using Itori.Gateway.Hosting;
using Itori.Hosting;
using Npgsql;

return await HealthProbe.RunAsync(args) ?? await StartupFailure.OneLineAsync(
    async () =>
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Configuration.AddProgramDefaults();
        builder.LeaveStartFailuresToOneLine();
        if (string.IsNullOrEmpty(builder.Configuration["urls"]) && string.IsNullOrEmpty(builder.Configuration["http_ports"]) && string.IsNullOrEmpty(builder.Configuration["https_ports"]))
        {
            builder.WebHost.UseUrls("http://localhost:8000");
        }

        builder.AddItoriGateway();
        var app = builder.Build();
        app.UseItoriGateway();
        await app.RunAsync();
    },
    e => e is NpgsqlException);
