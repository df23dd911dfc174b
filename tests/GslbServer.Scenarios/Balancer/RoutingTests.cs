using System.Net;

namespace GslbServer.Scenarios.Balancer;

/// <summary>Where YARP's routes lead, as the documentation of this balancer promises.</summary>
public sealed class RoutingTests
{
    [Fact]
    public async Task Routes_match_by_host_path_method_header_and_query_and_may_rewrite()
    {
        await using Backend one = await Backend.StartAsync("one"), two = await Backend.StartAsync("two");
        string Route(string name, string match, string more = "") => $"\"{name}\": {{ \"ClusterId\": \"two\", \"Match\": {{ {match} }}{more} }}";
        string[] routes =
        [
            Route("host", "\"Hosts\": [ \"*.wild.example\" ], \"Path\": \"{**path}\""),
            Route("method", "\"Path\": \"/asked/m/{**path}\", \"Methods\": [ \"DELETE\" ]"),
            Route("header", "\"Path\": \"/asked/h/{**path}\", \"Headers\": [ { \"Name\": \"X-Canary\", \"Values\": [ \"yes\" ], \"Mode\": \"ExactHeader\" } ]"),
            Route("query", "\"Path\": \"/asked/q/{**path}\", \"QueryParameters\": [ { \"Name\": \"v\", \"Values\": [ \"2\" ] } ]"),
            Route("rewrite", "\"Path\": \"/old/{**rest}\"", ", \"Transforms\": [ { \"PathPattern\": \"/asked/new/{**rest}\" }, { \"QueryValueParameter\": \"from\", \"Set\": \"old\" } ]"),
        ];
        string settings = BalancerUnderTest.Settings([one], "\"Metadata\": {}")
            .Replace("\"Routes\": {", $"\"Routes\": {{ {string.Join(", ", routes)},", StringComparison.Ordinal)
            .Replace("\"Clusters\": {", $"\"Clusters\": {{ \"two\": {{ \"Destinations\": {{ \"two\": {{ \"Address\": \"{two.Address}\" }} }} }},", StringComparison.Ordinal);
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(settings);

        Assert.Equal("two GET a.b.wild.example /asked/x", await AskAsync(balancer, HttpMethod.Get, "/asked/x", "a.b.wild.example"));
        Assert.Equal("one GET wild.example /asked/x", await AskAsync(balancer, HttpMethod.Get, "/asked/x", "wild.example"));
        Assert.Equal("two DELETE x.example /asked/m/1", await AskAsync(balancer, HttpMethod.Delete, "/asked/m/1"));
        Assert.Equal("one GET x.example /asked/m/1", await AskAsync(balancer, HttpMethod.Get, "/asked/m/1"));
        Assert.Equal("two GET x.example /asked/h/1", await AskAsync(balancer, HttpMethod.Get, "/asked/h/1", canary: "yes"));
        Assert.Equal("one GET x.example /asked/h/1", await AskAsync(balancer, HttpMethod.Get, "/asked/h/1", canary: "no"));
        Assert.Equal("two GET x.example /asked/q/1?v=2", await AskAsync(balancer, HttpMethod.Get, "/asked/q/1?v=2"));
        Assert.Equal("one GET x.example /asked/q/1?v=1", await AskAsync(balancer, HttpMethod.Get, "/asked/q/1?v=1"));
        Assert.Equal("two GET x.example /asked/new/a/b?q=1&from=old", await AskAsync(balancer, HttpMethod.Get, "/old/a/b?q=1"));
    }

    [Fact]
    public async Task Server_sent_events_arrive_one_by_one_through_all_that_may_stand_around_an_answer()
    {
        await using Backend one = await Backend.StartAsync("one");
        using var folder = new Harness.TemporaryFolder();
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(BalancerUnderTest.Settings([one], "\"Metadata\": {}",
            $"\"DrainWait\": 0, \"AccessLog\": {{ \"Path\": \"{folder.File("log")}\" }}, \"Edge\": {{ \"Compress\": true, \"SecurityHeaders\": {{}}, \"RateLimits\": [ {{ \"Rate\": 100, \"Announce\": true }} ] }}"));
        using var request = new HttpRequestMessage(HttpMethod.Get, balancer.Url("/events")) { Headers = { { "Accept-Encoding", "gzip" } } };
        using HttpResponseMessage response = await balancer.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());

        // The backend sends the second only when the first has been read.
        Assert.Equal("data: 1", await lines.ReadLineAsync());
        Assert.Equal("", await lines.ReadLineAsync());
        one.NextEvent.Release();
        Assert.Equal("data: 2", await lines.ReadLineAsync());
        one.NextEvent.Release();
        Assert.Equal("", await lines.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60)) is var rest ? rest.Trim() : rest);
        Assert.Equal("\"address\";r=199", Assert.Single(response.Headers.GetValues("RateLimit")));
    }

    [Fact]
    public async Task Requests_that_are_too_long_end_at_the_balancer()
    {
        await using Backend one = await Backend.StartAsync("one");
        string settings = BalancerUnderTest.Settings([one], "\"Metadata\": {}")
            .Replace("\"Balancer\":", "\"Kestrel\": { \"Limits\": { \"MaxRequestBodySize\": 1000, \"MaxRequestHeadersTotalSize\": 2048 } }, \"Balancer\":", StringComparison.Ordinal)
            .Replace("\"Routes\": {", "\"Routes\": { \"long\": { \"ClusterId\": \"web\", \"Match\": { \"Path\": \"/asked/long\" }, \"MaxRequestBodySize\": 5000 },", StringComparison.Ordinal);
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(settings);

        Assert.Equal(200, await PostAsync("/asked/x", octets: 1000));
        Assert.Equal(413, await PostAsync("/asked/x", octets: 1001));
        Assert.Equal(200, await PostAsync("/asked/long", octets: 5000));
        Assert.Equal(413, await PostAsync("/asked/long", octets: 5001));
        Assert.Equal(431, await PostAsync("/asked/x", octets: 0, header: 3000));

        async Task<int> PostAsync(string path, int octets, int header = 1)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, balancer.Url(path)) { Content = new ByteArrayContent(new byte[octets]), Headers = { { "X-Long", new string('x', header) } } };
            using HttpResponseMessage response = await balancer.Client.SendAsync(request);
            return (int)response.StatusCode;
        }
    }

    private static async Task<string> AskAsync(BalancerUnderTest balancer, HttpMethod method, string path, string host = "x.example", string? canary = null)
    {
        using var request = new HttpRequestMessage(method, balancer.Url(path)) { Headers = { Host = host } };
        if (canary is not null) request.Headers.Add("X-Canary", canary);
        using HttpResponseMessage response = await balancer.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }
}
