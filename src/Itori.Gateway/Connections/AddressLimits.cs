using System.Net;
using System.Net.Sockets;

using Microsoft.Extensions.Options;

using Itori.Gateway.Hosting;

namespace Itori.Gateway.Connections;

/// <summary>
/// What all connections of one address may do together. The address is the peer's, or what a trusted proxy says (<see cref="GatewayOptions.TrustedProxies"/>); of IPv6, the first 64 bits, since
/// one customer has all the rest.
/// </summary>
internal sealed class AddressLimits(IOptions<GatewayOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    private readonly GatewayOptions settings = options.Value;
    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, Address> addresses = [];

    /// <summary>How many addresses are known.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return addresses.Count;
            }
        }
    }

    /// <summary>Counts a connection. Null: the address has all that it may have.</summary>
    public Address? TryEnter(IPAddress? peer)
    {
        var key = KeyOf(peer ?? IPAddress.None);
        lock (gate)
        {
            if (!addresses.TryGetValue(key, out var address))
            {
                addresses.Add(key, address = new Address(settings, clock));
            }

            if (address.Connections >= settings.MaxConnectionsPerAddress)
            {
                return null;
            }

            address.Connections++;
            return address;
        }
    }

    /// <summary>A connection is gone.</summary>
    public void Leave(Address address)
    {
        lock (gate)
        {
            address.Connections--;
            address.LeftAt = clock.GetTimestamp();
        }
    }

    /// <summary>Forgets those that were away for some time: one that comes back at once must not find its limits new.</summary>
    public void Forget()
    {
        lock (gate)
        {
            foreach (var (key, address) in addresses)
            {
                if (address.Connections == 0 && clock.GetElapsedTime(address.LeftAt) > Remembered)
                {
                    addresses.Remove(key);
                }
            }
        }
    }

    private static IPAddress KeyOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily is not AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    /// <summary>One address.</summary>
    internal sealed class Address(GatewayOptions settings, TimeProvider clock)
    {
        private readonly Lock gate = new();
        private readonly double messageBurst = 2.0 * settings.MessagesPerSecondPerAddress;
        private readonly double byteBurst = Math.Max(2.0 * settings.BytesPerSecondPerAddress, settings.MaxMessageBytes);
        private TokenBucket messages = new(2.0 * settings.MessagesPerSecondPerAddress, clock);
        private TokenBucket bytes = new(Math.Max(2.0 * settings.BytesPerSecondPerAddress, settings.MaxMessageBytes), clock);
        private int subscriptions;

        /// <summary>Open connections. Under the lock of all.</summary>
        public int Connections { get; set; }

        /// <summary>When the last one left. Under the lock of all.</summary>
        public long LeftAt { get; set; } = clock.GetTimestamp();

        /// <summary>Counts a message. False: too many came, or too much; <paramref name="wait"/> is when the next may come.</summary>
        public bool TryTake(int length, out TimeSpan wait)
        {
            lock (gate)
            {
                return messages.TryTake(1, settings.MessagesPerSecondPerAddress, messageBurst, clock, out wait)
                    && bytes.TryTake(length, settings.BytesPerSecondPerAddress, byteBurst, clock, out wait);
            }
        }

        /// <summary>Counts a subscription. False: there are as many as there may be.</summary>
        public bool TrySubscribe()
        {
            if (Interlocked.Increment(ref subscriptions) <= settings.MaxSubscriptionsPerAddress)
            {
                return true;
            }

            Interlocked.Decrement(ref subscriptions);
            return false;
        }

        /// <summary>A subscription is over.</summary>
        public void Unsubscribe() => Interlocked.Decrement(ref subscriptions);
    }
}
