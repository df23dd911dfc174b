using GslbServer.Scenarios.Harness;
using GslbServer.Scenarios.Node;
using GslbServer.Tests.Repository;

namespace GslbServer.Scenarios.Transfers;

/// <summary>nsupdate changes static records at any node: all nodes serve them, signed, and BIND follows; neither a restart nor a lost Redis nor a new zone file takes them away.</summary>
public sealed class DynamicUpdateScenario : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _tsig;

    public DynamicUpdateScenario()
    {
        string Key(string name) => $"key \"{name}\" {{ algorithm hmac-sha256; secret \"{TransferWorld.Secret}\"; }};\n";
        _tsig = _folder.Write("tsig", Key("acme") + Key("dns") + Key("xfer"));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_tsig, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Updates_reach_all_nodes_and_secondaries_and_stay()
    {
        await using var world = new TransferWorld();
        world.WriteZone(TransferWorld.Zone("1"));
        await Tool.RunAsync(BuiltProgram.Gslb, "keys", "create", "example.org", "--keys", _folder.File("keys"));
        await using RedisServer redis = await RedisServer.StartAsync();
        int primary = FreePort.UdpAndTcp();
        await using DnsPeer named = await DnsPeer.StartNamedAsync($$"""
            {{TransferWorld.KeyText}}
            zone "example.org" { type secondary; file "zone"; masterfile-format text; primaries { 127.0.0.1 port {{primary}} key xfer; }; allow-notify { key xfer; }; };
            """);
        await using GslbNode one = await StartAsync(world, redis, "one", "--listen", $"127.0.0.1:{primary}", "--notify", $"127.0.0.1:{named.Port},key:xfer"), two = await StartAsync(world, redis, "two");

        // A key that may write challenges and nothing else; where it came to is served before nsupdate has ended.
        Assert.Equal("", await UpdateAsync(one, "acme", "update add _acme-challenge.host.example.org. 60 TXT token"));
        Assert.Equal("\"token\"", Assert.Single((await one.DigAsync("_acme-challenge.host.example.org TXT")).Data));
        await Eventually.GetAsync(() => two.DigAsync("_acme-challenge.host.example.org TXT +dnssec"), r => r.Answer.Any(line => line.Contains("RRSIG")));
        Assert.Contains("REFUSED", await UpdateAsync(one, "acme", "update add host.example.org. 60 A 192.0.2.7"));
        Assert.Contains("REFUSED", await UpdateAsync(one, "xfer", "update delete host.example.org. A"));
        Assert.Contains("REFUSED", await UpdateAsync(one, "dns", "update delete us-east.example.org. A"));
        Assert.Contains("NOTZONE", await UpdateAsync(one, "dns", "update add host.example.net. 60 A 192.0.2.7"));

        // At the other node, with what must hold; all of it or nothing.
        Assert.Contains("YXRRSET", await UpdateAsync(two, "dns", "prereq nxrrset host.example.org. A", "update add host.example.org. 60 A 192.0.2.7"));
        Assert.Contains("NXDOMAIN", await UpdateAsync(two, "dns", "prereq yxdomain nowhere.example.org.", "update delete host.example.org."));
        Assert.Equal("", await UpdateAsync(two, "dns", "prereq yxrrset host.example.org. IN A 192.0.2.1", "update delete host.example.org. A", "update add host.example.org. 60 A 192.0.2.7", "update add more.example.org. 60 AAAA 2001:db8::7"));
        await Eventually.GetAsync(() => one.DigAsync("host.example.org A"), r => r.Data is ["192.0.2.7"]);
        await Eventually.GetAsync(() => Dig.AskAsync(named.Port, "more.example.org AAAA"), r => r.Answer.Count == 1);
        Assert.Equal(await SerialAsync(one), await SerialAsync(two));

        Assert.Equal([("NOERROR", 1), ("NOTZONE", 1), ("REFUSED", 3)], await CountsAsync(one));
        Assert.Equal([("NOERROR", 1), ("NXDOMAIN", 1), ("YXRRSET", 1)], await CountsAsync(two));

        // The operator's file changes, without a look at what updates have raised the serial to.
        world.WriteZone(TransferWorld.Zone("2", "new A 192.0.2.8"));
        foreach (GslbNode node in (GslbNode[])[one, two])
        {
            await Eventually.GetAsync(() => node.DigAsync("new.example.org A"), r => r.Answer.Count == 1);
            Assert.Equal("192.0.2.7", Assert.Single((await node.DigAsync("host.example.org A")).Data));
        }

        await Eventually.TrueAsync(async () => await SerialAsync(one) == await SerialAsync(two) && await SerialAsync(one) > 3, () => "the serials differ");

        // Redis is away: what is known stays over a restart, and what is new goes round when it is back.
        redis.Send(Signal.Kill);
        two.Send(Signal.Term);
        await two.WaitForExitAsync();
        Assert.Equal("", await UpdateAsync(one, "acme", "update delete _acme-challenge.host.example.org. TXT", "update add _acme-challenge.new.example.org. 60 TXT later"));
        await two.RestartAsync();
        Assert.Equal("\"token\"", Assert.Single((await two.DigAsync("_acme-challenge.host.example.org TXT")).Data));
        Assert.Equal("2001:db8::7", Assert.Single((await two.DigAsync("more.example.org AAAA")).Data));
        await redis.RestartAsync();
        await Eventually.GetAsync(() => two.DigAsync("_acme-challenge.new.example.org TXT"), r => r.Data is ["\"later\""]);
        Assert.Equal("NXDOMAIN", (await two.DigAsync("_acme-challenge.host.example.org TXT")).Status);
        Assert.Equal(await SerialAsync(one), await SerialAsync(two));
        ToolResult audit = await two.CommandAsync("audit", "--since", "1h");
        Assert.Contains("key acme.", audit.Text);
    }

    private async Task<GslbNode> StartAsync(TransferWorld world, RedisServer redis, string name, params string[] more) => await GslbNode.StartAsync(world.Zones, world.State(name), name,
        ["--redis", redis.Configuration, "--keys", _folder.File("keys"), "--tsig-keys", _tsig, "--transfer-allow", "key:xfer", "--update-allow", "key:acme@_acme-challenge.*:TXT", "--update-allow", "key:dns", .. more]);

    /// <returns>What nsupdate says: nothing when it was taken.</returns>
    private async Task<string> UpdateAsync(GslbNode node, string key, params string[] lines)
    {
        string commands = _folder.Write($"update-{Guid.NewGuid():N}", string.Join('\n', [$"server 127.0.0.1 {node.Port}", "zone example.org.", .. lines, "send", ""]));
        return (await Tool.RunAsync("nsupdate", "-y", $"hmac-sha256:{key}:{TransferWorld.Secret}", commands)).Text.Trim();
    }

    /// <summary>By response code, of the zone.</summary>
    private static async Task<IEnumerable<(string Rcode, double Count)>> CountsAsync(GslbNode node) =>
        MetricsPage.Read(await node.Http.GetStringAsync("metrics")).Families["gslb_dns_updates_total"].Samples.Where(sample => sample.Labels["zone"] == "example.org.")
            .Select(sample => (sample.Labels["rcode"], sample.Value)).Order();

    private static async Task<uint> SerialAsync(GslbNode node) => uint.Parse((await node.DigAsync("example.org SOA")).Data[0].Split(' ')[2]);
}
