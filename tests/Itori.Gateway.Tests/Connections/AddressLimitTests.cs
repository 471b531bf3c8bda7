using System.Net;

using Itori.Gateway.Connections;
using Itori.Gateway.Hosting;

using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Itori.Gateway.Tests.Connections;

/// <summary>What the connections of one address share.</summary>
public sealed class AddressLimitTests
{
    private readonly FakeTimeProvider clock = new();
    private readonly AddressLimits limits;

    public AddressLimitTests() => limits = new AddressLimits(
        Options.Create(new GatewayOptions { MaxConnectionsPerAddress = 2, MessagesPerSecondPerAddress = 5, BytesPerSecondPerAddress = 1 << 20, MaxSubscriptionsPerAddress = 3 }), clock);

    [Fact]
    public void An_address_has_its_number_of_connections_and_others_have_theirs()
    {
        var first = limits.TryEnter(IPAddress.Parse("192.0.2.1"));
        Assert.NotNull(first);
        Assert.Same(first, limits.TryEnter(IPAddress.Parse("::ffff:192.0.2.1")));
        Assert.Null(limits.TryEnter(IPAddress.Parse("192.0.2.1")));
        Assert.NotNull(limits.TryEnter(IPAddress.Parse("192.0.2.2")));
        limits.Leave(first);
        Assert.NotNull(limits.TryEnter(IPAddress.Parse("192.0.2.1")));
    }

    [Fact]
    public void Of_IPv6_the_first_half_is_the_address()
    {
        Assert.Same(limits.TryEnter(IPAddress.Parse("2001:db8:0:1::1")), limits.TryEnter(IPAddress.Parse("2001:db8:0:1:ffff::2")));
        Assert.NotNull(limits.TryEnter(IPAddress.Parse("2001:db8:0:2::1")));
    }

    [Fact]
    public void Messages_bytes_and_subscriptions_are_counted_together()
    {
        var address = limits.TryEnter(IPAddress.Loopback)!;
        Assert.Equal(10, Enumerable.Range(0, 12).Count(_ => address.TryTake(1, out var _)));
        Assert.False(address.TryTake(1, out var wait));
        Assert.Equal(200, wait.TotalMilliseconds, 3);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(address.TryTake(2 << 20, out _));
        Assert.False(address.TryTake(1024, out _));
        Assert.Equal(3, Enumerable.Range(0, 5).Count(_ => address.TrySubscribe()));
        address.Unsubscribe();
        Assert.True(address.TrySubscribe());
    }

    [Fact]
    public void One_that_comes_back_soon_finds_its_limits_as_they_were_and_is_forgotten_later()
    {
        var address = limits.TryEnter(IPAddress.Loopback)!;
        limits.Leave(address);
        limits.Forget();
        Assert.Same(address, limits.TryEnter(IPAddress.Loopback));
        clock.Advance(TimeSpan.FromMinutes(2));
        limits.Forget();
        Assert.Equal(1, limits.Count);
        limits.Leave(address);
        clock.Advance(TimeSpan.FromMinutes(2));
        limits.Forget();
        Assert.Equal(0, limits.Count);
    }

    [Theory]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("192.0.2.7", true)]
    [InlineData("2001:db8::/32", true)]
    [InlineData("balancer", false)]
    public void A_trusted_proxy_is_an_address_or_a_network(string text, bool isOne)
    {
        Assert.Equal(isOne, TrustedProxies.Parse(text) is not null);
        Assert.Equal(isOne, new GatewayOptionsValidator().Validate(null, new GatewayOptions { TrustedProxies = { text } }).Succeeded);
    }
}
