using GslbServer.Scenarios.Harness;
using Xunit.Abstractions;

namespace GslbServer.Scenarios.Faults;

/// <summary>Paths that are cut, in both directions or in one, and paths that lose.</summary>
public sealed class NetworkFaults(FaultWorld world, ITestOutputHelper output) : FaultScenario(world, output)
{
    private PathHost[] Regions => [World.HostOf(FaultWorld.America), World.HostOf(FaultWorld.Europe), World.HostOf(FaultWorld.Asia)];

    private PathHost[] Stores => [.. World.Stores.Select(store => store.Host)];

    private PathHost[] Nodes => [.. World.Nodes.Select(node => node.Host)];

    [Fact]
    public Task A_node_is_cut_from_every_Redis() => WhileDrainedAsync("one node cut from every Redis", async run =>
    {
        Cut([One.Host], Stores, there: true, back: true);
        await StoresAsync(false, One);
        await FaultRun.StatusAsync(One, status => (string?)status["mode"] == "stale");
        await run.QueriesAsync(Lasting);
        Heal([One.Host], Stores);
        await StoresAsync(true);
    });

    [Fact]
    public Task A_node_hears_nothing_of_any_Redis() => WhileDrainedAsync("one node cut from every Redis, one way", async run =>
    {
        Cut(Stores, [One.Host], there: true, back: false);
        await StoresAsync(false, One);
        await run.QueriesAsync(Lasting);
        Heal([One.Host], Stores);
        await StoresAsync(true);
    });

    [Fact]
    public Task A_node_is_cut_from_every_endpoint() => HarmlessAsync("one node cut from every endpoint", run => BlindAsync(run, there: true, back: true));

    [Fact]
    public Task A_node_hears_nothing_of_any_endpoint() => HarmlessAsync("one node cut from every endpoint, one way", run => BlindAsync(run, there: false, back: true));

    [Fact]
    public Task A_region_is_cut_from_the_rest()
    {
        PathHost asia = World.HostOf(FaultWorld.Asia);
        return DeadlyAsync("a region cut from the rest", [FaultWorld.Asia], () => CutAsync([asia], [.. Nodes, .. Stores], true, true), () => HealAsync([asia], [.. Nodes, .. Stores]));
    }

    [Fact]
    public Task A_region_is_cut_from_the_rest_one_way()
    {
        PathHost asia = World.HostOf(FaultWorld.Asia);
        return DeadlyAsync("a region cut from the rest, one way", [FaultWorld.Asia], () => CutAsync([asia], [.. Nodes, .. Stores], true, false), () => HealAsync([asia], [.. Nodes, .. Stores]));
    }

    [Fact]
    public Task A_vantage_loses_one_probe_packet_in_a_hundred() => LossAsync(1);

    [Fact]
    public Task A_vantage_loses_ten_probe_packets_in_a_hundred() => LossAsync(10);

    private Task LossAsync(double percent) => HarmlessAsync($"{percent} % loss on the probes of one vantage", async run =>
    {
        Lose(percent);
        await run.QueriesAsync(IsLong ? 6_000 : 300);
        Lose(0);
    });

    private void Lose(double percent)
    {
        foreach (PathHost region in Regions)
        {
            foreach (System.Net.IPAddress address in region.Addresses)
            {
                World.Network.SetLoss($"{Two.Host.Address}", $"{address}", percent);
                World.Network.SetLoss($"{address}", $"{Two.Host.Address}", percent);
            }
        }
    }

    private async Task BlindAsync(FaultRun run, bool there, bool back)
    {
        Cut([One.Host], Regions, there, back);
        // Until it has seen all of them fail: it says so of itself.
        await FaultRun.StatusAsync(One, status => status["vantages"]!.AsArray().Any(v => (bool)v!["self"]! && (int)v["down"]! == FaultWorld.Addresses.Length));
        await run.QueriesAsync(Lasting);
        Heal([One.Host], Regions);
        await FaultRun.StatusAsync(One, status => status["vantages"]!.AsArray().Any(v => (bool)v!["self"]! && (int)v["up"]! == FaultWorld.Addresses.Length));
    }

    private Task CutAsync(PathHost[] ones, PathHost[] others, bool there, bool back)
    {
        Cut(ones, others, there, back);
        return Task.CompletedTask;
    }

    private Task HealAsync(PathHost[] ones, PathHost[] others)
    {
        Heal(ones, others);
        return Task.CompletedTask;
    }

    private void Cut(PathHost[] ones, PathHost[] others, bool there, bool back)
    {
        foreach (PathHost one in ones)
            foreach (PathHost other in others) World.Cut(one, other, there, back);
    }

    private void Heal(PathHost[] ones, PathHost[] others) => Cut(ones, others, there: false, back: false);
}
