using Xunit.Abstractions;

namespace GslbServer.Scenarios.Faults;

/// <summary>kill -9 and SIGSTOP of everything that runs.</summary>
public sealed class ProcessFaults(FaultWorld world, ITestOutputHelper output) : FaultScenario(world, output)
{
    private Restartable Plain => World.Endpoints[FaultWorld.EuropeToo];

    private Restartable Balancer => World.Endpoints[FaultWorld.Europe];

    private Restartable[] Region => [World.Endpoints[FaultWorld.America], World.Backends[FaultWorld.America]];

    [Fact]
    public Task An_endpoint_is_killed() => DeadlyAsync("kill -9 of an endpoint", [FaultWorld.EuropeToo], Plain.KillAsync, Plain.RestartAsync);

    [Fact]
    public Task An_endpoint_hangs() => DeadlyAsync("SIGSTOP of an endpoint", [FaultWorld.EuropeToo], Stop(Plain), Continue(Plain));

    [Fact]
    public Task A_balancer_is_killed() => DeadlyAsync("kill -9 of a balancer", [FaultWorld.Europe], Balancer.KillAsync, Balancer.RestartAsync);

    [Fact]
    public Task A_balancer_hangs() => DeadlyAsync("SIGSTOP of a balancer", [FaultWorld.Europe], Stop(Balancer), Continue(Balancer));

    [Fact]
    public Task A_region_is_killed() => DeadlyAsync("kill -9 of a region", [FaultWorld.America], () => Task.WhenAll(Region.Select(process => process.KillAsync())),
        () => Task.WhenAll(Region.Reverse().Select(process => process.RestartAsync())));

    [Fact]
    public Task A_region_hangs() => DeadlyAsync("SIGSTOP of a region", [FaultWorld.America], Stop(Region), Continue(Region));

    [Fact]
    public Task The_backend_behind_a_balancer_is_killed()
    {
        Restartable backend = World.Backends[FaultWorld.Asia];
        return DeadlyAsync("kill -9 of a region's only backend", [FaultWorld.Asia], backend.KillAsync, backend.RestartAsync);
    }

    [Fact]
    public Task A_node_is_killed() => HarmlessAsync("kill -9 of a node", async run =>
    {
        await Three.Process.KillAsync();
        await run.QueriesAsync(Lasting, One, Two);
        await Three.Process.RestartAsync();
    }, silent: 2);

    [Fact]
    public Task A_node_hangs() => HarmlessAsync("SIGSTOP of a node", async run =>
    {
        Three.Process.Stop();
        await HearsAsync(One, 2);
        Three.Process.Continue();
        await HearsAsync(One, 3);
    }, silent: 2);

    [Fact]
    public Task A_node_stops_for_three_seconds() => HarmlessAsync("a 3 s stop of a node's process", async run =>
    {
        Two.Process.Stop();
        await run.QueriesAsync(150, One, Three);
        Two.Process.Continue();
        await run.QueriesAsync(Lasting);
    }, silent: 1);

    [Fact]
    public Task A_Redis_is_killed() => WhileDrainedAsync("kill -9 of a Redis", async run =>
    {
        await World.Stores[0].Process.KillAsync();
        await StoresAsync(false);
        await run.QueriesAsync(Lasting);
        await World.Stores[0].Process.RestartAsync();
        await StoresAsync(true);
    });

    [Fact]
    public Task Every_Redis_is_killed() => WhileDrainedAsync("kill -9 of every Redis", async run =>
    {
        foreach (FaultRedis store in World.Stores) await store.Process.KillAsync();
        await ModeAsync("stale");
        await run.QueriesAsync(Lasting);
        foreach (FaultRedis store in World.Stores) await store.Process.RestartAsync();
        await StoresAsync(true);
    });

    [Fact]
    public Task A_Redis_hangs() => WhileDrainedAsync("SIGSTOP of a Redis", async run =>
    {
        World.Stores[0].Process.Stop();
        await StoresAsync(false);
        await run.QueriesAsync(Lasting);
        World.Stores[0].Process.Continue();
        await StoresAsync(true);
    });

    [Fact]
    public Task Every_Redis_hangs() => WhileDrainedAsync("SIGSTOP of every Redis", async run =>
    {
        foreach (FaultRedis store in World.Stores) store.Process.Stop();
        await ModeAsync("stale");
        await run.QueriesAsync(Lasting);
        foreach (FaultRedis store in World.Stores) store.Process.Continue();
        await StoresAsync(true);
    });

    private static Func<Task> Stop(params Restartable[] processes) => () =>
    {
        foreach (Restartable process in processes) process.Stop();
        return Task.CompletedTask;
    };

    private static Func<Task> Continue(params Restartable[] processes) => () =>
    {
        foreach (Restartable process in processes) process.Continue();
        return Task.CompletedTask;
    };

    private async Task ModeAsync(string mode)
    {
        foreach (FaultNode node in World.Nodes) await FaultRun.StatusAsync(node, status => (string?)status["mode"] == mode);
    }

    private static Task HearsAsync(FaultNode node, int vantages) => FaultRun.StatusAsync(node, status => status["vantages"]!.AsArray().Count(v => (double)v!["ageSeconds"]! < 6) == vantages);
}
