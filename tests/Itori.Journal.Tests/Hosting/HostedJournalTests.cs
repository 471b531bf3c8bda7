using Itori.Journal.Tests.Specification;
using Itori.Journal.Tests.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Itori.Journal.Tests.Hosting;

public sealed class HostedJournalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_is_open_before_other_services_start_and_until_the_last_has_stopped()
    {
        using (var host = Build(("Itori:DataDirectory", _folder), services => services.AddHostedService<Writer>()))
        {
            await host.StartAsync(Ct);
            await host.StopAsync(Ct);
        }

        await using var journal = await SqliteJournal.OpenAsync(
            new JournalOptions { DataDirectory = _folder }, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, Ct);
        Assert.Equal(2, (await journal.ReadHeadAsync("writer", Ct)).Seq);
    }

    [Fact]
    public async Task Its_own_section_goes_before_the_common_data_folder()
    {
        var own = Path.Combine(_folder, "own");
        using var host = Host(("Itori:DataDirectory", Path.Combine(_folder, "common")), ("Itori:Journal:DataDirectory", own));

        await host.StartAsync(Ct);
        await host.StopAsync(Ct);

        Assert.True(File.Exists(Path.Combine(own, "itori.db")));
        Assert.False(Directory.Exists(Path.Combine(_folder, "common")));
    }

    [Theory]
    [InlineData("MaxBatchAppends", "0")]
    [InlineData("MaxQueuedBytes", "1000")]
    [InlineData("PageRecords", "0")]
    [InlineData("ReadConnections", "0")]
    [InlineData("WriteConnections", "65")]
    [InlineData("DataDirectory", "")]
    [InlineData("CommandTimeout", "00:00:01.5")]
    [InlineData("OpenTimeout", "-00:00:01")]
    [InlineData("MaxBatchBytes", "100000000")]
    public async Task A_value_out_of_range_stops_the_start_with_its_name(string key, string value)
    {
        using var host = Host(("Itori:DataDirectory", _folder), ($"Itori:Journal:{key}", value));

        var e = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Ct));

        Assert.Contains(key, e.Failures.First(), StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.Database));
    }

    [Fact]
    public async Task A_database_that_never_answers_stops_the_start_after_OpenTimeout()
    {
        // Port 1 of the loopback refuses at once.
        using var host = Host(("Itori:Journal:ConnectionString", "Host=127.0.0.1;Port=1;Username=nobody"), ("Itori:Journal:OpenTimeout", "00:00:00"));

        await Assert.ThrowsAsync<JournalUnavailableException>(() => host.StartAsync(Ct));
    }

    [Fact]
    public async Task A_connection_string_that_is_none_is_named()
    {
        using var host = Host(("Itori:Journal:ConnectionString", "nonsense"), ("Itori:Journal:OpenTimeout", "00:00:10"));

        var e = await Assert.ThrowsAsync<JournalAccessException>(() => host.StartAsync(Ct));

        Assert.Contains("Itori:Journal:ConnectionString", e.Message, StringComparison.Ordinal);
    }

    private static IHost Host(params (string Key, string? Value)[] settings) => Build(settings, static _ => { });

    private static IHost Build((string Key, string? Value) setting, Action<IServiceCollection> more) => Build([setting], more);

    private static IHost Build((string Key, string? Value)[] settings, Action<IServiceCollection> more)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        foreach (var (key, value) in settings)
        {
            builder.Configuration[key] = value;
        }

        // Before the journal: the order of registration must not matter.
        more(builder.Services);
        builder.Services.AddItoriJournal(builder.Configuration);
        return builder.Build();
    }

    private sealed class Writer(IJournal journal) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken) => await journal.AppendAsync("writer", 0, Records.Run(0, 1), cancellationToken);

        public async Task StopAsync(CancellationToken cancellationToken) => await journal.AppendAsync("writer", 1, Records.Run(1, 1), cancellationToken);
    }
}
