using Itori.Contracts;
using Itori.Gateway.Protocol;

namespace Itori.Gateway.Tests.Protocol;

public sealed class ErrorBoundaryTests
{
    private static readonly TimeSpan After = TimeSpan.FromSeconds(1);

    public static TheoryData<Exception, bool> Failures => new()
    {
        { new TimeoutException(), true },
        { new SiloUnavailableException(), true },
        { new TopicUnavailableException("The journal is away."), true },
        { new OrleansException("It went."), true },
        { new OperationCanceledException("Message expired before placement could complete."), true },
        { new AggregateException(new TimeoutException(), new TaskCanceledException()), true },
        { new AggregateException(new TimeoutException(), new InvalidOperationException()), false },
        { new InvalidOperationException(), false },
        { new TopicDamagedException("It cannot be read."), false },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void What_waiting_may_cure_is_unavailable(Exception failure, bool isOutage)
    {
        Assert.Equal(isOutage, ErrorBoundary.IsOutage(failure, TestContext.Current.CancellationToken));
        Assert.Equal(isOutage, ErrorBoundary.Refusal(failure, After).Error.Code == 503);
    }

    [Fact]
    public void What_was_cancelled_here_is_no_outage()
    {
        using var ours = new CancellationTokenSource();
        Assert.True(ErrorBoundary.IsOutage(new OperationCanceledException(), ours.Token));
        ours.Cancel();
        Assert.False(ErrorBoundary.IsOutage(new OperationCanceledException(), ours.Token));
        Assert.True(ErrorBoundary.IsOutage(new TimeoutException(), ours.Token));
    }
}
