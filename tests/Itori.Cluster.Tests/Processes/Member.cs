using Itori.Tests.Shared;

namespace Itori.Cluster.Tests.Processes;

/// <summary>One process of the cluster with an orchestrator's care: at a fixed address, started again whenever it ends.</summary>
internal sealed class Member : IAsyncDisposable
{
    /// <summary>How soon an orchestrator starts a process again.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(500);

    private readonly MemberPlan plan;
    private readonly RunLog log;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task supervising;
    private volatile ItoriProcess process;
    private int starts;

    public Member(MemberPlan plan, RunLog log)
    {
        this.plan = plan;
        this.log = log;
        process = Launch();
        supervising = Supervise();
    }

    public string Name => plan.Name;

    public Uri Address => plan.Address;

    /// <summary>1 for the first process here, 2 for the next…</summary>
    public int Starts => Volatile.Read(ref starts);

    /// <summary>How long a process that ended stays away.</summary>
    public TimeSpan Absence { get; set; } = Soon;

    /// <summary>How often a process ended that nobody had told to.</summary>
    public int EndsByItself { get; private set; }

    /// <summary>Whether a process that ends now does so by order.</summary>
    private bool EndIsOrdered { get; set; }

    public void Kill()
    {
        EndIsOrdered = true;
        process.Kill();
    }

    public void Pause() => process.Pause();

    public void Continue() => process.Continue();

    /// <summary>SIGTERM; gives the exit code, and is back when the next process is ready.</summary>
    public async Task<int> Restart(CancellationToken ct)
    {
        EndIsOrdered = true;
        var old = process;
        old.BeginStop();
        var code = await old.Ended(ct);
        await Condition.Holds(() => process != old, TimeSpan.FromSeconds(30), () => $"{Name} was not started again");
        return code;
    }

    /// <summary>Whether <c>/health/ready</c> says so.</summary>
    public async Task<bool> IsReady(HttpClient http, CancellationToken ct)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(TimeSpan.FromSeconds(5));
            using var answer = await http.GetAsync(new Uri(Address, "/health/ready"), limit.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await supervising;
        await process.DisposeAsync();
        stopping.Dispose();
    }

    private ItoriProcess Launch()
    {
        var number = Interlocked.Increment(ref starts);
        var place = new ProcessPlace { Prefix = plan.Prefix, LogFile = Path.Combine(log.Folder, FormattableString.Invariant($"{Name}.{number}.log")) };
        return ItoriProcess.Launch(plan.Program, plan.Address, place, [.. plan.Arguments]);
    }

    private async Task Supervise()
    {
        try
        {
            while (true)
            {
                var code = await process.Ended(stopping.Token);
                log.Write($"{Name} ended with {code}{(EndIsOrdered ? "" : " by itself")}");
                EndsByItself += EndIsOrdered ? 0 : 1;
                EndIsOrdered = false;
                await Task.Delay(Absence, stopping.Token);
                await process.DisposeAsync();
                process = Launch();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The run is over.
        }
    }
}

/// <summary>What a member runs, and where.</summary>
internal sealed record MemberPlan(string Name, string Program, Uri Address, IReadOnlyList<string> Prefix, IReadOnlyList<string> Arguments);
