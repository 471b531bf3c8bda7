using Itori.Contracts;

namespace Itori.Grains.Presence;

/// <summary>
/// The gateways' reports joined: a user is here while any gateway says so, since the earliest time that any says. So one who comes back over another gateway before the old one is given up
/// never left. Pure; times are Unix ms.
/// </summary>
internal sealed class PresenceRoster
{
    private readonly Dictionary<string, IReadOnlyList<PresentUser>> gateways = new(StringComparer.Ordinal);
    private HashSet<string> told = new(StringComparer.Ordinal);

    /// <summary>The gateways that have somebody here.</summary>
    public IReadOnlyCollection<string> Gateways => gateways.Keys;

    /// <summary>Takes a gateway's users in place of those that it had.</summary>
    public void Report(string gateway, IReadOnlyList<PresentUser> users)
    {
        if (users.Count == 0)
        {
            gateways.Remove(gateway);
        }
        else if (gateways.Count < Leases.MaxHolders || gateways.ContainsKey(gateway))
        {
            gateways[gateway] = users;
        }
    }

    /// <summary>Whether a gateway has somebody here.</summary>
    public bool Has(string gateway) => gateways.ContainsKey(gateway);

    /// <summary>Who is here, the longest first.</summary>
    public PresenceChanged Current(long now) => new() { Timestamp = now, Users = Users() };

    /// <summary>What is to be told: null while the same users are here as were told last.</summary>
    public PresenceChanged? Change(long now)
    {
        var users = Users();
        var ids = Ids(users);
        return ids.SetEquals(told)
            ? null
            : new PresenceChanged
            {
                Timestamp = now,
                Users = users,
                Joined = ids.Except(told).Order(StringComparer.Ordinal).ToArray(),
                Left = told.Except(ids).Order(StringComparer.Ordinal).ToArray(),
            };
    }

    /// <summary>A change was told.</summary>
    public void Told(PresenceChanged change) => told = Ids(change.Users);

    private static HashSet<string> Ids(IEnumerable<PresentUser> users) => users.Select(user => user.UserId).ToHashSet(StringComparer.Ordinal);

    private PresentUser[] Users() =>
    [
        .. gateways.Values.SelectMany(users => users)
            .GroupBy(user => user.UserId, StringComparer.Ordinal)
            .Select(same => same.MinBy(user => user.Since)!)
            .OrderBy(user => user.Since).ThenBy(user => user.UserId, StringComparer.Ordinal),
    ];
}
