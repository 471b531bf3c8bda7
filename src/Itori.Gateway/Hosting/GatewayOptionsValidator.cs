using System.Globalization;

using Microsoft.Extensions.Options;

namespace Itori.Gateway.Hosting;

/// <summary>Checks every setting and names all that are wrong: key, value, allowed range.</summary>
internal sealed class GatewayOptionsValidator : IValidateOptions<GatewayOptions>
{
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);

    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var wrong = new List<string>();
        Number(nameof(options.MaxConnections), options.MaxConnections, 1, 1_000_000);
        Number(nameof(options.MaxMessageBytes), options.MaxMessageBytes, 1024, 64 * 1024 * 1024);
        Number(nameof(options.MessagesPerSecond), options.MessagesPerSecond, 1, 100_000);
        Number(nameof(options.MessageBurst), options.MessageBurst, 1, 100_000);
        Number(nameof(options.BytesPerSecond), options.BytesPerSecond, 1024, 1 << 30);
        Number(nameof(options.BytesBurst), options.BytesBurst, Math.Max(1024, options.MaxMessageBytes), 1 << 30);
        Number(nameof(options.MaxConnectionsPerAddress), options.MaxConnectionsPerAddress, 1, 1_000_000);
        Number(nameof(options.MessagesPerSecondPerAddress), options.MessagesPerSecondPerAddress, 1, 10_000_000);
        Number(nameof(options.BytesPerSecondPerAddress), options.BytesPerSecondPerAddress, 1024, 1 << 30);
        Number(nameof(options.MaxSubscriptionsPerAddress), options.MaxSubscriptionsPerAddress, 3, 10_000_000);
        Number(nameof(options.MaxOpening), options.MaxOpening, 1, 10_000);
        Number(nameof(options.MaxWaitingToOpen), options.MaxWaitingToOpen, 0, 1_000_000);
        Time(nameof(options.OpeningPatience), options.OpeningPatience, TimeSpan.FromMilliseconds(100), TenMinutes);
        Number(nameof(options.ErrorBudget), options.ErrorBudget, 1, 100_000);
        Time(nameof(options.ErrorWindow), options.ErrorWindow, TimeSpan.FromSeconds(1), TenMinutes);
        Number(nameof(options.MaxCommandsInFlight), options.MaxCommandsInFlight, 1, 10_000);
        Time(nameof(options.CommandPatience), options.CommandPatience, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Number(nameof(options.MaxSubscriptions), options.MaxSubscriptions, 3, 10_000);
        Number(nameof(options.MaxFilterConcepts), options.MaxFilterConcepts, 1, 100_000);
        Number(nameof(options.MaxFilterDepth), options.MaxFilterDepth, 0, 10);
        Number(nameof(options.OutboxBytes), options.OutboxBytes, 64 * 1024, 256 * 1024 * 1024);
        Time(nameof(options.SendTimeout), options.SendTimeout, TimeSpan.FromMilliseconds(100), TenMinutes);
        Number(nameof(options.FlushLoops), options.FlushLoops, 0, 256);
        Time(nameof(options.HeartbeatInterval), options.HeartbeatInterval, TimeSpan.FromSeconds(1), TenMinutes);
        Time(nameof(options.HeartbeatTimeout), options.HeartbeatTimeout, TimeSpan.FromSeconds(1), TenMinutes);
        Time(nameof(options.HubLinger), options.HubLinger, TimeSpan.Zero, TenMinutes);
        Time(nameof(options.HeadCheckInterval), options.HeadCheckInterval, TimeSpan.FromMilliseconds(100), TenMinutes);
        Time(nameof(options.RepairDelay), options.RepairDelay, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Number(nameof(options.RecentEventBytes), options.RecentEventBytes, 0, 256 * 1024 * 1024);
        Number(nameof(options.PageSize), options.PageSize, 1, 1000);
        Time(nameof(options.FieldLease), options.FieldLease, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        Time(nameof(options.PresenceLease), options.PresenceLease, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        Time(nameof(options.PresenceRefresh), options.PresenceRefresh, TimeSpan.FromSeconds(5), TenMinutes);
        Time(nameof(options.PresenceDelay), options.PresenceDelay, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Number(nameof(options.PresenceNamed), options.PresenceNamed, 1, 10_000);
        Number(nameof(options.CursorDeliveries), options.CursorDeliveries, 100, 100_000_000);
        Time(nameof(options.CursorInterval), options.CursorInterval, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Time(nameof(options.ReconnectSpread), options.ReconnectSpread, TimeSpan.Zero, TenMinutes);
        Time(nameof(options.DrainTimeout), options.DrainTimeout, TimeSpan.Zero, TenMinutes);
        Time(nameof(options.RetryAfter), options.RetryAfter, TimeSpan.FromMilliseconds(1), TenMinutes);
        foreach (var proxy in options.TrustedProxies)
        {
            if (TrustedProxies.Parse(proxy) is null)
            {
                wrong.Add($"{GatewayOptions.Section}:{nameof(options.TrustedProxies)} holds \"{proxy}\"; a proxy is an address or a network such as 10.0.0.0/8");
            }
        }

        foreach (var origin in options.AllowedOrigins)
        {
            if (origin != "*" && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.AbsolutePath == "/" && origin[^1] != '/'))
            {
                wrong.Add($"{GatewayOptions.Section}:{nameof(options.AllowedOrigins)} holds \"{origin}\"; an origin is scheme://host[:port] without a path, or *");
            }
        }

        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);

        void Number(string key, double value, double least, double most)
        {
            if (!(value >= least && value <= most))
            {
                wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{GatewayOptions.Section}:{key} is {value}; allowed is {least} to {most}"));
            }
        }

        void Time(string key, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
            {
                wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{GatewayOptions.Section}:{key} is {value:c}; allowed is {least:c} to {most:c}"));
            }
        }
    }
}
