using System.Text.Json.Nodes;
using GslbServer.Scenarios.Harness;
using GslbServer.Scenarios.Node;

namespace GslbServer.Scenarios.Anycast;

/// <summary>One address at two nodes: who answers follows from what each node's own watch sees.</summary>
public sealed class AnycastScenario
{
    [Fact]
    public async Task Queries_move_when_a_node_is_de_preferred_and_when_one_dies()
    {
        await using AnycastNetwork network = await AnycastNetwork.StartAsync();
        // Both announce it; the router has chosen one.
        await Eventually.TrueAsync(async () => (await network.RoutesAsync()).Split("BGP.med: 100").Length == 3, () => $"not two routes:\n{network.A.Watch.Output}\n{network.B.Watch.Output}");
        await Eventually.TrueAsync(async () => await network.AskAsync() != "", () => "nobody answers");
        string first = await network.AskAsync(), second = first == "a" ? "b" : "a";

        network.Of(first).Deprefer();
        await network.AnswersAsync(second);
        // It may still be asked, and would be if it were alone.
        string routes = await network.RoutesAsync();
        Assert.Contains("BGP.as_path: 64512 64512 64512", routes);
        Assert.Contains("(65535,0)", routes);

        network.Of(second).Node.Send(Signal.Kill);
        await network.AnswersAsync(first);
        await network.Of(second).Watch.WaitForLineAsync("withdraw: ", from: 1);

        // The end of a watch withdraws: nobody would see whether the node answers.
        network.Of(first).Prefer();
        await network.Of(first).Watch.WaitForLineAsync("announce", from: 3);
        network.Of(first).Watch.Send(Signal.Term);
        Assert.Equal(0, await network.Of(first).Watch.WaitForExitAsync());
        await Eventually.TrueAsync(async () => !(await network.RoutesAsync()).Contains("BGP.med", StringComparison.Ordinal), () => "the address is still announced");
    }

    [Fact]
    public async Task A_look_says_what_routers_are_to_do_and_why()
    {
        using var folder = new TemporaryFolder();
        folder.Write("zones/example.org.zone", "$TTL 300\n@ SOA ns1 hostmaster 1 3600 600 86400 30\n  NS ns1\nns1 A 192.0.2.53\n");
        await using GslbNode node = await GslbNode.StartAsync(folder.File("zones"), folder.File("state"));
        string[] check = ["anycast", "check", "--server", $"{node.Admin}"], patient = [.. check, "--timeout", "10s"];

        ToolResult good = await Tool.RunAsync(BuiltProgram.Gslb, patient);
        Assert.Equal((0, "announce"), (good.ExitCode, good.Text));

        string file = folder.Write("maintenance", "");
        ToolResult poor = await Tool.RunAsync(BuiltProgram.Gslb, [.. patient, "--deprefer-file", file]);
        Assert.Equal((0, $"deprefer\n  {file} is there"), (poor.ExitCode, poor.Text));
        Assert.Equal(1, (await Tool.RunAsync(BuiltProgram.Gslb, [.. patient, "--deprefer-file", file, "--strict"])).ExitCode);

        // An admin port that says nothing takes no node away that answers.
        ToolResult deaf = await Tool.RunAsync(BuiltProgram.Gslb, "anycast", "check", "--server", $"http://127.0.0.1:{FreePort.Tcp()}", "--address", $"127.0.0.1:{node.Port}", "--timeout", "10s");
        Assert.Equal(0, deaf.ExitCode);
        Assert.StartsWith("deprefer\n  cannot reach a node at", deaf.Text);

        // One address that is silent is enough: clients may be led to it.
        ToolResult gone = await Tool.RunAsync(BuiltProgram.Gslb, [.. check, "--json", "--address", $"127.0.0.1:{node.Port}", "--address", $"127.0.0.1:{FreePort.UdpAndTcp()}"]);
        Assert.Equal(1, gone.ExitCode);
        JsonNode report = JsonNode.Parse(gone.Text)!;
        Assert.Equal("withdraw", (string?)report["state"]);
        Assert.Equal(["announce", "withdraw"], report["endpoints"]!.AsArray().Select(one => (string?)one!["state"]));
        Assert.Contains("no answer over UDP", (string?)report["reasons"]![0]);
    }

    [Fact]
    public async Task ExaBGP_hears_nothing_good_until_the_node_answers()
    {
        using var folder = new TemporaryFolder();
        folder.Write("zones/example.org.zone", "$TTL 300\n@ SOA ns1 hostmaster 1 3600 600 86400 30\n  NS ns1\nns1 A 192.0.2.53\n");
        await using GslbNode node = await GslbNode.StartAsync(folder.File("zones"), folder.File("state"));
        await using RunningProgram watch = RunningProgram.Start(BuiltProgram.Gslb,
            ["anycast", "check", "--watch", "--server", $"{node.Admin}", "--route", "192.0.2.53/32", "--interval", "100ms", "--rise", "3", "--fall", "2"]);
        await watch.WaitForLineAsync("withdraw route 192.0.2.53/32 next-hop self");
        await watch.WaitForLineAsync("announce route 192.0.2.53/32 next-hop self med 100");
        int before = watch.Output.Count;
        Signal.Stop.SendTo(node.ProcessId);
        await watch.WaitForLineAsync("withdraw route 192.0.2.53/32 next-hop self", from: before);
        before = watch.Output.Count;
        Signal.Continue.SendTo(node.ProcessId);
        await watch.WaitForLineAsync("announce route 192.0.2.53/32 next-hop self med 100", from: before);
    }
}
