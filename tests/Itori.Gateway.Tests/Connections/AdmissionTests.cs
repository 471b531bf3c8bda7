using Itori.Gateway.Connections;
using Itori.Gateway.Hosting;

using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Itori.Gateway.Tests.Connections;

/// <summary>A storm of opens becomes a queue of known length, and honest answers to the rest.</summary>
public sealed class AdmissionTests
{
    private readonly FakeTimeProvider clock = new();
    private readonly Admission admission;

    public AdmissionTests() => admission = new Admission(Options.Create(new GatewayOptions { MaxOpening = 2, MaxWaitingToOpen = 3 }), clock);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task So_many_open_at_a_time_so_many_wait_in_order_and_the_rest_is_refused()
    {
        var first = await admission.Enter(Token);
        var second = await admission.Enter(Token);
        var waiting = Enumerable.Range(0, 3).Select(_ => admission.Enter(Token).AsTask()).ToList();
        Assert.True(admission.IsFull);
        Assert.Null(await admission.Enter(Token));
        Assert.DoesNotContain(waiting, turn => turn.IsCompleted);

        first!.Dispose();
        first.Dispose();
        var third = await waiting[0];
        Assert.False(waiting[1].IsCompleted);
        Assert.False(admission.IsFull);
        second!.Dispose();
        third!.Dispose();
        foreach (var turn in waiting.Skip(1))
        {
            (await turn)!.Dispose();
        }

        Assert.NotNull(await admission.Enter(Token));
        Assert.NotNull(await admission.Enter(Token));
    }

    [Fact]
    public async Task Who_waits_too_long_or_goes_gives_the_place_up()
    {
        var first = await admission.Enter(Token);
        _ = await admission.Enter(Token);
        using var gone = new CancellationTokenSource();
        var impatient = admission.Enter(Token).AsTask();
        var leaving = admission.Enter(gone.Token).AsTask();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Null(await impatient);
        first!.Dispose();
        Assert.NotNull(await admission.Enter(Token));
    }

    [Fact]
    public async Task The_refused_are_told_to_come_back_one_after_the_other_at_the_rate_at_which_opens_end()
    {
        // One open ends every 100 ms while others wait.
        var open = new Queue<Admission.Ticket>([(await admission.Enter(Token))!, (await admission.Enter(Token))!]);
        var waiting = new Queue<Task<Admission.Ticket?>>([admission.Enter(Token).AsTask(), admission.Enter(Token).AsTask()]);
        for (var i = 0; i < 200; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            waiting.Enqueue(admission.Enter(Token).AsTask());
            open.Dequeue().Dispose();
            open.Enqueue((await waiting.Dequeue())!);
        }

        var told = Enumerable.Range(0, 100).Select(_ => admission.RetryAfter().TotalMilliseconds).ToList();
        Assert.Equal(told.Order(), told);
        Assert.InRange(told[0], 300, 700);
        Assert.InRange(told[^1] - told[0], 9_000, 10_500);
    }

    [Fact]
    public void Nobody_is_sent_away_for_more_than_a_minute()
    {
        var told = Enumerable.Range(0, 50_000).Select(_ => admission.RetryAfter().TotalSeconds).ToList();
        Assert.InRange(told.Max(), 30, 60);
    }
}
