using Itori.Hosting;
using Itori.Journal;
using Itori.Silo.Hosting;
using Npgsql;

return await HealthProbe.RunAsync(args) ?? await StartupFailure.OneLineAsync(
    async () =>
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddProgramDefaults();
        builder.ListenByDefault("http://localhost:8081");
        builder.AddItoriSilo();
        var app = builder.Build();
        app.MapItoriSiloHealth();
        await app.RunAsync();
    },
    e => e is JournalException or NpgsqlException);
