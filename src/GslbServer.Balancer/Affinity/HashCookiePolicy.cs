using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.SessionAffinity;

namespace GslbServer.Balancer;

/// <summary>YARP's <c>HashCookie</c> session affinity without its System.IO.Hashing package: same name, same settings, same cookie values.</summary>
internal sealed class HashCookiePolicy(TimeProvider time) : ISessionAffinityPolicy
{
    private static readonly object HasCookie = new();

    private readonly ConditionalWeakTable<DestinationState, string> _keys = [];

    public string Name => SessionAffinityConstants.Policies.HashCookie;

    /// <summary>The cookie value of a destination: XXH64 over the UTF-16LE of its id in upper case, in hex.</summary>
    public static string Key(string destinationId) =>
        XxHash64.Hash(Encoding.Unicode.GetBytes(destinationId.ToUpperInvariant())).ToString("x16", CultureInfo.InvariantCulture);

    public AffinityResult FindAffinitizedDestinations(HttpContext context, ClusterState cluster, SessionAffinityConfig config, IReadOnlyList<DestinationState> destinations)
    {
        if (context.Request.Cookies[config.AffinityKeyName] is not { } key) return new(null, AffinityStatus.AffinityKeyNotSet);
        foreach (DestinationState destination in destinations)
        {
            if (KeyOf(destination) != key) continue;
            context.Items[HasCookie] = key;
            return new(destination, AffinityStatus.OK);
        }

        return new(null, AffinityStatus.DestinationNotFound);
    }

    public void AffinitizeResponse(HttpContext context, ClusterState cluster, SessionAffinityConfig config, DestinationState destination)
    {
        if (context.Items.ContainsKey(HasCookie)) return;
        SessionAffinityCookieConfig? cookie = config.Cookie;
        context.Response.Cookies.Append(config.AffinityKeyName, KeyOf(destination), new CookieOptions
        {
            Path = cookie?.Path ?? "/",
            Domain = cookie?.Domain,
            SameSite = cookie?.SameSite ?? SameSiteMode.Unspecified,
            HttpOnly = cookie?.HttpOnly ?? true,
            MaxAge = cookie?.MaxAge,
            IsEssential = cookie?.IsEssential ?? false,
            Secure = cookie?.SecurePolicy == CookieSecurePolicy.Always || (cookie?.SecurePolicy == CookieSecurePolicy.SameAsRequest && context.Request.IsHttps),
            Expires = cookie?.Expiration is { } expiration ? time.GetUtcNow() + expiration : null,
        });
    }

    private string KeyOf(DestinationState destination) => _keys.GetValue(destination, static state => Key(state.DestinationId));
}
