using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace GslbServer.Balancer;

/// <summary>What an answer says of a limit: <c>Retry-After</c>, and <c>RateLimit-Policy</c> and <c>RateLimit</c> in the form of draft-ietf-httpapi-ratelimit-headers-09.</summary>
internal static class RateLimitHeaders
{
    private const long Second = 1_000_000_000;

    public static void Write(HttpResponse response, RateLimitSettings rule, in RateVerdict verdict)
    {
        string name = rule.Per switch { RateLimitPer.Address => "address", RateLimitPer.ApiKey => "apikey", _ => "route" };
        long window = (long)Math.Ceiling(rule.Depth / rule.Rate), wait = (verdict.Wait + Second - 1) / Second;
        response.Headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";q={rule.Depth};w={window}");
        response.Headers["RateLimit"] = verdict.Admits ? string.Create(CultureInfo.InvariantCulture, $"\"{name}\";r={verdict.Left}") : string.Create(CultureInfo.InvariantCulture, $"\"{name}\";r=0;t={wait}");
        if (!verdict.Admits) response.Headers[HeaderNames.RetryAfter] = wait.ToString(CultureInfo.InvariantCulture);
    }
}
