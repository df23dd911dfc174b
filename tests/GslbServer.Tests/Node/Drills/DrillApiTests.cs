using System.Net;
using System.Text.Json.Nodes;
using GslbServer.Tests.Admin;

namespace GslbServer.Tests.Drills;

/// <summary>A drill of a region that is checked, through the API.</summary>
public sealed class DrillApiTests : IAsyncLifetime
{
    private readonly AdminNode _node = new();

    public Task InitializeAsync() => _node.StartAsync(withTokens: false, with: options =>
    {
        string zone = AdminNode.Zone.Replace("www   30 STEER   failover eu-west us-east", "web      CHECK   tcp port=9 address=us-east:127.0.0.1 address=eu-west:127.0.0.1 every=60s\nwww   30 STEER   failover eu-west us-east check=web", StringComparison.Ordinal);
        File.WriteAllText(_node.ZoneFile, zone);
        return options;
    });

    public Task DisposeAsync() => _node.DisposeAsync();

    [Fact]
    public async Task A_dry_run_says_what_would_be_and_changes_nothing()
    {
        int entries = await EntriesAsync();
        (HttpStatusCode status, JsonNode? refused) = await StartAsync("?dryRun=true", """{ "region": "eu-west", "for": "10m" }""");
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("one.example.org.", (string)Assert.Single(refused!["names"]!.AsArray())!);
        (status, JsonNode? tried) = await StartAsync("?dryRun=true", """{ "region": "eu-west", "for": "10m", "force": true }""");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("one.example.org.", (string)tried!["warnings"]![0]!);
        Assert.Equal(HttpStatusCode.BadRequest, (await StartAsync("?dryRun=perhaps", """{ "region": "eu-west", "for": "10m" }""")).Status);

        Assert.Empty((await _node.GetAsync("/api/v1/drills")).Body!.AsArray());
        Assert.Equal(entries, await EntriesAsync());

        Assert.Equal(HttpStatusCode.OK, (await StartAsync("", """{ "region": "eu-west", "for": "10m", "force": true }""")).Status);
        Assert.Single((await _node.GetAsync("/api/v1/drills")).Body!.AsArray());
        Assert.Equal(HttpStatusCode.Conflict, (await StartAsync("?dryRun=true", """{ "region": "eu-west", "for": "10m", "force": true }""")).Status);
    }

    /// <summary>But for what the checks find meanwhile.</summary>
    private async Task<int> EntriesAsync() => (await _node.GetAsync("/api/v1/audit")).Body!["entries"]!.AsArray().Count(entry => (string)entry!["kind"]! is not "transition");

    private Task<(HttpStatusCode Status, JsonNode? Body)> StartAsync(string query, string json) => _node.SendAsync(HttpMethod.Post, "/api/v1/drills" + query, json);
}
