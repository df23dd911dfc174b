using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace GslbServer.Scenarios.Balancer;

public sealed class ProxyingTests
{
    [Fact]
    public async Task Requests_spread_over_the_backends_and_are_counted()
    {
        await using Backend one = await Backend.StartAsync("one"), two = await Backend.StartAsync("two");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one, two]));
        await balancer.WaitForAdminAsync("/readyz", 200);

        Dictionary<string, int> answers = await balancer.SpreadAsync(20);

        Assert.Equal(10, answers["one"]);
        Assert.Equal(10, answers["two"]);
        Assert.Equal(10, await balancer.MetricAsync("gslb_balancer_requests_total{cluster=\"web\",destination=\"one\",code=\"2xx\"}"));
        Assert.Equal(1, await balancer.MetricAsync("gslb_balancer_destination_healthy{cluster=\"web\",destination=\"two\"}"));
        Assert.Equal(20, await balancer.MetricAsync("gslb_balancer_route_requests_total{route=\"web\",code=\"2xx\"}"));
        Assert.Equal(20, await balancer.MetricAsync("gslb_balancer_request_duration_seconds_count{cluster=\"web\"}"));
        Assert.Equal(10, await balancer.MetricAsync("gslb_balancer_destination_request_duration_seconds_bucket{cluster=\"web\",destination=\"two\",le=\"+Inf\"}"));
        Assert.InRange(await balancer.MetricAsync("gslb_balancer_route_request_duration_quantile_seconds{route=\"web\",quantile=\"0.99\"}"), 0.00001, 60);
        Assert.Equal(0, await balancer.MetricAsync("gslb_balancer_in_flight"));
    }

    [Fact]
    public async Task Weights_share_the_requests_out_evenly()
    {
        await using Backend one = await Backend.StartAsync("one"), two = await Backend.StartAsync("two");
        string settings = BalancerUnderTest.Settings([one, two]).Replace("RoundRobin", "WeightedRoundRobin")
            .Replace($"\"{one.Address}\" ", $"\"{one.Address}\", \"Metadata\": {{ \"Weight\": \"3\" }} ");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(settings);

        Dictionary<string, int> answers = await balancer.SpreadAsync(20);

        Assert.Equal(15, answers["one"]);
        Assert.Equal(5, answers["two"]);
    }

    [Fact]
    public async Task Backends_see_the_clients_host_and_who_forwarded_and_clients_see_no_server_header()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one]));
        using var request = new HttpRequestMessage(HttpMethod.Get, balancer.Url("/headers")) { Headers = { Host = "www.example.org" } };

        using HttpResponseMessage response = await balancer.Client.SendAsync(request);
        string[] seen = (await response.Content.ReadAsStringAsync()).Split('\n');

        Assert.Contains("Host: www.example.org", seen);
        Assert.Contains("X-Forwarded-For: 127.0.0.1", seen);
        Assert.Contains("X-Forwarded-Proto: http", seen);
        Assert.Contains("X-Forwarded-Host: www.example.org", seen);
        Assert.Single(response.Headers.Server); // the backend's own, passed on and not doubled
    }

    [Fact]
    public async Task A_hash_cookie_keeps_a_client_at_its_backend()
    {
        await using Backend one = await Backend.StartAsync("one"), two = await Backend.StartAsync("two");
        string affinity = BalancerUnderTest.Checked + """, "SessionAffinity": { "Enabled": true, "Policy": "HashCookie", "AffinityKeyName": "stick" }""";
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one, two], affinity));
        using var client = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() });

        string first = await client.GetStringAsync(balancer.Url("/"));

        for (int i = 0; i < 10; i++) Assert.Equal(first, await client.GetStringAsync(balancer.Url("/")));
        Assert.Equal(2, (await balancer.SpreadAsync(10)).Count);
    }

    [Fact]
    public async Task WebSockets_pass_both_ways()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one]));
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{balancer.Port}/echo"), default);

        await socket.SendAsync(Encoding.UTF8.GetBytes("hello"), WebSocketMessageType.Text, endOfMessage: true, default);
        byte[] buffer = new byte[64];
        WebSocketReceiveResult received = await socket.ReceiveAsync(buffer, default);

        Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, received.Count));
        Assert.Equal(1, await balancer.MetricAsync("gslb_balancer_requests_in_flight{cluster=\"web\",destination=\"one\"}"));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
    }

    [Fact]
    public async Task A_gRPC_shaped_call_passes_over_HTTP2_from_end_to_end_with_its_trailers()
    {
        await using Backend one = await Backend.StartAsync("one", HttpProtocols.Http2);
        string http2 = """
            "HttpRequest": { "Version": "2", "VersionPolicy": "RequestVersionExact" },
            """ + BalancerUnderTest.Checked;
        string settings = BalancerUnderTest.Settings([one], http2).Replace("\"Balancer\":", "\"Kestrel\": { \"EndpointDefaults\": { \"Protocols\": \"Http2\" } }, \"Balancer\":");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(settings);
        using var request = new HttpRequestMessage(HttpMethod.Post, balancer.Url("/stream"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(new byte[3000]) { Headers = { ContentType = new("application/grpc") } },
        };

        using HttpResponseMessage response = await balancer.Client.SendAsync(request);

        Assert.Equal(3000, (await response.Content.ReadAsByteArrayAsync()).Length);
        Assert.Equal("0", Assert.Single(response.TrailingHeaders.GetValues("grpc-status")));
        Assert.Equal("HTTP/2", Assert.Single(response.TrailingHeaders.GetValues("x-protocol")));
    }
}
