using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GslbServer.Scenarios.Harness;
using GslbServer.Scenarios.Transfers;

namespace GslbServer.Scenarios.Node;

/// <summary>An operator pushes a zone to one node and all three serve it: judged, with versions, a canary and a way back; and a node serves it after a restart without its Redis.</summary>
public sealed class ZonePushScenario : IDisposable
{
    private const string Api = "api/v1/zones/example.org";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_push_reaches_all_nodes_and_stays()
    {
        await using var world = new TransferWorld();
        world.WriteZone(TransferWorld.Zone("1"));
        await using RedisServer redis = await RedisServer.StartAsync();
        await using GslbNode one = await StartAsync(world, redis, "one"), two = await StartAsync(world, redis, "two"), three = await StartAsync(world, redis, "three");
        GslbNode[] all = [one, two, three];
        await Eventually.GetAsync(() => one.GetAsync("api/v1/status"), s => s["vantages"]!.AsArray().Count == 3);

        // To all, and all say so.
        string file = Write("host A 192.0.2.11");
        ToolResult pushed = await one.CommandAsync("zone", "push", file, "--message", "first", "--wait");
        Assert.True(pushed.ExitCode == 0 && pushed.Lines.Count(l => l.EndsWith("version 1")) == 4, pushed.Text);
        foreach (GslbNode node in all) await ServesAsync(node, "192.0.2.11");
        Assert.Contains("not served: zone example.org. was pushed", (await two.CommandAsync("status")).Text + two.Output);
        Assert.Equal("192.0.2.10", Assert.Single((await three.DigAsync("www.example.org A")).Data)); // steered as before

        // With an error nothing is pushed, and the error has its place in the operator's file.
        ToolResult bad = await one.CommandAsync("zone", "push", _folder.Write("bad/example.org.zone", TransferWorld.Zone("1", "oops STEER geo nowhere")));
        Assert.Equal(1, bad.ExitCode);
        Assert.Matches(@"bad/example\.org\.zone:\d+:\d+: ", bad.Text);
        Assert.DoesNotContain("candidate", bad.Text);

        // A canary tries the next one alone; then all have it; then none.
        Write("host A 192.0.2.12");
        ToolResult tried = await one.CommandAsync("zone", "push", file, "--canary", "two", "--wait");
        Assert.True(tried.ExitCode == 0, tried.Text);
        Assert.Contains("example.org. no client would move", tried.Text);
        string other = _folder.Write("other/example.org.zone", TransferWorld.Zone("1").Replace("geo us-east eu-west map=203.0.113.0/24:eu-west", "failover eu-west us-east"));
        Assert.Matches(@"would move clients \(internet users by country .*\):\s+www\.example\.org\. [0-9.]+ %: [0-9.]+ % from us-east\.example\.org\. to eu-west\.example\.org\.", (await one.CommandAsync("zone", "push", other, "--dry-run")).Text);
        await ServesAsync(two, "192.0.2.12");
        await ServesAsync(one, "192.0.2.11");
        Assert.Equal(0, (await three.CommandAsync("zone", "promote", "example.org", "--wait")).ExitCode);
        foreach (GslbNode node in all) await ServesAsync(node, "192.0.2.12");
        Assert.Contains("- host.example.org. 300 IN A 192.0.2.11", (await one.CommandAsync("zone", "diff", "example.org@1", "example.org")).Text);
        ToolResult back = await two.CommandAsync("zone", "rollback", "example.org", "--wait");
        Assert.True(back.ExitCode == 0, back.Text);
        foreach (GslbNode node in all) await ServesAsync(node, "192.0.2.11");
        ToolResult versions = await three.CommandAsync("zone", "versions", "example.org");
        Assert.Contains("rollback to version 1", versions.Text);
        // Nobody thought of serials, and those who compare them noticed all the same; all nodes have one.
        string serial = (await one.DigAsync("example.org SOA")).Data[0].Split(' ')[2];
        Assert.True(uint.Parse(serial) > 1, serial);
        await Eventually.GetAsync(async () => (await two.DigAsync("example.org SOA")).Data[0].Split(' ')[2] == (await three.DigAsync("example.org SOA")).Data[0].Split(' ')[2], same => same);

        // What is judged by one node alone: a zone file of its own that the pushed zone does not go with.
        redis.Send(Signal.Kill);
        three.Send(Signal.Term);
        await three.WaitForExitAsync();
        await three.RestartAsync();
        await ServesAsync(three, "192.0.2.11");
        Assert.Equal("pushed", (await three.GetAsync(Api))["source"]!.GetValue<string>());

        // Whoever pushes while the store is away is told, and the others get it with the store.
        Write("host A 192.0.2.13");
        ToolResult away = await one.CommandAsync("zone", "push", file, "--wait");
        Assert.Equal(1, away.ExitCode);
        Assert.Matches("example.org. version [0-9]+\nwarning: store .* cannot be reached; it gets this when it returns", away.Text);
        await ServesAsync(one, "192.0.2.13");
        await ServesAsync(two, "192.0.2.11");
        await redis.RestartAsync();
        foreach (GslbNode node in all) await ServesAsync(node, "192.0.2.13");
        redis.Send(Signal.Stop);
        ToolResult hung = await one.CommandAsync("zone", "rollback", "example.org", "--json");
        Assert.Equal(0, hung.ExitCode);
        Assert.Single(JsonNode.Parse(hung.Text)!["unreached"]!.AsArray());
        redis.Send(Signal.Continue);
        foreach (GslbNode node in all) await ServesAsync(node, "192.0.2.11");

        // Without a push the file counts again.
        Assert.Equal(0, (await one.CommandAsync("zone", "unpush", "example.org")).ExitCode);
        foreach (GslbNode node in all) await ServesAsync(node, "192.0.2.1");
    }

    [Fact]
    public async Task A_program_puts_RRsets_and_changes_nothing_that_it_has_not_seen()
    {
        await using var world = new TransferWorld();
        world.WriteZone(TransferWorld.Zone("1"));
        await using GslbNode node = await GslbNode.StartAsync(world.Zones, world.State("one"));
        using HttpResponseMessage got = await node.Http.GetAsync(Api);
        string etag = got.Headers.ETag!.Tag;
        JsonNode zone = (await got.Content.ReadFromJsonAsync<JsonNode>())!;
        JsonArray rrsets = zone["rrsets"]!.AsArray();
        Assert.Equal("SOA", rrsets[0]!["type"]!.GetValue<string>());

        // As octoDNS and Terraform do: all RRsets but the SOA, with the tag of what was read.
        rrsets.RemoveAt(0);
        rrsets.Add(new JsonObject { ["name"] = "new", ["type"] = "TXT", ["ttl"] = 60, ["records"] = new JsonArray("\"a b\"") });
        (HttpStatusCode status, JsonNode body) = await PutAsync(node, new JsonObject { ["rrsets"] = rrsets.DeepClone(), ["message"] = "plan 7" }, etag);
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal("\"a b\"", Assert.Single((await node.DigAsync("new.example.org TXT")).Data));
        Assert.Equal("192.0.2.10", Assert.Single((await node.DigAsync("www.example.org A")).Data));

        // The same again is no change; the old tag is out of date.
        Assert.Equal(HttpStatusCode.OK, (await PutAsync(node, new JsonObject { ["rrsets"] = rrsets.DeepClone() }, body["etag"]!.GetValue<string>())).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await PutAsync(node, new JsonObject { ["rrsets"] = rrsets.DeepClone() }, etag)).Status);
        Assert.Single((await node.GetAsync(Api + "/versions")).AsArray());

        (status, body) = await PutAsync(node, new JsonObject { ["text"] = "@ SOA ns x 1 2 3 4 5\n@ NS ns\nns A 192.0.2.999\n" }, null);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains(body["errors"]!.AsArray(), e => e!.GetValue<string>().StartsWith("example.org.zone:3:6: ", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PutAsync(node, new JsonObject { ["text"] = "$INCLUDE /etc/passwd\n" }, null)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PutAsync(node, new JsonObject(), null)).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PutAsync(node, new JsonObject { ["text"] = "x", ["canary"] = "nobody" }, null)).Status);

        // A zone that has no file, and goes again.
        using var content = JsonContent.Create(new JsonObject { ["text"] = "@ 60 SOA ns.example.org. x 1 3600 600 86400 60\n@ 60 NS ns.example.org.\nw 60 A 192.0.2.5\n" });
        Assert.Equal(HttpStatusCode.Created, (await node.Http.PutAsync("api/v1/zones/example.net", content)).StatusCode);
        Assert.Equal("192.0.2.5", Assert.Single((await node.DigAsync("w.example.net A")).Data));
        Assert.Equal(HttpStatusCode.OK, (await node.Http.DeleteAsync("api/v1/zones/example.net")).StatusCode);
        Assert.Equal("REFUSED", (await node.DigAsync("w.example.net A")).Status);
    }

    /// <summary>Every command of the page that tells programs how to do it, with what it says that comes of it.</summary>
    [Fact]
    public async Task The_commands_of_the_README_do_what_it_says()
    {
        File.Copy(RepositoryFile("zones/gslb.example.zone"), Path.Combine(Directory.CreateDirectory(_folder.File("zones")).FullName, "gslb.example.zone"));
        await using GslbNode node = await GslbNode.StartAsync(_folder.File("zones"), _folder.File("state"));
        string[] lines = [.. File.ReadAllText(RepositoryFile("src/GslbServer/Push/README.md")).Split("## For programs")[1].Split("```")[1].Split('\n').Where(l => l.Length > 0)];
        string output = "", command = "";
        foreach (string line in lines)
        {
            if (line.StartsWith("$ ", StringComparison.Ordinal))
            {
                command = line[2..].Replace("http://127.0.0.1:8053/", node.Admin.ToString()).Replace("plan.json", _folder.File("plan.json"));
                output = (await Tool.RunAsync("bash", "-c", command)).Text;
                continue;
            }

            Assert.True(output.Contains(line, StringComparison.Ordinal), $"{command}\n{output}");
        }
    }

    private static string RepositoryFile(string path)
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "test.sh"))) folder = Path.GetDirectoryName(folder)!;
        return Path.Combine(folder, path);
    }

    private string Write(string more) => _folder.Write("example.org.zone", TransferWorld.Zone("1", more).Replace("host     A       192.0.2.1\n", ""));

    private static Task<GslbNode> StartAsync(TransferWorld world, RedisServer redis, string name) => GslbNode.StartAsync(world.Zones, world.State(name), name, ["--redis", redis.Configuration]);

    private static Task ServesAsync(GslbNode node, string address) => Eventually.GetAsync(() => node.DigAsync("host.example.org A"), r => r.Data.Count == 1 && r.Data[0] == address);

    private static async Task<(HttpStatusCode Status, JsonNode Body)> PutAsync(GslbNode node, JsonObject body, string? etag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, Api) { Content = JsonContent.Create(body) };
        if (etag is not null) request.Headers.TryAddWithoutValidation("If-Match", etag);
        using HttpResponseMessage answer = await node.Http.SendAsync(request);
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonNode>())!);
    }
}
