using Itori.Gateway.Hosting;
using Itori.Hosting;
using Npgsql;

return await HealthProbe.RunAsync(args) ?? await StartupFailure.OneLineAsync(
    async () =>
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddProgramDefaults();
        builder.ListenByDefault("http://localhost:8000");
        builder.AddItoriGateway();
        var app = builder.Build();
        app.UseItoriGateway();
        await app.RunAsync();
    },
    e => e is NpgsqlException);
