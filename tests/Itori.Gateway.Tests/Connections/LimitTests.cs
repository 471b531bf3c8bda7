using Itori.Gateway.Connections;
using Itori.Gateway.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Itori.Gateway.Tests.Connections;

/// <summary>Rates, budgets, settings.</summary>
public sealed class LimitTests
{
    private readonly FakeTimeProvider clock = new();

    [Fact]
    public void A_bucket_gives_its_burst_and_then_its_rate()
    {
        var bucket = new TokenBucket(burst: 3, clock);
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => Take(out var _)));
        Assert.False(Take(out var wait));
        Assert.Equal(100, wait.TotalMilliseconds, 3);
        clock.Advance(wait);
        Assert.True(Take(out _));
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => Take(out var _)));

        bool Take(out TimeSpan wait) => bucket.TryTake(1, perSecond: 10, burst: 3, clock, out wait);
    }

    [Fact]
    public void A_budget_ends_with_its_last_error_and_begins_anew_with_its_window()
    {
        var budget = new ErrorBudget(3, TimeSpan.FromSeconds(10), clock);
        Assert.True(budget.Spend());
        Assert.True(budget.Spend());
        clock.Advance(TimeSpan.FromSeconds(11));
        Assert.True(budget.Spend());
        Assert.True(budget.Spend());
        Assert.False(budget.Spend());
    }

    [Fact]
    public void A_setting_out_of_range_is_named_with_its_value_and_what_is_allowed()
    {
        var result = new GatewayOptionsValidator().Validate(null, new GatewayOptions { MaxMessageBytes = 5, PageSize = 0, FieldLease = TimeSpan.Zero, AllowedOrigins = { "example.org" } });
        Assert.Equal(4, result.Failures!.Count());
        Assert.Contains("Itori:Gateway:MaxMessageBytes is 5; allowed is 1024 to 67108864", result.Failures!);
        Assert.True(new GatewayOptionsValidator().Validate(null, new GatewayOptions()).Succeeded);
        Assert.False(new ClusterOptionsValidator().Validate(null, new ClusterOptions { Gateways = { "nowhere" } }).Succeeded);
    }
}
