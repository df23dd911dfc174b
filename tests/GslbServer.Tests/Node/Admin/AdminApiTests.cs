using System.Net;
using System.Text.Json.Nodes;

namespace GslbServer.Tests.Admin;

/// <summary>The routes of the admin API, over HTTP.</summary>
public sealed class AdminApiTests(AdminNode node) : IClassFixture<AdminNode>
{
    [Fact]
    public async Task Healthz_and_readyz_answer_200()
    {
        Assert.Equal(HttpStatusCode.OK, (await node.GetAsync("/healthz")).Status);
        Assert.Equal(HttpStatusCode.OK, (await node.GetAsync("/readyz")).Status);
    }

    [Fact]
    public async Task Status_has_what_scripts_read()
    {
        JsonNode status = (await node.GetAsync("/api/v1/status")).Body!;
        Assert.True((bool)status["healthy"]!);
        Assert.True((bool)status["ready"]!);
        Assert.Equal("node-1", (string)status["node"]!["name"]!);
        Assert.Equal("fresh", (string)status["mode"]!);
        Assert.Equal(["eu-west", "us-east"], status["regions"]!.AsArray().Select(r => (string)r!["label"]!).Order());
        JsonNode www = status["names"]!.AsArray().Single(n => (string)n!["owner"]! == "www.example.org.")!;
        Assert.Equal("failover", (string)www["policy"]!);
        Assert.InRange((int)www["ttlNow"]!, 7, 30);
        Assert.Equal("example.org.", (string)status["zones"]![0]!["name"]!);
        Assert.Equal(7, (int)status["zones"]![0]!["serial"]!);
        Assert.Equal(16, ((string)status["hashes"]!["zones"]!).Length);
        Assert.Contains(status["warnings"]!.AsArray(), w => ((string)w!).StartsWith("1 vantage", StringComparison.Ordinal));
        Assert.True((bool)status["vantages"]![0]!["self"]!);
        Assert.Empty(status["stores"]!.AsArray());
    }

    [Fact]
    public async Task Explain_has_the_shape_of_the_interface()
    {
        (HttpStatusCode status, JsonNode? explanation) = await node.GetAsync("/api/v1/explain?name=www.example.org&type=A&client=198.51.100.77/24");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("www.example.org.", (string)explanation!["name"]!);
        Assert.Equal("A", (string)explanation["type"]!);
        Assert.Equal("""{"address":"198.51.100.0","prefixLength":24,"source":"ecs"}""", explanation["client"]!.ToJsonString());
        Assert.Equal(["country", "continent", "latitude", "longitude", "asn"], explanation["location"]!.AsObject().Select(p => p.Key));
        Assert.All(explanation["steps"]!.AsArray(), step => Assert.NotNull(step!["filter"]));
        Assert.Equal("198.51.100.10", (string)explanation["answer"]!["records"]![0]!);
        Assert.NotNull(explanation["answer"]!["ttl"]);
        Assert.NotNull(explanation["answer"]!["ttlReason"]);
        Assert.NotNull(explanation["answer"]!["scope"]);
    }

    [Fact]
    public async Task An_address_without_a_length_is_the_resolver()
    {
        JsonNode explanation = (await node.GetAsync("/api/v1/explain?name=www.example.org&client=198.51.100.77")).Body!;
        Assert.Equal("""{"address":"198.51.100.77","prefixLength":32,"source":"resolver"}""", explanation["client"]!.ToJsonString());
    }

    [Theory]
    [InlineData("10.1.2.0/24")]
    [InlineData("0.0.0.0/0")]
    [InlineData("127.5.0.0/16")]
    [InlineData("fd00::/48")]
    public async Task A_subnet_that_says_nothing_is_decided_by_the_address_that_asks(string subnet)
    {
        JsonNode explanation = (await node.GetAsync("/api/v1/explain?name=www.example.org&client=" + subnet)).Body!;
        Assert.Equal("""{"address":"127.0.0.1","prefixLength":32,"source":"resolver"}""", explanation["client"]!.ToJsonString());
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/metrics")]
    [InlineData("/api/v1/status")]
    [InlineData("/")]
    public async Task HEAD_is_GET_without_content(string path)
    {
        using HttpResponseMessage head = await node.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        Assert.NotNull(head.Content.Headers.ContentType);
    }

    [Theory]
    [InlineData("[]", "expected an object with some of state")]
    [InlineData("", "it is empty")]
    [InlineData("x", "line 1, octet 1: 'x'")]
    [InlineData("""{"state":"drain","reson":"x"}""", "$.reson: there is no such field; did you mean reason?")]
    [InlineData("""{"state":"drain","percent":"50"}""", "$.percent: expected a whole number")]
    [InlineData("""{"state":"drain","expiresAt":"tomorrow"}""", "$.expiresAt: expected a time such as")]
    [InlineData("""{"force":1}""", "$.force: expected true or false")]
    [InlineData("""{"state":"drain","state":"up"}""", "$.state: it stands there twice")]
    public async Task A_body_that_cannot_be_read_is_refused_in_the_words_of_JSON(string body, string expected)
    {
        (HttpStatusCode status, JsonNode? problem) = await node.SendAsync(HttpMethod.Put, "/api/v1/overrides/eu-west", body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(expected, (string)problem!["detail"]!);
        Assert.DoesNotContain("System.", (string)problem["detail"]!);
    }

    [Theory]
    [InlineData("""{"rrsets":[{"name":"x","type":"A","ttl":-300,"records":["192.0.2.1"]}]}""", "$.rrsets[0].ttl: expected a whole number from 0 to 4294967295")]
    [InlineData("""{"rrsets":[{"name":"x","type":"A","ttl":300,"records":[5]}]}""", "$.rrsets[0].records[0]: expected a text")]
    [InlineData("""{"rrsets":[{"name":"x","type":"A","tll":300,"records":[]}]}""", "$.rrsets[0].tll: there is no such field; did you mean ttl?")]
    [InlineData("""{"rrsets":"x"}""", "$.rrsets: expected a list")]
    public async Task A_field_within_a_field_is_named_with_what_was_expected_of_it(string body, string expected)
    {
        (HttpStatusCode status, JsonNode? problem) = await node.SendAsync(HttpMethod.Put, "/api/v1/zones/example.org", body);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(expected, (string)problem!["detail"]!);
    }

    [Theory]
    [InlineData("PUT", "/api/v1/zones/new.example?dryrn=true", "dryrn: there is no such parameter; expected dryRun")]
    [InlineData("PUT", "/api/v1/zones/new.example?dryRun=perhaps", "dryRun: \"perhaps\"; expected true or false")]
    [InlineData("PUT", "/api/v1/zones/new.example?dryRun=true&dryRun=false", "dryRun: it stands there twice")]
    [InlineData("DELETE", "/api/v1/zones/example.org?dryRun=true", "dryRun: there is no such parameter; expected none")]
    [InlineData("POST", "/api/v1/reload?x=1", "x: there is no such parameter; expected none")]
    public async Task A_change_with_a_parameter_that_its_route_does_not_know_is_not_made(string method, string path, string expected)
    {
        (HttpStatusCode status, JsonNode? problem) = await node.SendAsync(new HttpMethod(method), path, """{ "text": "@ 300 SOA ns h 1 3600 600 86400 30\n NS ns\nns A 192.0.2.1\n" }""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal($"{expected}. Nothing was changed.", (string)problem!["detail"]!);
        Assert.Equal(HttpStatusCode.NotFound, (await node.GetAsync("/api/v1/zones/new.example")).Status);
    }

    [Fact]
    public async Task A_zone_is_judged_and_not_pushed_with_dryRun_behind_the_question_mark_too()
    {
        (HttpStatusCode status, JsonNode? tried) = await node.SendAsync(HttpMethod.Put, "/api/v1/zones/new.example?dryRun=true", """{ "text": "@ 300 SOA ns h 1 3600 600 86400 30\n NS ns\nns A 192.0.2.1\n" }""");
        Assert.Equal((HttpStatusCode.OK, null), (status, tried!["version"]));
        Assert.Equal(HttpStatusCode.NotFound, (await node.GetAsync("/api/v1/zones/new.example")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await node.SendAsync(HttpMethod.Put, "/api/v1/zones/new.example?dryRun=true", """{ "text": "@ 300 SOA" }""")).Status);
    }

    [Theory]
    [InlineData("PUT", "/api/v1/overrides/eu-west")]
    [InlineData("POST", "/api/v1/drills")]
    [InlineData("POST", "/api/v1/zones/example.org/rollback")]
    public async Task A_body_that_is_too_long_is_a_problem_of_who_sent_it_and_no_entry_of_the_audit_trail(string method, string path)
    {
        (HttpStatusCode status, _) = await node.SendAsync(new HttpMethod(method), path, $$"""{ "reason": "{{new string('x', 70_000)}}" }""");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        JsonNode entries = (await node.GetAsync("/api/v1/audit")).Body!["entries"]!;
        Assert.DoesNotContain(entries.AsArray(), entry => ((string?)entry!["subject"])?.StartsWith($"{method} {path}", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task A_drill_of_no_region_lacks_something_and_a_target_without_a_name_is_none()
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await node.SendAsync(HttpMethod.Post, "/api/v1/drills", "{}")).Status);
        (HttpStatusCode status, JsonNode? problem) = await node.SendAsync(HttpMethod.Delete, "/api/v1/overrides/");
        Assert.Equal((HttpStatusCode.NotFound, true), (status, ((string?)problem!["detail"])?.Length > 0));
        Assert.Equal(HttpStatusCode.BadRequest, (await node.GetAsync("/api/v1/audit?cursor=zzz")).Status);
    }

    [Fact]
    public async Task A_zone_that_is_not_here_is_told_with_those_that_are()
        => Assert.Equal("There is no zone nope.example. here; there are: example.org.", (string?)(await node.GetAsync("/api/v1/zones/nope.example")).Body!["detail"]);

    [Fact]
    public async Task An_alias_is_explained_by_what_it_leads_to()
    {
        JsonNode explanation = (await node.GetAsync("/api/v1/explain?name=docs.example.org&client=198.51.100.77")).Body!;
        Assert.Equal(("docs.example.org.", "www.example.org."), ((string)explanation["name"]!, (string)explanation["steeredBy"]!));
        Assert.Equal("198.51.100.10", (string)explanation["answer"]!["records"]![0]!);
    }

    [Theory]
    [InlineData("", 400, "name: missing")]
    [InlineData("?name=www.example.org", 400, "client: missing")]
    [InlineData("?name=www..org&client=192.0.2.1", 400, "name www..org:")]
    [InlineData("?name=www.example.org&client=192.0.2.1&type=MX", 400, "type MX:")]
    [InlineData("?name=www.example.org&client=192.0.2/24", 400, "client 192.0.2/24:")]
    [InlineData("?name=www.example.org&client=192.0.2.0/33", 400, "no prefix length")]
    [InlineData("?name=ww.example.org&client=192.0.2.1", 404, "did you mean www.example.org.?")]
    [InlineData("?name=www.example.net&client=192.0.2.1", 404, "is not a steered name")]
    public async Task Explain_rejects_bad_questions(string query, int expected, string message)
    {
        (HttpStatusCode status, JsonNode? problem) = await node.GetAsync("/api/v1/explain" + query);
        Assert.Equal(expected, (int)status);
        Assert.Contains(message, (string)problem!["detail"]!);
    }

    [Fact]
    public async Task Metrics_are_prometheus_text_with_names_of_ours()
    {
        using HttpResponseMessage response = await node.Http.GetAsync("/metrics");
        string text = await response.Content.ReadAsStringAsync();
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Contains("gslb_zone_serial{zone=\"example.org.\"} 7\n", text);
        Assert.Contains("gslb_ready 1\n", text);
        Assert.All(text.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.Matches(@"^(# (HELP|TYPE) [a-z_]+ .+|(gslb|process)_[a-z0-9_]+(\{([a-z]+=""[^""]*"",?)+\})? [0-9.E+-]+)$", line));
    }

    [Fact]
    public async Task The_document_lists_every_route()
    {
        JsonNode paths = (await node.GetAsync("/openapi/v1.json")).Body!["paths"]!;
        Assert.Equal(
        [
            "/api/v1/audit get", "/api/v1/drills get", "/api/v1/drills post", "/api/v1/drills/{id} get", "/api/v1/drills/{region} delete", "/api/v1/events get", "/api/v1/explain get", "/api/v1/latency get",
            "/api/v1/latency/export get", "/api/v1/latency/import post", "/api/v1/latency/map get", "/api/v1/live get", "/api/v1/nodes/{name} delete", "/api/v1/overrides get", "/api/v1/overrides/{target} delete", "/api/v1/overrides/{target} get",
            "/api/v1/overrides/{target} put", "/api/v1/reload post", "/api/v1/status get", "/api/v1/whoami get",
            "/api/v1/zones get", "/api/v1/zones/{zone} delete", "/api/v1/zones/{zone} get", "/api/v1/zones/{zone} put", "/api/v1/zones/{zone}/promote post", "/api/v1/zones/{zone}/rollback post",
            "/api/v1/zones/{zone}/versions get", "/api/v1/zones/{zone}/versions/{version} get", "/healthz get", "/metrics get", "/readyz get",
        ], paths.AsObject().SelectMany(p => p.Value!.AsObject().Select(m => $"{p.Key} {m.Key}")).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("GET", "/nosuch", 404)]
    [InlineData("POST", "/api/v1/status", 405)]
    [InlineData("GET", "/api/v1/reload", 405)]
    public async Task What_is_not_there_is_a_problem_too(string method, string path, int expected) =>
        Assert.Equal(expected, (int)(await node.SendAsync(new HttpMethod(method), path)).Status);

    [Fact]
    public async Task Events_tell_of_overrides_and_go_on_after_the_last_id()
    {
        await node.SendAsync(HttpMethod.Put, "/api/v1/overrides/www.example.org.@us-east", """{ "state": "drain", "reason": "event" }""");
        string first = await ReadEventAsync("override", null);
        Assert.Contains("\"subject\":\"www.example.org.@us-east\"", first);
        await node.SendAsync(HttpMethod.Delete, "/api/v1/overrides/www.example.org.@us-east");
        string id = first.Split('\n').Single(l => l.StartsWith("id: ", StringComparison.Ordinal))[4..];
        Assert.Contains("\"to\":\"none\"", await ReadEventAsync("override", id));
    }

    private async Task<string> ReadEventAsync(string kind, string? lastId)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events");
        if (lastId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastId);
        }

        using HttpResponseMessage response = await node.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(limit.Token));
        string one = "";
        while (await reader.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.Length > 0)
            {
                one += line + "\n";
                continue;
            }

            if (one.StartsWith($"event: {kind}\n", StringComparison.Ordinal))
            {
                return one;
            }

            one = "";
        }

        throw new EndOfStreamException();
    }
}
