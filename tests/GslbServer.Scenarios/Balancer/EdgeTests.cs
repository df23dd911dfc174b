using System.Net;
using GslbServer.Scenarios.Harness;
using Microsoft.AspNetCore.Http;

namespace GslbServer.Scenarios.Balancer;

/// <summary>What guards a route, over the wire.</summary>
public sealed class EdgeTests
{
    [Fact]
    public async Task Lists_limits_and_forwarded_addresses_go_by_who_the_client_is_and_a_reload_changes_them()
    {
        await using Backend one = await Backend.StartAsync("one");
        string edge = """
            "DrainWait": 0, "TrustedProxies": [ "127.0.0.1" ], "Edge": { "Deny": [ "192.0.2.0/24" ], "RateLimits": [ { "Rate": 0.01, "Burst": 3 } ] }
            """;
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one], "\"Metadata\": {}", edge));

        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(balancer, "192.0.2.7")).StatusCode);
        for (int i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.OK, (await AskAsync(balancer, $"2001:db8::{i + 1}")).StatusCode);
        using HttpResponseMessage limited = await AskAsync(balancer, "2001:db8::9");
        Assert.Equal(HttpStatusCode.TooManyRequests, limited.StatusCode);
        Assert.InRange(limited.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 100);
        Assert.StartsWith("\"address\";r=0;t=", Assert.Single(limited.Headers.GetValues("RateLimit")), StringComparison.Ordinal);
        using HttpResponseMessage other = await AskAsync(balancer, "198.51.100.1", "/headers");
        Assert.Contains("X-Forwarded-For: 198.51.100.1, 127.0.0.1", (await other.Content.ReadAsStringAsync()).Split('\n'));
        Assert.Equal(1, await balancer.MetricAsync("gslb_balancer_refused_total{route=\"web\",why=\"address\"}"));
        Assert.Equal(1, await balancer.MetricAsync("gslb_balancer_refused_total{route=\"web\",why=\"rate\"}"));
        Assert.Equal(2, await balancer.MetricAsync("gslb_balancer_route_requests_total{route=\"web\",code=\"4xx\"}"));

        // Nobody is believed any more: all are 127.0.0.1, and what they claim is replaced.
        balancer.Write(BalancerUnderTest.Settings([one], "\"Metadata\": {}", "\"DrainWait\": 0, \"Edge\": { \"Deny\": [ \"192.0.2.0/24\" ] }"));
        string seen = await Eventually.GetAsync(async () => await (await AskAsync(balancer, "192.0.2.7", "/headers")).Content.ReadAsStringAsync(), text => text.Length > 0);
        Assert.Contains("X-Forwarded-For: 127.0.0.1", seen.Split('\n'));
        Assert.DoesNotContain("Forwarded: for=6.6.6.6", seen.Split('\n'));
    }

    [Fact]
    public async Task A_WAF_lets_on_turns_away_and_may_be_silent()
    {
        await using Backend one = await Backend.StartAsync("one");
        var hang = new TaskCompletionSource();
        await using TinyServer waf = await TinyServer.StartAsync(async context =>
        {
            string uri = context.Request.Headers["X-Original-URI"].ToString();
            if (uri.Contains("hang", StringComparison.Ordinal)) await hang.Task;
            context.Response.StatusCode = uri.Contains("bad", StringComparison.Ordinal) ? 403 : uri.Contains("broken", StringComparison.Ordinal) ? 500 : 200;
            context.Response.Headers["x-waf-score"] = $"{context.Request.Headers["X-Original-Method"]} {context.Request.Headers["X-Forwarded-For"]} {context.Request.Headers.Cookie}";
            await context.Response.WriteAsync("by the rules");
        });
        string Settings(bool failOpen) => BalancerUnderTest.Settings([one], "\"Metadata\": {}",
            $"\"DrainWait\": 0, \"Waf\": {{ \"Url\": \"http://127.0.0.1:{waf.Port}/check\", \"Timeout\": \"{(failOpen ? "3s" : "10s")}\", \"FailOpen\": {(failOpen ? "true" : "false")} }}");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(Settings(failOpen: true));

        using var spoofed = new HttpRequestMessage(HttpMethod.Get, balancer.Url("/headers")) { Headers = { { "X-Waf-User", "root" }, { "Cookie", "a=b" } } };
        using HttpResponseMessage admitted = await balancer.Client.SendAsync(spoofed);
        string[] seen = (await admitted.Content.ReadAsStringAsync()).Split('\n');
        Assert.Contains("x-waf-score: GET 127.0.0.1 a=b", seen);
        Assert.DoesNotContain(seen, line => line.StartsWith("X-Waf-User", StringComparison.OrdinalIgnoreCase));
        Assert.Equal((403, "by the rules"), await balancer.AskProxyAsync("/bad?q=1"));
        Assert.Equal((200, "one"), await balancer.AskProxyAsync("/hang"));
        Assert.Equal((200, "one"), await balancer.AskProxyAsync("/broken"));
        Assert.Equal(2, await balancer.MetricAsync("gslb_balancer_waf_total{result=\"failed\"}"));

        balancer.Write(Settings(failOpen: false));
        await Eventually.GetAsync(() => balancer.AskProxyAsync("/broken"), answer => answer.Status == 503);
        hang.SetResult();
    }

    [Fact]
    public async Task Security_headers_and_compression_are_a_routes_choice()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one], "\"Metadata\": {}",
            "\"DrainWait\": 0, \"Routes\": { \"web\": { \"Edge\": { \"SecurityHeaders\": { \"Hsts\": \"max-age=1\" }, \"Compress\": true } } }"));
        using var request = new HttpRequestMessage(HttpMethod.Get, balancer.Url("/framed")) { Headers = { { "Accept-Encoding", "gzip" } } };
        using HttpResponseMessage response = await balancer.Client.SendAsync(request);

        Assert.Equal("DENY", Assert.Single(response.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.False(response.Headers.Contains("Strict-Transport-Security"));
        Assert.Equal("gzip", Assert.Single(response.Content.Headers.ContentEncoding));
    }

    private static async Task<HttpResponseMessage> AskAsync(BalancerUnderTest balancer, string client, string path = "/")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, balancer.Url(path)) { Headers = { { "X-Forwarded-For", client }, { "Forwarded", "for=6.6.6.6" } } };
        return await balancer.Client.SendAsync(request);
    }
}
