using Microsoft.Extensions.Options;

using Itori.Contracts;
using Itori.Gateway.Hosting;
using Itori.Gateway.Identity;

namespace Itori.Gateway.Topics;

/// <summary>The topics that this gateway's connections watch: a hub is made for the first subscriber and goes some time after the last.</summary>
internal sealed class TopicHubs : BackgroundService
{
    private const int ChecksAtOnce = 64;

    private static readonly TimeSpan SecondLook = TimeSpan.FromMilliseconds(500);

    private readonly TopicGrains grains;
    private readonly ClusterConnection cluster;
    private readonly GatewayOptions options;
    private readonly GatewayInstruments instruments;
    private readonly TimeProvider clock;
    private readonly ILogger<TopicHub> hubLogger;
    private readonly Lock gate = new();
    private readonly Dictionary<TopicName, Entry> entries = [];
    private readonly SemaphoreSlim checkNow = new(0, 1);

    public TopicHubs(TopicGrains grains, ClusterConnection cluster, IOptions<GatewayOptions> options, GatewayInstruments instruments, TimeProvider clock, ILogger<TopicHub> hubLogger)
    {
        this.grains = grains;
        this.cluster = cluster;
        this.options = options.Value;
        this.instruments = instruments;
        this.clock = clock;
        this.hubLogger = hubLogger;
    }

    /// <summary>This process's life: another one after a restart. Leases are held under it.</summary>
    public string Incarnation { get; } = AnonymousUsers.RandomId();

    /// <summary>The hub of a topic, started. Give it back with <see cref="Release"/>.</summary>
    public async Task<TopicHub> Acquire(TopicName topic, CancellationToken cancellation)
    {
        Entry entry;
        lock (gate)
        {
            if (!entries.TryGetValue(topic, out entry!))
            {
                var hub = new TopicHub(topic, Incarnation, grains, options, instruments, clock, hubLogger);
                entry = new Entry(hub);
                entries.Add(topic, entry);
                entry.Started = Task.Run(hub.Start, CancellationToken.None);
            }

            entry.Users++;
        }

        try
        {
            await entry.Started.WaitAsync(cancellation);
            return entry.Hub;
        }
        catch
        {
            Release(entry.Hub);
            throw;
        }
    }

    /// <summary>Gives a hub back.</summary>
    public void Release(TopicHub hub)
    {
        Entry? entry;
        lock (gate)
        {
            if (!entries.TryGetValue(hub.Name, out entry) || entry.Hub != hub)
            {
                return;
            }

            entry.Users--;
            if (entry.Started is { IsCompleted: true, IsCompletedSuccessfully: false })
            {
                // The next one tries anew.
                entries.Remove(hub.Name);
                return;
            }

            if (entry.Users > 0)
            {
                return;
            }

            entry.Idle++;
        }

        _ = StopWhenIdle(entry, entry.Idle);
    }

    /// <summary>The hubs of durable topics.</summary>
    public TopicHub[] Durable()
    {
        lock (gate)
        {
            return [.. entries.Values.Where(entry => entry.Started.IsCompletedSuccessfully && entry.Hub.Name.IsDurable).Select(entry => entry.Hub)];
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        List<Entry> all;
        lock (gate)
        {
            all = [.. entries.Values];
            entries.Clear();
        }

        await Task.WhenAll(all.Select(Stop)).WaitAsync(cancellationToken);
    }

    public override void Dispose()
    {
        checkNow.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        cluster.Changed += CheckSoon;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                if (await checkNow.WaitAsync(options.HeadCheckInterval, stoppingToken))
                {
                    // Loss is certain with the second look, which need not wait for its turn now.
                    await CheckHeads(stoppingToken);
                    await Task.Delay(SecondLook, clock, stoppingToken);
                }

                await CheckHeads(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process stops.
        }
        finally
        {
            cluster.Changed -= CheckSoon;
        }
    }

    private void CheckSoon()
    {
        lock (gate)
        {
            if (checkNow.CurrentCount == 0)
            {
                checkNow.Release();
            }
        }
    }

    private async Task CheckHeads(CancellationToken cancellation)
    {
        var hubs = Durable();
        await Parallel.ForEachAsync(hubs, new ParallelOptions { MaxDegreeOfParallelism = ChecksAtOnce, CancellationToken = cancellation }, async (hub, _) => await hub.CheckHead());
    }

    private async Task StopWhenIdle(Entry entry, int idle)
    {
        await Task.Delay(options.HubLinger, clock);
        lock (gate)
        {
            if (entry.Users > 0 || entry.Idle != idle || !entries.TryGetValue(entry.Hub.Name, out var now) || now != entry)
            {
                return;
            }

            entries.Remove(entry.Hub.Name);
        }

        await Stop(entry);
    }

    private static async Task Stop(Entry entry)
    {
        await entry.Started.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (entry.Started.IsCompletedSuccessfully)
        {
            await entry.Hub.DisposeAsync();
        }
    }

    private sealed class Entry(TopicHub hub)
    {
        public TopicHub Hub { get; } = hub;

        public Task Started { get; set; } = Task.CompletedTask;

        public int Users { get; set; }

        public int Idle { get; set; }
    }
}
