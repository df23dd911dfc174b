using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace GslbServer.Balancer.Tests;

public sealed class EdgeTests
{
    private static readonly AddressSet Nobody = new([]), Proxies = new([IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("2001:db8:1::/48")]);

    [Fact]
    public void A_set_holds_what_one_of_its_networks_holds()
    {
        // Few bits that differ, so that networks meet, touch and lie in each other.
        Gen<IPAddress> addresses = from isSix in Gen.Elements(true, false)
                                   from octets in Gen.Elements((byte)0, (byte)1, (byte)127, (byte)128, (byte)254, (byte)255).ArrayOf(4)
                                   select isSix ? new IPAddress([.. octets, 0, 0, 0, 0, 0, 0, 0, 0, .. octets]) : new IPAddress(octets);
        Gen<IPNetwork> networks = from address in addresses
                                  from length in Gen.Choose(0, 32)
                                  select Around(address, address.GetAddressBytes().Length == 16 && length > 16 ? length + 96 : length);
        Prop.ForAll(networks.ListOf().ToArbitrary(), addresses.NonEmptyListOf().ToArbitrary(), (all, asked) =>
        {
            var set = new AddressSet(all);
            return asked.Concat(all.Select(network => network.BaseAddress)).All(address => set.Contains(address) == all.Any(network => network.Contains(address)));
        }).QuickCheckThrowOnFailure();

        static IPNetwork Around(IPAddress address, int length)
        {
            byte[] octets = address.GetAddressBytes();
            for (int bit = length; bit < octets.Length * 8; bit++) octets[bit / 8] &= (byte)~(128 >> (bit % 8));
            return new IPNetwork(new IPAddress(octets), length);
        }
    }

    [Fact]
    public void A_client_of_a_dual_stack_socket_is_the_IPv4_address_that_it_has()
    {
        var set = new AddressSet([IPNetwork.Parse("192.0.2.0/24")]);
        Assert.True(set.Contains(IPAddress.Parse("::ffff:192.0.2.7")));
        Assert.False(set.Contains(IPAddress.Parse("::192.0.2.7")));
        Assert.True(new AddressSet([IPNetwork.Parse("::ffff:192.0.2.0/120")]).Contains(IPAddress.Parse("192.0.2.7")));
    }

    [Theory]
    [InlineData("192.0.2.1", "198.51.100.7", "192.0.2.1")] // nobody whom to believe
    [InlineData("10.0.0.1", "198.51.100.7", "198.51.100.7")]
    [InlineData("10.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7")] // what stands left the client wrote itself
    [InlineData("10.0.0.1", "198.51.100.7, 10.0.0.2", "198.51.100.7")]
    [InlineData("10.0.0.1", "10.0.0.3,10.0.0.2", "10.0.0.3")]
    [InlineData("10.0.0.1", "198.51.100.7, unknown, 10.0.0.2", "10.0.0.2")]
    [InlineData("10.0.0.1", "198.51.100.7:4711", "198.51.100.7")]
    [InlineData("10.0.0.1", "[2001:db8::7]:4711", "2001:db8::7")]
    [InlineData("10.0.0.1", "2001:db8::7", "2001:db8::7")]
    [InlineData("2001:db8:1::1", " , ,198.51.100.7,, ", "198.51.100.7")]
    [InlineData("::ffff:10.0.0.1", "::ffff:198.51.100.7", "198.51.100.7")]
    [InlineData("10.0.0.1", "1", "10.0.0.1")]
    [InlineData("10.0.0.1", "0x7f.0.0.1", "10.0.0.1")]
    [InlineData("10.0.0.1", "", "10.0.0.1")]
    public void The_client_is_the_nearest_that_no_trusted_proxy_is(string peer, string forwardedFor, string client) =>
        Assert.Equal(IPAddress.Parse(client), ClientAddress.Of(IPAddress.Parse(peer), forwardedFor, Proxies));

    [Fact]
    public void Lines_of_X_Forwarded_For_are_one_list() =>
        Assert.Equal(IPAddress.Parse("198.51.100.7"), ClientAddress.Of(IPAddress.Parse("10.0.0.1"), new StringValues(["203.0.113.9", "198.51.100.7", "10.0.0.2, 10.0.0.3"]), Proxies));

    [Fact]
    public void Nonsense_in_X_Forwarded_For_is_nobodys_address()
    {
        Gen<string> nonsense = Gen.Elements("10.0.0.1", "1.2.3.4", "::1", "[", "]", ":", ",", " ", "%", "x", "\t", "999", ".", "é", "::ffff:").ArrayOf().Select(string.Concat);
        IPAddress stranger = IPAddress.Parse("192.0.2.1"), proxy = IPAddress.Parse("10.0.0.1");
        Prop.ForAll(nonsense.ToArbitrary(), text => ClientAddress.Of(proxy, text, Proxies) is not null && ClientAddress.Of(stranger, text, Proxies).Equals(stranger)
            && ClientAddress.Of(proxy, text, Nobody).Equals(proxy)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Who_passes_lists_and_limits_costs_no_memory()
    {
        var limiter = new LocalLimiter(new RateLimitSettings { Rate = 1_000_000, Burst = 1_000_000 }, new ManualTime());
        IPAddress client = IPAddress.Parse("2001:db8::1");
        Assert.True(Pass());
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) Pass();
        // What the runtime does once in a while on the side is less than an octet for each.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 99);

        bool Pass() => !Proxies.Contains(client) && limiter.Take(LimitKey.Of(ClientAddress.Of(client, default, Nobody))).Admits;
    }

    [Fact]
    public void Claims_of_a_client_are_taken_out_and_those_of_a_trusted_proxy_stay()
    {
        HeaderDictionary headers = new() { ["Forwarded"] = "for=1.2.3.4", ["X-Real-IP"] = "1.2.3.4", ["Accept"] = "*/*" };
        RequestHygiene.Apply(headers, isFromTrustedProxy: true);
        Assert.Equal(3, headers.Count);
        RequestHygiene.Apply(headers, isFromTrustedProxy: false);
        Assert.Equal(["Accept"], headers.Keys);
    }

    [Fact]
    public void What_Connection_names_is_for_this_hop_and_what_the_request_is_about_stays()
    {
        HeaderDictionary headers = new() { ["Connection"] = "close, X-Hop,X-Forwarded-For, Cookie", ["X-Hop"] = "1", ["X-Forwarded-For"] = "1.2.3.4", ["Cookie"] = "a=b" };
        RequestHygiene.Apply(headers, isFromTrustedProxy: true);
        Assert.Equal(["Connection", "Cookie", "X-Forwarded-For"], headers.Keys.Order());
    }

    [Fact]
    public void Security_headers_never_take_the_place_of_the_backends()
    {
        HttpResponse response = new DefaultHttpContext().Response;
        response.Headers.XFrameOptions = "DENY";
        var headers = new SecurityHeaders(new SecurityHeaderSettings { ReferrerPolicy = "" });
        headers.AddTo(response, isTls: false);
        Assert.Equal(["X-Content-Type-Options", "X-Frame-Options"], response.Headers.Keys.Order());
        Assert.Equal("DENY", response.Headers.XFrameOptions);
        headers.AddTo(response, isTls: true);
        Assert.Equal("max-age=31536000", response.Headers.StrictTransportSecurity);
    }

    [Fact]
    public async Task A_route_says_what_differs_from_the_others()
    {
        BalancerOptions options = (await ReadAsync("""
            "Edge": { "Deny": [ "192.0.2.0/24" ], "SecurityHeaders": { "Hsts": "" } },
            "Routes": { "web": { "Edge": { "RateLimits": [ { "Rate": 5, "Per": "ApiKey" } ], "Deny": [], "Waf": false } } }
            """)).Settings!.Options;
        EdgeSettings web = options.Routes["web"].Edge!.Over(options.Edge);
        Assert.Equal((0, 1, "", false), (web.Deny!.Count, web.RateLimits!.Count, web.SecurityHeaders!.Hsts, web.Waf));
        Assert.Equal(10, web.RateLimits[0].Depth);
    }

    [Fact]
    public async Task A_rule_that_stays_keeps_its_buckets_over_a_reload()
    {
        Settings first = (await ReadAsync("\"Routes\": { \"web\": { \"Edge\": { \"RateLimits\": [ { \"Rate\": 5 } ] } } }")).Settings!;
        Settings second = (await ReadAsync("\"DrainWait\": 1, \"Routes\": { \"web\": { \"Edge\": { \"RateLimits\": [ { \"Rate\": 5 }, { \"Rate\": 7 } ] } } }")).Settings!;
        var state = new ServingState(first);
        var plans = new EdgePlans(state, new RateLimiters(new LeaseDesk(state, TimeProvider.System), TimeProvider.System), []);
        var route = new RouteTraffic("web");
        EdgePlan before = plans.Of(route, first);
        state.Publish(second);
        EdgePlan after = plans.Of(route, second);
        Assert.Same(before.Limits[0], after.Limits[0]);
        Assert.Equal(2, after.Limits.Length);
        Assert.True(plans.Of(new RouteTraffic("other"), second).IsOpen);
    }

    [Theory]
    [InlineData("\"Edge\": { \"Alow\": [] }", "Balancer:Edge:Alow: unknown setting; did you mean Allow?")]
    [InlineData("\"Edge\": { \"Deny\": [ \"1.2.3\" ] }", "Balancer:Edge:Deny:0: \"1.2.3\", expected an address or a network")]
    [InlineData("\"Routes\": { \"web\": { \"Edge\": { \"RateLimits\": [ { \"Per\": \"Address\" } ] } } }", "Balancer:Routes:web:Edge:RateLimits:0:Rate: missing")]
    [InlineData("\"Edge\": { \"RateLimits\": [ { \"Rate\": 1, \"Header\": \"a b\" } ] }", "Balancer:Edge:RateLimits:0:Header: \"a b\", expected the name of a header")]
    [InlineData("\"Edge\": { \"RateLimits\": [ { \"Rate\": 1, \"Scope\": \"Region\" } ] }", "Balancer:Edge:RateLimits: scope Region needs --redis and --region")]
    [InlineData("\"Waf\": { \"Timeout\": \"1s\" }", "Balancer:Waf:Url: missing, expected an address")]
    [InlineData("\"Edge\": { \"Waf\": true }", "Balancer:Edge:Waf: there is none, expected Balancer:Waf:Url")]
    [InlineData("\"TrustedProxies\": [ \"proxy\" ]", "Balancer:TrustedProxies:0: \"proxy\", expected an address or a network")]
    [InlineData("\"AccessLog\": { \"Sample\": 2 }", "Balancer:AccessLog:Sample: \"2\", expected a number from 0 to 1")]
    [InlineData("\"Trace\": { \"Otlp\": \"ftp://x\" }", "Balancer:Trace:Otlp: \"ftp://x/\", expected an address")]
    [InlineData("\"Otlp\": \"collector\"", "Balancer:Otlp: \"collector\", expected the address of a collector")]
    [InlineData("\"AdminTlsCert\": \"a.pem\"", "Balancer:AdminTlsCert: needs Balancer:AdminTlsKey too")]
    [InlineData("\"AdminClientCa\": \"ca.pem\"", "Balancer:AdminClientCa: needs Balancer:AdminTlsCert too")]
    [InlineData("\"AdminReadOpen\": \"maybe\"", "Balancer:AdminReadOpen: \"maybe\", expected yes or no")]
    [InlineData("\"AdminReadOpen\": false", "Balancer:AdminReadOpen: with no, reading needs a token of Balancer:AdminTokenFile")]
    [InlineData("\"AdminRate\": -1", "Balancer:AdminRate: \"-1\", expected a number from 0")]
    [InlineData("\"AdminHosts\": [ \"a:80\" ]", "Balancer:AdminHosts: \"a:80\", expected a host name")]
    [InlineData("\"RegionBalancers\": 0", "Balancer:RegionBalancers: \"0\", expected a whole number from 1 to 64")]
    public async Task What_is_wrong_is_named(string balancer, string error)
    {
        (Settings? settings, IReadOnlyList<string> errors) = await ReadAsync(balancer);
        Assert.Null(settings);
        Assert.Contains(errors, line => line.StartsWith(error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_rate_limiter_policy_of_YARPs_is_refused_with_what_to_write_instead()
    {
        (_, IReadOnlyList<string> errors) = await ReadAsync("", "\"RateLimiterPolicy\": \"fixed\", ");
        Assert.Contains("ReverseProxy:Routes:web:RateLimiterPolicy: no policy \"fixed\", expected limits in Balancer:Routes:web:Edge:RateLimits", errors);
    }

    private static async Task<(Settings? Settings, IReadOnlyList<string> Errors)> ReadAsync(string balancer, string route = "")
    {
        string json = $$"""
            {
              "ReverseProxy": {
                "Routes": { "web": { {{route}}"ClusterId": "web", "Match": { "Path": "{**path}" } } },
                "Clusters": { "web": { "Destinations": { "one": { "Address": "http://192.0.2.1/" } } } }
              },
              "Balancer": { {{balancer}} }
            }
            """;
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        return await SettingsReader.ReadAsync(new ConfigurationBuilder().AddJsonStream(stream).Build());
    }
}
