using Itori.Contracts;

namespace Itori.Grains.Presence;

/// <summary>
/// The gateways' reports joined: a user is here while any gateway with a valid lease says so, since the earliest time that any says. Pure; times are Unix ms.
/// </summary>
internal sealed class PresenceRoster
{
    private readonly Dictionary<string, (long Until, IReadOnlyList<PresentUser> Users)> gateways = new(StringComparer.Ordinal);
    private HashSet<string> told = new(StringComparer.Ordinal);

    public void Report(PresenceReport report, long now)
    {
        if (report.Users.Count == 0)
        {
            gateways.Remove(report.Gateway);
        }
        else if (gateways.Count < Leases.MaxHolders || gateways.ContainsKey(report.Gateway))
        {
            gateways[report.Gateway] = (now + (long)Leases.Held(report.Lease).TotalMilliseconds, report.Users);
        }
    }

    public void Expire(long now)
    {
        foreach (var (gateway, (until, _)) in gateways)
        {
            if (until < now)
            {
                gateways.Remove(gateway);
            }
        }
    }

    /// <summary>Who is here, the longest first.</summary>
    public PresenceChanged Current(long now) => new() { Timestamp = now, Users = Users() };

    /// <summary>What to tell: null while the same users are here as were told last.</summary>
    public PresenceChanged? TakeChange(long now)
    {
        var users = Users();
        var ids = users.Select(user => user.UserId).ToHashSet(StringComparer.Ordinal);
        if (ids.SetEquals(told))
        {
            return null;
        }

        var change = new PresenceChanged
        {
            Timestamp = now,
            Users = users,
            Joined = ids.Except(told).Order(StringComparer.Ordinal).ToArray(),
            Left = told.Except(ids).Order(StringComparer.Ordinal).ToArray(),
        };
        told = ids;
        return change;
    }

    private PresentUser[] Users() =>
    [
        .. gateways.Values.SelectMany(report => report.Users)
            .GroupBy(user => user.UserId, StringComparer.Ordinal)
            .Select(same => same.MinBy(user => user.Since)!)
            .OrderBy(user => user.Since).ThenBy(user => user.UserId, StringComparer.Ordinal),
    ];
}
