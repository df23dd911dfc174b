using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Balancer;

/// <summary>What an operator asks of one balancer over its admin API.</summary>
public sealed class OrdersTests
{
    [Fact]
    public async Task A_drained_backend_gets_nothing_new_ends_what_it_has_and_comes_back()
    {
        await using Backend one = await Backend.StartAsync("one"), two = await Backend.StartAsync("two");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one, two]));
        await balancer.WaitForAdminAsync("/readyz", 200);
        Task<string>[] slow = [balancer.GetAsync("/slow/1500"), balancer.GetAsync("/slow/1500")];
        await Eventually.TrueAsync(async () => (await BackendAsync(balancer, "one"))["inFlight"]!.GetValue<int>() == 1, () => "not in flight");

        Assert.Equal(HttpStatusCode.OK, await SendAsync(balancer, HttpMethod.Post, "/api/v1/backends/web/one/drain"));
        Assert.Equal("drained", (string?)(await BackendAsync(balancer, "one"))["state"]);
        Assert.Equal(new Dictionary<string, int> { ["two"] = 10 }, await balancer.SpreadAsync(10));
        Assert.Equal(["one", "two"], (await Task.WhenAll(slow)).Order());

        // A reload is no pardon.
        balancer.Process.Send(Signal.Hangup);
        await Eventually.TrueAsync(async () => await balancer.MetricAsync("gslb_balancer_config_reloads_total{result=\"applied\"}") == 1, () => "not reloaded");
        Assert.Equal(new Dictionary<string, int> { ["two"] = 10 }, await balancer.SpreadAsync(10));

        Assert.Equal(HttpStatusCode.OK, await SendAsync(balancer, HttpMethod.Delete, "/api/v1/backends/web/one/drain"));
        Assert.Equal(2, (await balancer.SpreadAsync(10)).Count);
    }

    [Fact]
    public async Task A_drained_route_and_a_drained_balancer_turn_clients_away_and_take_them_again()
    {
        await using Backend one = await Backend.StartAsync("one");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one]));
        await balancer.WaitForAdminAsync("/readyz", 200);

        Assert.Equal(HttpStatusCode.OK, await SendAsync(balancer, HttpMethod.Post, "/api/v1/routes/web/drain"));
        using (HttpResponseMessage refused = await balancer.Client.GetAsync(balancer.Url("/")))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
        }

        Assert.Equal(200, (await balancer.AdminAsync("/healthz")).Status);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(balancer, HttpMethod.Delete, "/api/v1/routes/web/drain"));
        Assert.Equal("one", await balancer.GetAsync("/"));

        Assert.Equal(HttpStatusCode.OK, await SendAsync(balancer, HttpMethod.Post, "/api/v1/drain"));
        Assert.Equal(503, (await balancer.AdminAsync("/healthz")).Status);
        using (HttpResponseMessage last = await balancer.Client.GetAsync(balancer.Url("/"))) Assert.True(last.Headers.ConnectionClose);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(balancer, HttpMethod.Delete, "/api/v1/drain"));
        Assert.Equal(200, (await balancer.AdminAsync("/healthz")).Status);
    }

    [Fact]
    public async Task A_factor_on_a_weight_moves_traffic()
    {
        await using Backend one = await Backend.StartAsync("one"), two = await Backend.StartAsync("two");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one, two]).Replace("\"RoundRobin\"", "\"WeightedRoundRobin\""));
        await balancer.WaitForAdminAsync("/readyz", 200);

        Assert.Equal(HttpStatusCode.OK, await SendAsync(balancer, HttpMethod.Put, "/api/v1/backends/web/one/weight", JsonContent.Create(new { factor = 4 })));
        await Eventually.TrueAsync(async () => await balancer.SpreadAsync(10) is { Count: 2 } spread && spread["one"] == 8, () => "not 8 of 10");

        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(balancer, HttpMethod.Put, "/api/v1/backends/web/one/weight", JsonContent.Create(new { factor = -1 })));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(balancer, HttpMethod.Put, "/api/v1/backends/web/one/weight", JsonContent.Create(new { wait = 1 })));
        Assert.Equal(4, (await BackendAsync(balancer, "one"))["factor"]!.GetValue<double>());
    }

    [Fact]
    public async Task Strangers_change_nothing()
    {
        await using Backend one = await Backend.StartAsync("one");
        using var folder = new TemporaryFolder();
        folder.Write("tokens", "ops:secret\n");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one], balancer: $"\"DrainWait\": 0, \"AdminTokenFile\": \"{folder.File("tokens")}\""));

        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(balancer, HttpMethod.Post, "/api/v1/drain"));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(balancer, HttpMethod.Post, "/api/v1/drain", headers: ("Authorization", "Bearer wrong")));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(balancer, HttpMethod.Post, "/api/v1/drain", null, ("Authorization", "Bearer secret"), ("Origin", "http://evil.example")));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, await SendAsync(balancer, HttpMethod.Get, "/api/v1/backends", headers: ("Host", "evil.example")));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(balancer, HttpMethod.Get, "/metrics", headers: ("Host", "balancer-eu.monitoring.example")));
        Assert.Equal(HttpStatusCode.NotFound, await SendAsync(balancer, HttpMethod.Post, "/api/v1/backends/web/none/drain", headers: ("Authorization", "Bearer secret")));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(balancer, HttpMethod.Post, "/api/v1/drain", headers: ("Authorization", "Bearer secret")));
    }

    [Fact]
    public async Task Roles_HTTPS_and_client_certificates_are_as_on_a_node()
    {
        using var certificates = new TestCertificates();
        certificates.Write("server", "balancer", "admin.example");
        using X509Certificate2 rita = certificates.Write("rita", "rita"), olga = certificates.Write("olga", "olga"), eve = certificates.Write("eve", "eve");
        using var folder = new TemporaryFolder();
        folder.Write("tokens", "rita read cert:rita\nolga operate cert:olga\nscraper read a-token-of-this-test\n");
        await using Backend one = await Backend.StartAsync("one");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one], balancer: $$"""
            "DrainWait": 0, "AdminTokenFile": "{{folder.File("tokens")}}", "AdminTlsCert": "{{certificates.PathOf("server.pem")}}", "AdminTlsKey": "{{certificates.PathOf("server.key")}}",
            "AdminClientCa": "{{certificates.AuthorityPath}}", "AdminReadOpen": "no"
            """));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), await AskAsync(null));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Forbidden), await AskAsync(rita));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK), await AskAsync(olga));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), await AskAsync(eve));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Forbidden), await AskAsync(null, "a-token-of-this-test"));
        Assert.NotNull(balancer.Process.Output.Find("Asked by olga at 127.0.0.1: POST /api/v1/drain, answered 200"));

        // Replaced files are in force without a new start.
        certificates.Write("server", "balancer-2", "admin.example");
        await Eventually.TrueAsync(async () => (await SubjectAsync()).Contains("balancer-2", StringComparison.Ordinal), () => "the old certificate");

        // Health, metrics, an order.
        async Task<(HttpStatusCode, HttpStatusCode, HttpStatusCode)> AskAsync(X509Certificate2? certificate, string? token = null)
        {
            using HttpClient client = Client(certificate, _ => { });
            if (token is not null) client.DefaultRequestHeaders.Authorization = new("Bearer", token);
            using HttpResponseMessage health = await client.GetAsync("healthz"), metrics = await client.GetAsync("metrics"), order = await client.PostAsync("api/v1/drain", null);
            if (order.IsSuccessStatusCode) (await client.DeleteAsync("api/v1/drain")).Dispose();
            return (health.StatusCode, metrics.StatusCode, order.StatusCode);
        }

        async Task<string> SubjectAsync()
        {
            string subject = "";
            using HttpClient client = Client(null, seen => subject = seen);
            (await client.GetAsync("healthz")).Dispose();
            return subject;
        }

        HttpClient Client(X509Certificate2? certificate, Action<string> seen)
        {
            var handler = new SocketsHttpHandler();
            handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) =>
            {
                seen(shown!.Subject);
                return shown.Issuer == "CN=test authority";
            };
            if (certificate is not null) handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
            return new HttpClient(handler) { BaseAddress = new Uri($"https://127.0.0.1:{balancer.AdminPort}/") };
        }
    }

    private static async Task<HttpStatusCode> SendAsync(BalancerUnderTest balancer, HttpMethod method, string path, HttpContent? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, $"http://127.0.0.1:{balancer.AdminPort}{path}") { Content = body };
        foreach ((string name, string value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using HttpResponseMessage answer = await balancer.Client.SendAsync(request);
        return answer.StatusCode;
    }

    private static async Task<JsonNode> BackendAsync(BalancerUnderTest balancer, string name) =>
        JsonNode.Parse((await balancer.AdminAsync("/api/v1/backends")).Body)!["clusters"]![0]!["backends"]!.AsArray().Single(backend => (string?)backend!["backend"] == name)!;
}
