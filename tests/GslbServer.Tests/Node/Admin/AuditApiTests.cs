using System.Net;
using System.Text.Json.Nodes;
using GslbServer.Tests.Cli;

namespace GslbServer.Tests.Admin;

/// <summary>Who did what, asked over HTTP and on the command line.</summary>
public sealed class AuditApiTests(AdminNode node) : IClassFixture<AdminNode>
{
    [Fact]
    public async Task A_drain_its_refusal_and_its_end_are_told_with_who_when_whence_and_why()
    {
        await node.SendAsync(HttpMethod.Put, "/api/v1/overrides/us-east", """{ "state": "drain", "reason": "rack move", "owner": "alice", "percent": 25 }""", ("X-Gslb-User", "al"));
        await node.SendAsync(HttpMethod.Put, "/api/v1/overrides/eu-west", """{ "state": "down", "reason": "oops", "owner": "bob" }""");
        await node.SendAsync(HttpMethod.Delete, "/api/v1/overrides/us-east");
        JsonNode report = (await node.GetAsync("/api/v1/audit?kind=override&since=1h")).Body!;
        Assert.Empty(report["problems"]!.AsArray());
        JsonNode[] entries = [.. report["entries"]!.AsArray().Select(e => e!).Where(e => (string?)e["origin"] is not null)];
        Assert.Equal(["none -> drain 25 %, stored", "none -> down, refused: one.example.org. would lose the last serving target", "drain 25 % -> none, stored"],
            entries.Select(e => $"{e["from"]} -> {e["to"]}, {e["result"]}"));
        JsonNode first = entries[0];
        Assert.Equal(("alice", "127.0.0.1 (user al)", "rack move", "node-1"), ((string)first["who"]!, (string)first["origin"]!, (string)first["reason"]!, (string)first["node"]!));
        Assert.NotEmpty((string)first["revision"]!);

        string cursor = (string)report["cursor"]!;
        Assert.Empty((await node.GetAsync($"/api/v1/audit?cursor={cursor}")).Body!["entries"]!.AsArray());
        await node.SendAsync(HttpMethod.Post, "/api/v1/reload");
        JsonNode reload = Assert.Single((await node.GetAsync($"/api/v1/audit?cursor={cursor}")).Body!["entries"]!.AsArray())!;
        Assert.Equal(("reload", "127.0.0.1"), ((string)reload["kind"]!, (string)reload["origin"]!));
        Assert.Single((await node.GetAsync("/api/v1/audit?target=eu-west")).Body!["entries"]!.AsArray());
        Assert.Single((await node.GetAsync("/api/v1/audit?limit=1")).Body!["entries"]!.AsArray());

        using var run = new CommandRun();
        Assert.Equal(0, await run.RunAsync("audit", "--target", "us-east", "--server", node.Url.ToString()));
        Assert.Contains("us-east none -> drain 25 % by alice from 127.0.0.1 (user al): rack move [stored]", run.Out);
        using var json = new CommandRun();
        Assert.Equal(0, await json.RunAsync("audit", "--json", "--limit", "2", "--server", node.Url.ToString()));
        Assert.Equal(2, JsonNode.Parse(json.Out)!["entries"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("since=soon", "since: \"soon\"; expected a time")]
    [InlineData("kind=drain", "kind: \"drain\"; expected override, transition, reload, drill")]
    [InlineData("limit=0", "limit: \"0\"; expected 1 to 20000")]
    public async Task Says_what_is_wrong_with_a_question(string query, string expected)
    {
        (HttpStatusCode status, JsonNode? problem) = await node.GetAsync("/api/v1/audit?" + query);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith(expected, (string)problem!["detail"]!);
    }
}
