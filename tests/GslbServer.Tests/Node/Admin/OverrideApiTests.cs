using System.Net;
using System.Text.Json.Nodes;

namespace GslbServer.Tests.Admin;

public sealed class OverrideApiTests(AdminNode node) : IClassFixture<AdminNode>
{
    [Fact]
    public async Task A_drain_is_stored_shown_and_taken_back()
    {
        (HttpStatusCode status, JsonNode? stored) = await PutAsync("us-east", """{ "state": "drain", "reason": "rack move", "owner": "alice", "percent": 25, "ramp": "60s" }""");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(("us-east", "drain", 25, "alice", "1m"),
            ((string)stored!["target"]!, (string)stored["state"]!, (int)stored["percent"]!, (string)stored["owner"]!, (string)stored["ramp"]!));
        Assert.NotEmpty((string)stored["revision"]!);
        Assert.Empty(stored["unreached"]!.AsArray());
        Assert.True((bool)stored["onDisk"]!);

        Assert.Equal("rack move", (string)(await node.GetAsync("/api/v1/overrides/us-east")).Body!["reason"]!);
        Assert.Contains((await node.GetAsync("/api/v1/overrides")).Body!.AsArray(), o => (string)o!["target"]! == "us-east");

        (status, JsonNode? gone) = await node.SendAsync(HttpMethod.Delete, "/api/v1/overrides/us-east");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("none", (string)gone!["state"]!);
        Assert.Equal(HttpStatusCode.NotFound, (await node.GetAsync("/api/v1/overrides/us-east")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await node.SendAsync(HttpMethod.Delete, "/api/v1/overrides/us-east")).Status);
    }

    [Theory]
    [InlineData("us-east%2F192.0.2.10", "us-east/192.0.2.10")]
    [InlineData("us-east/192.0.2.10", "us-east/192.0.2.10")]
    [InlineData("US-EAST.example.org", "us-east.example.org.")]
    [InlineData("www.example.org.%40us-east", "www.example.org.@us-east")]
    public async Task Targets_have_one_canonical_spelling(string path, string canonical)
    {
        (HttpStatusCode status, JsonNode? stored) = await PutAsync(path, """{ "state": "drain", "reason": "x" }""");
        Assert.Equal((HttpStatusCode.OK, canonical), (status, (string)stored!["target"]!));
        await node.SendAsync(HttpMethod.Delete, "/api/v1/overrides/" + path);
    }

    [Fact]
    public async Task The_last_serving_target_is_taken_only_by_force()
    {
        (HttpStatusCode status, JsonNode? problem) = await PutAsync("eu-west", """{ "state": "drain", "reason": "x" }""");
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("one.example.org.", (string)Assert.Single(problem!["names"]!.AsArray())!);
        Assert.Equal(HttpStatusCode.NotFound, (await node.GetAsync("/api/v1/overrides/eu-west")).Status);

        (status, JsonNode? stored) = await PutAsync("eu-west", """{ "state": "drain", "reason": "x", "force": true }""");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("one.example.org.", (string)stored!["warnings"]![0]!);
        Assert.True((bool)stored["forced"]!);
        await node.SendAsync(HttpMethod.Delete, "/api/v1/overrides/eu-west");
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_and_changes_nothing()
    {
        int entries = await EntriesAsync();
        (HttpStatusCode status, JsonNode? refused) = await PutAsync("eu-west?dryRun=true", """{ "state": "drain", "reason": "x" }""");
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("one.example.org.", (string)Assert.Single(refused!["names"]!.AsArray())!);
        (status, JsonNode? tried) = await PutAsync("eu-west?dryRun=true", """{ "state": "drain", "reason": "x", "force": true }""");
        Assert.Equal((HttpStatusCode.OK, true), (status, (bool)tried!["dryRun"]!));
        Assert.Contains("one.example.org.", (string)tried["warnings"]![0]!);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PutAsync("us-east?dryRun=true", """{ "state": "drain" }""")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PutAsync("us-east?dryRun=perhaps", """{ "state": "drain", "reason": "x" }""")).Status);

        Assert.Equal(HttpStatusCode.NotFound, (await node.GetAsync("/api/v1/overrides/eu-west")).Status);
        Assert.Equal(entries, await EntriesAsync());

        async Task<int> EntriesAsync() => (await node.GetAsync("/api/v1/audit?limit=1000")).Body!["entries"]!.AsArray().Count;
    }

    [Theory]
    [InlineData("""{ "state": "drain" }""", 422, "reason: missing")]
    [InlineData("""{ "state": "down", "reason": " " }""", 422, "reason: missing")]
    [InlineData("""{ "reason": "x" }""", 422, "state: missing")]
    [InlineData("""{ "state": "Drain", "reason": "x" }""", 422, "state: \"Drain\"")]
    [InlineData("""{ "state": "none", "reason": "x" }""", 422, "state: \"none\"")]
    [InlineData("""{ "state": "drain", "reason": "x", "percent": 0 }""", 422, "percent: 0; expected 1 to 100")]
    [InlineData("""{ "state": "drain", "reason": "x", "percent": 101 }""", 422, "percent: 101")]
    [InlineData("""{ "state": "down", "reason": "x", "percent": 50 }""", 422, "only a drain can be partial")]
    [InlineData("""{ "state": "up", "ramp": "60s" }""", 422, "only a drain can be gradual")]
    [InlineData("""{ "state": "drain", "reason": "x", "ramp": "soon" }""", 422, "ramp: \"soon\"")]
    [InlineData("""{ "state": "drain", "reason": "x", "expiresAt": "2020-01-01T00:00:00Z" }""", 422, "expiresAt: 2020-01-01")]
    [InlineData("""{ "state": "drain", "reason": "x", "startsAt": "2020-01-01T00:00:00Z" }""", 422, "startsAt: 2020-01-01")]
    [InlineData("""{ "state": "drain", "reason": "x", "startsAt": "2100-01-02T00:00:00Z", "expiresAt": "2100-01-01T00:00:00Z" }""", 422, "after startsAt")]
    [InlineData("""{ "state": "drain", "reason": "x", "color": "red" }""", 400, "color")]
    [InlineData("""{ "state": "drain", "state": "down", "reason": "x" }""", 400, "state")]
    [InlineData("""{ "state": "drain", "reason": "x", "percent": "all" }""", 400, "$.percent")]
    [InlineData("""{ "state": """, 400, "cannot be read")]
    [InlineData("null", 400, "null")]
    [InlineData("[]", 400, "cannot be read")]
    [InlineData("", 400, "cannot be read")]
    public async Task Rejects_bad_bodies(string json, int expected, string message)
    {
        (HttpStatusCode status, JsonNode? problem) = await PutAsync("us-east", json);
        Assert.Equal(expected, (int)status);
        Assert.Contains(message, (string)problem!["detail"]!);
    }

    [Fact]
    public async Task All_that_is_wrong_is_said_at_once() =>
        Assert.Equal(3, (await PutAsync("us-east", """{ "state": "drain", "percent": 0, "ramp": "x" }""")).Body!["errors"]!.AsArray().Count);

    [Theory]
    [InlineData("nowhere", "region \"nowhere\" is not defined")]
    [InlineData("www.example.org.", "is a steered name")]
    [InlineData("www.example.org.@ap-south", "no target of www.example.org.")]
    [InlineData("us-east/192.0.2.99", "has no address 192.0.2.99")]
    public async Task Rejects_targets_that_are_none(string target, string message)
    {
        (HttpStatusCode status, JsonNode? problem) = await PutAsync(Uri.EscapeDataString(target), """{ "state": "drain", "reason": "x" }""");
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains(message, (string)problem!["detail"]!);
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_refused()
    {
        string reason = new('x', 70_000);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PutAsync("us-east", $$"""{ "state": "drain", "reason": "{{reason}}" }""")).Status);
    }

    private Task<(HttpStatusCode Status, JsonNode? Body)> PutAsync(string target, string json) => node.SendAsync(HttpMethod.Put, "/api/v1/overrides/" + target, json);
}
