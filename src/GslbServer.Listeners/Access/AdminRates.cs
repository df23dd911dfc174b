using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace GslbServer;

/// <summary>How many requests one address, or one /64 of IPv6, may make, and how many wrong tokens it may try. A flood from one place must not take the listener from the others.</summary>
/// <param name="perSecond">Requests a second, and twice as many at once; 0 for no limit. Loopback is exempt: who is on this machine has shorter ways to load it.</param>
/// <param name="failures">Wrong tokens at once; then <paramref name="failuresPerSecond"/>. Of loopback too.</param>
internal sealed class AdminRates(int perSecond, int failures = AdminRates.Failures, int failuresPerSecond = 1) : IDisposable
{
    public const int PerSecond = 200, MaxPerSecond = 1_000_000, Failures = 60;

    private readonly PartitionedRateLimiter<(IPAddress Prefix, string Class)> _requests = Limiter<(IPAddress, string)>(2 * perSecond, perSecond);

    private readonly PartitionedRateLimiter<IPAddress> _failures = Limiter<IPAddress>(failures, failuresPerSecond);

    /// <returns>Null where the request may go on, else in how long it may be tried again.</returns>
    public TimeSpan? Enter(IPAddress? peer, string rateClass)
    {
        IPAddress prefix = PrefixOf(peer);
        if (perSecond == 0 || IPAddress.IsLoopback(prefix))
        {
            return null;
        }

        using RateLimitLease lease = _requests.AttemptAcquire((prefix, rateClass));
        return Wait(lease);
    }

    /// <returns>Null where a token may be looked at, else in how long.</returns>
    public TimeSpan? MayTry(IPAddress? peer) => _failures.GetStatistics(PrefixOf(peer))?.CurrentAvailablePermits >= 1 ? null : TimeSpan.FromSeconds(1);

    public void Failed(IPAddress? peer) => _failures.AttemptAcquire(PrefixOf(peer)).Dispose();

    /// <summary>429 with Retry-After in whole seconds (RFC 6585 section 4, RFC 9110 section 10.2.3).</summary>
    public static IResult TooMany(HttpContext http, TimeSpan wait, string what)
    {
        string seconds = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        http.Response.Headers.RetryAfter = seconds;
        return Problem.Of(StatusCodes.Status429TooManyRequests, $"{what} Try again in {seconds} s.");
    }

    public void Dispose()
    {
        _requests.Dispose();
        _failures.Dispose();
    }

    private static TimeSpan? Wait(RateLimitLease lease) => lease.IsAcquired ? null : lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait) ? wait : TimeSpan.FromSeconds(1);

    /// <summary>Whoever has an IPv6 address has all of its /64.</summary>
    internal static IPAddress PrefixOf(IPAddress? peer)
    {
        IPAddress address = peer is null ? IPAddress.None : peer.IsIPv4MappedToIPv6 ? peer.MapToIPv4() : peer;
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(address))
        {
            return address;
        }

        byte[] octets = address.GetAddressBytes();
        octets.AsSpan(8).Clear();
        return new IPAddress(octets);
    }

    private static PartitionedRateLimiter<T> Limiter<T>(int burst, int perSecond)
        where T : notnull => PartitionedRateLimiter.Create<T, T>(key => RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = Math.Max(1, burst),
            TokensPerPeriod = Math.Max(1, perSecond),
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        }));
}

/// <summary>Metadata of an endpoint whose requests count apart from those of all others, or not at all.</summary>
/// <param name="Class">Null: no limit.</param>
internal sealed record RateClass(string? Class)
{
    public const string Usual = "";
}

internal static class RateClassExtensions
{
    /// <summary>Health: never refused for how often it is asked.</summary>
    public static T WithoutRateLimit<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.With(new RateClass(null));

    /// <summary>A flood of other requests does not take from this one's rate.</summary>
    public static T WithRateOfItsOwn<T>(this T endpoint, string name)
        where T : IEndpointConventionBuilder => endpoint.With(new RateClass(name));

    private static T With<T>(this T endpoint, RateClass rate)
        where T : IEndpointConventionBuilder
    {
        endpoint.Add(builder => builder.Metadata.Add(rate));
        return endpoint;
    }
}
