using GslbServer.Dns;

namespace GslbServer;

/// <summary>When a secondary asks again and when it gives up (RFC 1034 section 4.3.5), by the SOA that it has.</summary>
/// <param name="Refresh">After a primary was heard.</param>
/// <param name="Retry">After none was.</param>
/// <param name="Expire">After which the zone may not be served.</param>
internal readonly record struct SecondaryTimers(TimeSpan Refresh, TimeSpan Retry, TimeSpan Expire)
{
    /// <summary>Primaries are asked no more often than this, whatever the SOA says.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    /// <summary>And no less often.</summary>
    private static readonly TimeSpan Most = TimeSpan.FromDays(1);

    /// <summary>Before there is an SOA: twice as long after each failure, up to a minute.</summary>
    private static readonly TimeSpan FirstRetries = TimeSpan.FromMinutes(1);

    public static SecondaryTimers Of(SoaRdata soa) => new(Bounded(soa.Refresh), Bounded(soa.Retry), TimeSpan.FromSeconds(Math.Max(1, soa.Expire)));

    /// <param name="failures">In a row.</param>
    public static TimeSpan FirstRetry(int failures) => TimeSpan.FromSeconds(Math.Min(1 << Math.Min(failures, 6), FirstRetries.TotalSeconds));

    private static TimeSpan Bounded(uint seconds) => TimeSpan.FromSeconds(Math.Clamp(seconds, Least.TotalSeconds, Most.TotalSeconds));
}
