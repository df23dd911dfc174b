using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.SessionAffinity;

namespace GslbServer.Balancer;

/// <summary>YARP's shell around <see cref="StickyCookie"/>: a client stays at its backend while that takes traffic. Balancers with the same keys agree and remember nothing.</summary>
/// <remarks>Drained, ejected and dead backends are not among the destinations that YARP hands over, so their clients go elsewhere and get a new cookie.</remarks>
internal sealed class SignedCookiePolicy(TrafficTable traffic, ServingState state, TimeProvider time, ILogger<SignedCookiePolicy> logger) : ISessionAffinityPolicy
{
    public const string PolicyName = "SignedCookie";

    /// <summary>Where <c>SessionAffinity:Cookie:MaxAge</c> does not say.</summary>
    private static readonly TimeSpan DefaultMaxAge = TimeSpan.FromHours(1);

    private int _warned;

    public string Name => PolicyName;

    public AffinityResult FindAffinitizedDestinations(HttpContext context, ClusterState cluster, SessionAffinityConfig config, IReadOnlyList<DestinationState> destinations)
    {
        // What was forged, has expired or comes from elsewhere is as none at all, whatever the failure policy: anybody can send it.
        if (context.Request.Cookies[config.AffinityKeyName] is not { } value
            || !StickyCookie.TryRead(value, traffic.Of(cluster).IdHash, Keys, out StickyCookie cookie)
            || cookie.Expires <= time.GetUtcNow()) return new(null, AffinityStatus.AffinityKeyNotSet);
        for (int i = 0; i < destinations.Count; i++)
        {
            if (traffic.Of(destinations[i]).IdHash != cookie.Backend) continue;
            // One in use is renewed at half its age, so that a session ends only when its user has gone.
            if (cookie.Expires - time.GetUtcNow() > MaxAge(config) / 2) Exchange.Of(context).StuckTo = destinations[i];
            return new(destinations[i], AffinityStatus.OK);
        }

        return new(null, AffinityStatus.DestinationNotFound);
    }

    public void AffinitizeResponse(HttpContext context, ClusterState cluster, SessionAffinityConfig config, DestinationState destination)
    {
        if (ReferenceEquals(Exchange.Of(context).StuckTo, destination)) return;
        CookieKeys keys = Keys;
        if (ReferenceEquals(keys, CookieKeys.OfThisProcess) && Interlocked.Exchange(ref _warned, 1) == 0) Log.CookiesOfThisProcess(logger, cluster.ClusterId);
        TimeSpan maxAge = MaxAge(config);
        SessionAffinityCookieConfig? cookie = config.Cookie;
        context.Response.Cookies.Append(config.AffinityKeyName, new StickyCookie(traffic.Of(destination).IdHash, time.GetUtcNow() + maxAge).Write(traffic.Of(cluster).IdHash, keys), new CookieOptions
        {
            MaxAge = maxAge,
            HttpOnly = cookie?.HttpOnly ?? true,
            SameSite = cookie?.SameSite ?? SameSiteMode.Lax,
            Secure = cookie?.SecurePolicy switch
            {
                CookieSecurePolicy.Always => true,
                CookieSecurePolicy.None => false,
                _ => context.Request.IsHttps,
            },
            Path = cookie?.Path ?? "/",
            Domain = cookie?.Domain,
            IsEssential = cookie?.IsEssential ?? true,
        });
    }

    private CookieKeys Keys => state.Settings.Options.Affinity.Keys;

    private static TimeSpan MaxAge(SessionAffinityConfig config) => config.Cookie?.MaxAge ?? DefaultMaxAge;
}
