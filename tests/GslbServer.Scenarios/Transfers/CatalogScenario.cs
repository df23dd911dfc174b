using GslbServer.Scenarios.Harness;
using GslbServer.Scenarios.Node;

namespace GslbServer.Scenarios.Transfers;

/// <summary>A catalog at BIND (RFC 9432): its member zones come to this server and go again.</summary>
public sealed class CatalogScenario
{
    [Fact]
    public async Task Member_zones_come_and_go_with_the_catalog()
    {
        await using var world = new TransferWorld();
        int port = FreePort.UdpAndTcp();
        await using DnsPeer named = await DnsPeer.StartNamedAsync($$"""
            {{TransferWorld.KeyText}}
            zone "cat.invalid" { type primary; file "cat"; allow-transfer { key xfer; }; also-notify { 127.0.0.1 port {{port}} key xfer; }; };
            zone "example.org" { type primary; file "one"; allow-transfer { key xfer; }; };
            zone "example.net" { type primary; file "two"; allow-transfer { key xfer; }; };
            """, ("cat", Catalog(1, "a.zones PTR example.org.")), ("one", TransferWorld.Zone("1").Replace("REGION  39.04 -77.49", "TXT here").Replace("REGION  53.35 -6.26", "TXT here")
                .Replace("www   30 STEER   geo us-east eu-west map=203.0.113.0/24:eu-west", "www TXT here")), ("two", Member));
        await using GslbNode node = await GslbNode.StartAsync(world.NoZones, world.State("secondary"), "secondary",
            ["--tsig-keys", world.Keys, "--catalog", $"cat.invalid=127.0.0.1:{named.Port},key:xfer", "--listen", $"127.0.0.1:{port}"]);
        await Eventually.GetAsync(() => node.DigAsync("host.example.org A"), r => r.Answer.Count == 1);
        Assert.Equal("REFUSED", (await node.DigAsync("host.example.net A")).Status);
        Assert.Equal("REFUSED", (await node.DigAsync("version.cat.invalid TXT")).Status); // a catalog is nobody's business

        named.Folder.Write("cat", Catalog(2, "a.zones PTR example.org.\nb.zones PTR example.net."));
        named.Reload();
        await Eventually.GetAsync(() => node.DigAsync("host.example.net A"), r => r.Answer.Count == 1);

        // What is no catalog changes nothing.
        named.Folder.Write("cat", Catalog(3, "b.zones PTR example.net.", version: "1"));
        named.Reload();
        await Eventually.GetAsync(() => Task.FromResult(node.Output.Find("expected \"2\" alone") ?? ""), l => l.Length > 0);
        Assert.Single((await node.DigAsync("host.example.org A")).Answer);

        named.Folder.Write("cat", Catalog(4, "b.zones PTR example.net."));
        named.Reload();
        await Eventually.GetAsync(() => node.DigAsync("host.example.org A"), r => r.Status == "REFUSED");
        Assert.Single((await node.DigAsync("host.example.net A")).Answer);
        string status = (await node.CommandAsync("status")).Text;
        Assert.Contains("example.net. (of cat.invalid.)", status);
        Assert.Contains("cat.invalid. (catalog)", status);
    }

    private const string Member = "$ORIGIN example.net.\n$TTL 300\n@ SOA ns hostmaster 1 3600 1 604800 30\n@ NS ns\nns A 192.0.2.53\nhost A 192.0.2.2\n";

    private static string Catalog(int serial, string members, string version = "2")
        => $"$ORIGIN cat.invalid.\n$TTL 0\n@ SOA invalid. invalid. {serial} 3600 1 604800 0\n@ NS invalid.\nversion TXT \"{version}\"\n{members}\n";
}
