using GslbServer.Scenarios.Harness;
using GslbServer.Scenarios.Node;

namespace GslbServer.Scenarios.Transfers;

/// <summary>BIND, Knot and NSD as secondaries: they are told of each serial, fetch what changed, signed all the way, and serve the static fallback.</summary>
public sealed class StockSecondariesScenario
{
    private static readonly string Knot = $"""
        key:
          - id: xfer
            algorithm: hmac-sha256
            secret: {TransferWorld.Secret}
        """;

    [Fact]
    public async Task BIND_Knot_and_NSD_follow_each_serial_by_IXFR()
    {
        await using var world = new TransferWorld();
        world.WriteZone(TransferWorld.Zone("1"));
        int port = FreePort.UdpAndTcp();
        await using DnsPeer named = await DnsPeer.StartNamedAsync($$"""
            {{TransferWorld.KeyText}}
            zone "example.org" { type secondary; file "zone"; primaries { 127.0.0.1 port {{port}} key xfer; }; };
            """);
        await using DnsPeer knot = await DnsPeer.StartKnotAsync($"""
            {Knot}
            remote:
              - id: us
                address: 127.0.0.1@{port}
                key: xfer
            acl:
              - id: told
                address: 127.0.0.1
                key: xfer
                action: notify
            zone:
              - domain: example.org
                master: us
                acl: told
            """);
        await using DnsPeer nsd = await DnsPeer.StartNsdAsync($"""
            key:
                name: "xfer"
                algorithm: hmac-sha256
                secret: "{TransferWorld.Secret}"
            zone:
                name: "example.org"
                zonefile: "zone"
                allow-notify: 127.0.0.1 xfer
                request-xfr: 127.0.0.1@{port} xfer
                store-ixfr: yes
            """);
        DnsPeer[] peers = [named, knot, nsd];
        await using GslbNode node = await world.StartPrimaryAsync(
            ["--listen", $"127.0.0.1:{port}", "--transfer-allow", "key:xfer", "--transfer-steering", "no", .. peers.SelectMany(p => new[] { "--notify", $"127.0.0.1:{p.Port},key:xfer" })]);
        foreach (DnsPeer peer in peers)
        {
            await FollowsAsync(peer, "1");
            Assert.Equal("192.0.2.99", Assert.Single((await peer.DigAsync("www.example.org A")).Data)); // the static fallback
            Assert.Empty((await peer.DigAsync("www.example.org TYPE65303")).Answer);
        }

        world.WriteZone(TransferWorld.Zone("2", "added A 192.0.2.77"));
        foreach (DnsPeer peer in peers)
        {
            await FollowsAsync(peer, "2");
            Assert.Equal("192.0.2.77", Assert.Single((await peer.DigAsync("added.example.org A")).Data));
        }

        string metrics = await node.Http.GetStringAsync("metrics");
        Assert.Contains("gslb_transfers_out_total{kind=\"incremental\"} 3", metrics);
        Assert.All((await node.GetAsync("api/v1/status"))["notified"]!.AsArray(), n => Assert.True(n!["heard"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task Strangers_get_nothing_and_signed_queries_signed_answers()
    {
        await using var world = new TransferWorld();
        world.WriteZone(TransferWorld.Zone("1"));
        await using GslbNode node = await world.StartPrimaryAsync("--transfer-allow", "key:xfer");
        Assert.Contains("Transfer failed", (await Dig.AskAsync(node.Port, "example.org AXFR")).Text);
        Assert.Contains("Transfer failed", (await Dig.AskAsync(node.Port, $"example.net AXFR -y {TransferWorld.KeyOfDig}")).Text);
        Assert.Equal("NOTAUTH", (await Dig.AskAsync(node.Port, $"host.example.org A -y hmac-sha256:other:{TransferWorld.Secret}")).Status);

        DigReply signed = await Dig.AskAsync(node.Port, $"host.example.org A -y {TransferWorld.KeyOfDig}");
        Assert.Equal("192.0.2.1", Assert.Single(signed.Data));
        Assert.DoesNotContain("could not be validated", signed.Text);
        Assert.Contains("TSIG PSEUDOSECTION", signed.Text);

        ToolResult knot = await Tool.RunAsync("kdig", "@127.0.0.1", "-p", $"{node.Port}", "-y", TransferWorld.KeyOfDig, "example.org", "AXFR");
        Assert.Equal(0, knot.ExitCode);
        Assert.Contains("TYPE65303", knot.Text);
    }

    private static Task FollowsAsync(DnsPeer peer, string serial)
        => Eventually.GetAsync(() => peer.DigAsync("example.org SOA"), r => r.Answer.Count == 1 && r.Data[0].Split(' ')[2] == serial);
}
