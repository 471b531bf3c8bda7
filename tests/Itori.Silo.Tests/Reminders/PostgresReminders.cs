using Itori.Silo.Clustering;
using Itori.Silo.Hosting;
using Itori.Tests.Shared;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Itori.Silo.Tests.Reminders;

/// <summary>Orleans' AdoNet table on our statements.</summary>
public sealed class PostgresReminders : ReminderTableSpecification
{
    private PostgresServer? database;
    private IHost? host;
    private IReminderTable? table;

    protected override IReminderTable Table => table!;

    protected override int Runs => 3;

    public override async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(PostgresServer.Missing is not null, PostgresServer.Missing ?? "");
        database = await PostgresServer.StartAsync(CancellationToken.None, "fsync=off");
        await Reopen();
    }

    public override async ValueTask DisposeAsync()
    {
        host?.Dispose();
        if (database is not null)
        {
            await database.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    /// <summary>The services of a silo that is not started, but for what makes its tables.</summary>
    protected override async Task Reopen()
    {
        host?.Dispose();
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection([new("Itori:Cluster:ConnectionString", database!.ConnectionString)]);
        builder.AddItoriSilo();
        host = builder.Build();
        foreach (var schema in host.Services.GetServices<IHostedService>().OfType<ClusterSchema>())
        {
            await schema.StartingAsync(CancellationToken.None);
        }

        table = host.Services.GetRequiredService<IReminderTable>();
        await table.StartAsync(CancellationToken.None);
    }
}
