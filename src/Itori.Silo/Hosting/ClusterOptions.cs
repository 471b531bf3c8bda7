using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace Itori.Silo.Hosting;

/// <summary>
/// How silos and gateways find each other (<c>Itori:Cluster</c>). With <see cref="ConnectionString"/> they meet in PostgreSQL, as many as there are; without, there is
/// <see cref="PrimarySilo"/> or this silo is one by itself on this machine.
/// </summary>
public sealed class ClusterOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Itori:Cluster";

    /// <summary>Silos and gateways of the same cluster have the same id.</summary>
    [Required, RegularExpression("^[A-Za-z0-9._-]{1,64}$", ErrorMessage = "Itori:Cluster:ClusterId must have 1 to 64 characters out of letters, digits and . _ -")]
    public string ClusterId { get; set; } = "itori";

    /// <summary>The id of the service; stays the same for good.</summary>
    [Required, RegularExpression("^[A-Za-z0-9._-]{1,64}$", ErrorMessage = "Itori:Cluster:ServiceId must have 1 to 64 characters out of letters, digits and . _ -")]
    public string ServiceId { get; set; } = "itori";

    /// <summary>PostgreSQL, where the members of the cluster are listed; null (or empty): no database, see the class.</summary>
    public string? ConnectionString { get; set => field = string.IsNullOrEmpty(value) ? null : value; }

    /// <summary>The port for other silos.</summary>
    [Range(1, 65535)]
    public int SiloPort { get; set; } = 11111;

    /// <summary>The port for gateways.</summary>
    [Range(1, 65535)]
    public int GatewayPort { get; set; } = 30000;

    /// <summary>The IP address at which others reach this silo; null: with PostgreSQL the machine's first one, else loopback.</summary>
    public string? AdvertisedAddress { get; set; }

    /// <summary>Without PostgreSQL: <c>ip:port</c> (silo port) of the silo that lists the members; it must outlive the others. Null: this one. For trying out, not for production.</summary>
    public string? PrimarySilo { get; set; }

    /// <summary>Time between two probes of another silo.</summary>
    [Range(typeof(TimeSpan), "00:00:00.2", "00:01:00")]
    public TimeSpan ProbePeriod { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Probes that must fail in a row before a silo is suspected.</summary>
    [Range(1, 20)]
    public int MissedProbes { get; set; } = 3;

    /// <summary>How long a call within the cluster may take (some have their own, longer limit).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00")]
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(4);
}

/// <summary>The annotations on <see cref="ClusterOptions"/>, checked by generated code.</summary>
[OptionsValidator]
internal sealed partial class ClusterOptionsAnnotations : IValidateOptions<ClusterOptions>;

/// <summary>What annotations cannot say.</summary>
internal sealed class ClusterOptionsRules : IValidateOptions<ClusterOptions>
{
    public ValidateOptionsResult Validate(string? name, ClusterOptions options)
    {
        if (options.AdvertisedAddress is { } address && !IPAddress.TryParse(address, out _))
        {
            return ValidateOptionsResult.Fail($"{ClusterOptions.Section}:AdvertisedAddress is '{address}'; it must be an IP address.");
        }

        if (options.PrimarySilo is { } primary && !(IPEndPoint.TryParse(primary, out var end) && end.Port > 0))
        {
            return ValidateOptionsResult.Fail($"{ClusterOptions.Section}:PrimarySilo is '{primary}'; it must be ip:port.");
        }

        if (options.PrimarySilo is not null && options.ConnectionString is not null)
        {
            return ValidateOptionsResult.Fail($"{ClusterOptions.Section}: PrimarySilo is for a cluster without PostgreSQL; set it or ConnectionString, not both.");
        }

        return ValidateOptionsResult.Success;
    }
}
