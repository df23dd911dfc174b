using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using GslbServer.Tests.Admin;
using GslbServer.Tests.Cli;

namespace GslbServer.Tests.Planning;

/// <summary><c>gslb simulate --server</c>: with what a running node has measured.</summary>
public sealed class PlanningWithNodeTests : IAsyncLifetime
{
    private readonly AdminNode _node = new();
    private readonly CommandRun _run = new();

    public Task InitializeAsync() => _node.StartAsync(withTokens: false, with: options => options with { Latency = options.Latency with { Epoch = TimeSpan.FromSeconds(1) } });

    public Task DisposeAsync()
    {
        _run.Dispose();
        return _node.DisposeAsync();
    }

    [Fact]
    public async Task Clients_go_where_the_nodes_round_trips_send_them()
    {
        _run.WriteFile("zones/example.org.zone", AdminNode.Zone.Replace("failover eu-west us-east", "latency us-east eu-west", StringComparison.Ordinal));
        string clients = _run.WriteFile("clients.csv", "network,weight\n198.51.100.0/24,1\n");
        string csv = "client,region,ms\n198.51.100.0/24,eu-west,12\n198.51.100.0/24,us-east,90\n";
        Assert.Equal(HttpStatusCode.OK, (await _node.SendAsync(HttpMethod.Post, "/api/v1/latency/import", new JsonObject { ["csv"] = csv }.ToJsonString())).Status);

        Assert.Equal(("us-east", ""), await FirstAsync(clients));
        (string Region, string Node) planned = default;
        for (int i = 0; i < 300 && planned.Region != "eu-west"; i++)
        {
            await Task.Delay(100);
            planned = await FirstAsync(clients, "--server", _node.Url.ToString());
        }

        Assert.Equal(("eu-west", $"{_node.Url.AbsoluteUri.TrimEnd('/')}: 1 measured prefix, no region has a price"), planned);
    }

    [Fact]
    public async Task What_does_not_go_together_and_what_cannot_be_reached_is_said()
    {
        Assert.Equal(1, await _run.RunAsync("simulate", "--server", _node.Url.ToString(), "--latency", "x.csv"));
        Assert.Contains("--server and --latency: one of them only", string.Join('\n', _run.Errors), StringComparison.Ordinal);
        using var run = new CommandRun();
        Assert.Equal(1, await run.RunAsync("simulate", "--server", "http://127.0.0.1:1"));
        Assert.StartsWith("gslb: cannot reach a node at http://127.0.0.1:1/", Assert.Single(run.Errors), StringComparison.Ordinal);
    }

    /// <summary>The region that gets most, and what the plan says of the node.</summary>
    private async Task<(string Region, string Node)> FirstAsync(string clients, params string[] more)
    {
        using var run = new CommandRun();
        Assert.True(await run.RunAsync(["simulate", "www.example.org", "--zones", Path.Combine(_run.Host.WorkingDirectory, "zones"), "--population", clients, "--json", .. more]) == 0, string.Join('\n', run.Errors));
        JsonElement report = JsonDocument.Parse(run.Out).RootElement;
        JsonElement first = report.GetProperty("names")[0].GetProperty("regions").EnumerateArray().MaxBy(region => region.GetProperty("share").GetDouble());
        return (first.GetProperty("region").GetString()!, report.GetProperty("node").GetString() ?? "");
    }
}
