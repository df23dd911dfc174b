using GslbServer.Scenarios.Harness;
using GslbServer.Scenarios.Node;

namespace GslbServer.Scenarios.Transfers;

/// <summary>BIND is the hidden primary of a steered zone: it keeps REGION and STEER as types it does not know, and this server has the zone from it.</summary>
public sealed class HiddenPrimaryScenario
{
    [Fact]
    public async Task A_steered_zone_moves_to_BIND_and_lives_there()
    {
        await using var world = new TransferWorld();
        world.WriteZone(TransferWorld.Zone("1"));
        string generic;
        await using (GslbNode first = await world.StartPrimaryAsync("--transfer-allow", "key:xfer"))
        {
            generic = await TransferWorld.TransferAsync(first.Port);
        }

        Assert.Contains("TYPE65303", generic);
        int port = FreePort.UdpAndTcp();
        await using DnsPeer named = await DnsPeer.StartNamedAsync($$"""
            {{TransferWorld.KeyText}}
            zone "example.org" {
                type primary; file "zone"; ixfr-from-differences yes;
                allow-transfer { key xfer; }; also-notify { 127.0.0.1 port {{port}} key xfer; };
            };
            """, ("zone", generic));
        await using GslbNode node = await GslbNode.StartAsync(world.NoZones, world.State("secondary"), "secondary",
            ["--tsig-keys", world.Keys, "--secondary", $"example.org=127.0.0.1:{named.Port},key:xfer", "--listen", $"127.0.0.1:{port}", "--transfer-allow", "127.0.0.0/8"]);

        // Steered as from the file, and an explanation too.
        Assert.Equal("192.0.2.10", Assert.Single((await node.DigAsync("www.example.org A")).Data));
        Assert.Equal("198.51.100.10", Assert.Single((await node.DigAsync("www.example.org A +subnet=203.0.113.0/24")).Data));

        // A change: NOTIFY, IXFR, answers, all within moments.
        named.Folder.Write("zone", generic.Replace(" 1 3600 ", " 2 3600 ") + "added.example.org. 300 IN A 192.0.2.77\n");
        named.Reload();
        await Eventually.GetAsync(() => node.DigAsync("added.example.org A"), r => r.Answer.Count == 1);
        Assert.Contains("IXFR from", (await node.GetAsync("api/v1/status"))["secondaries"]![0]!["lastTransfer"]!.GetValue<string>());
        Assert.Equal("2", (await node.DigAsync("example.org SOA")).Data[0].Split(' ')[2]);

        // What it got by IXFR it can give on by IXFR.
        Assert.Contains("added.example.org.", await TransferWorld.TransferAsync(port, type: "IXFR=1"));

        // A zone that a zone file could not be either.
        string broken = generic.Replace(" 1 3600 ", " 3 3600 ") + "bad.example.org. 300 IN TYPE65303 \\# 25 0367656F146E6F77686572652E6578616D706C652E6F72672E\n";
        named.Folder.Write("zone", broken);
        named.Reload();
        await Eventually.GetAsync(() => Task.FromResult(node.Output.Find("In force stays serial 2") ?? ""), l => l.Length > 0);
        Assert.Equal("2", (await node.DigAsync("example.org SOA")).Data[0].Split(' ')[2]);
        ToolResult status = await Eventually.GetAsync(() => node.CommandAsync("status"), s => s.Text.Contains("serial 3 is refused"));
        string place = System.Text.RegularExpressions.Regex.Match(status.Text, @"(\S+\.refused):(\d+):").Groups is { Count: 3 } found ? $"{found[1]} {found[2]}" : "";
        Assert.Contains("bad.example.org.", File.ReadLines(place.Split(' ')[0]).ElementAt(int.Parse(place.Split(' ')[1]) - 1));
    }

    [Fact]
    public async Task Without_its_primary_a_zone_is_served_after_a_restart_and_until_it_expires()
    {
        await using var world = new TransferWorld();
        world.WriteZone(TransferWorld.Zone("1", expire: 20));
        await using GslbNode primary = await world.StartPrimaryAsync("--transfer-allow", "key:xfer");
        await using GslbNode secondary = await world.StartSecondaryAsync("--secondary", $"example.org=127.0.0.1:{primary.Port},key:xfer");
        Assert.Equal("192.0.2.1", Assert.Single((await secondary.DigAsync("host.example.org A")).Data));
        await Eventually.TrueAsync(() => File.Exists(Path.Combine(world.State("secondary"), "zones", "example.org.zone")), () => "the zone is not kept on disk");

        primary.Send(Signal.Stop);
        secondary.Send(Signal.Term);
        await secondary.WaitForExitAsync();
        await secondary.RestartAsync();
        Assert.Equal("192.0.2.1", Assert.Single((await secondary.DigAsync("host.example.org A")).Data));

        await Eventually.GetAsync(() => secondary.DigAsync("host.example.org A"), r => r.Status == "SERVFAIL");
        Assert.Equal("expired", (await secondary.GetAsync("api/v1/status"))["secondaries"]![0]!["state"]!.GetValue<string>());

        primary.Send(Signal.Continue);
        await Eventually.GetAsync(() => secondary.DigAsync("host.example.org A"), r => r.Status == "NOERROR");
    }
}
