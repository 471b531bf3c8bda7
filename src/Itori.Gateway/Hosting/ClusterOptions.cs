using System.Globalization;
using System.Net;

using Microsoft.Extensions.Options;

namespace Itori.Gateway.Hosting;

/// <summary>Which cluster this gateway belongs to, section <c>Itori:Cluster</c>. Silos read the same keys.</summary>
internal sealed class ClusterOptions
{
    public const string Section = "Itori:Cluster";

    /// <summary>Name of the cluster; silos and gateways of one name find each other.</summary>
    public string ClusterId { get; set; } = "itori";

    /// <summary>Name of the service, the same over the cluster's whole life: stored state belongs to it.</summary>
    public string ServiceId { get; set; } = "itori";

    /// <summary>The PostgreSQL database that lists the silos; empty: <see cref="Gateways"/>.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Client addresses of silos, <c>ip:port</c>. Default 127.0.0.1:30000.</summary>
    public IList<string> Gateways { get; } = [];

    /// <summary>How long a call may take. 100 ms to 10 min, default 4 s: a lost answer holds up its caller that long.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>How often the list of silos is read again. 100 ms to 10 min, default 2 s.</summary>
    public TimeSpan GatewayRefresh { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long to wait before the next attempt while no silo can be reached. 10 ms to 10 min, default 1 s.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The addresses of <see cref="Gateways"/>.</summary>
    public IEnumerable<IPEndPoint> Endpoints() => Gateways.Count == 0 ? [new IPEndPoint(IPAddress.Loopback, 30000)] : Gateways.Select(IPEndPoint.Parse);
}

/// <summary>Checks <see cref="ClusterOptions"/>.</summary>
internal sealed class ClusterOptionsValidator : IValidateOptions<ClusterOptions>
{
    public ValidateOptionsResult Validate(string? name, ClusterOptions options)
    {
        var wrong = new List<string>();
        if (string.IsNullOrWhiteSpace(options.ClusterId) || string.IsNullOrWhiteSpace(options.ServiceId))
        {
            wrong.Add($"{ClusterOptions.Section}:ClusterId and {ClusterOptions.Section}:ServiceId must not be empty");
        }

        foreach (var gateway in options.Gateways)
        {
            if (!IPEndPoint.TryParse(gateway, out var endpoint) || endpoint.Port == 0)
            {
                wrong.Add($"{ClusterOptions.Section}:Gateways holds \"{gateway}\"; an address is ip:port");
            }
        }

        Time(nameof(options.ResponseTimeout), options.ResponseTimeout, TimeSpan.FromMilliseconds(100));
        Time(nameof(options.GatewayRefresh), options.GatewayRefresh, TimeSpan.FromMilliseconds(100));
        Time(nameof(options.RetryDelay), options.RetryDelay, TimeSpan.FromMilliseconds(10));
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);

        void Time(string key, TimeSpan value, TimeSpan least)
        {
            var most = TimeSpan.FromMinutes(10);
            if (value < least || value > most)
            {
                wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{ClusterOptions.Section}:{key} is {value:c}; allowed is {least:c} to {most:c}"));
            }
        }
    }
}
