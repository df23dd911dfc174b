using GslbServer.Scenarios.Harness;
using Xunit.Abstractions;

namespace GslbServer.Scenarios.Faults;

/// <summary>What may happen inside a store, to all of them at once, while a region is drained.</summary>
public sealed class RedisFaults(FaultWorld world, ITestOutputHelper output) : FaultScenario(world, output)
{
    [Fact]
    public Task Emptied() => WhileDrainedAsync("FLUSHALL of every Redis", async run =>
    {
        await AllAsync(store => store.CommandAsync("FLUSHALL"));
        await OverridesAsync(present: true);
        await run.QueriesAsync(Lasting);
    });

    [Fact]
    public async Task Restored_from_an_old_snapshot()
    {
        await AllAsync(store => store.CommandAsync("SAVE"));
        byte[][] old = [.. World.Stores.Select(store => File.ReadAllBytes(store.Snapshot))];
        await WhileDrainedAsync("every Redis restored from a snapshot older than the drain", async run =>
        {
            await AllAsync(store => store.Process.KillAsync());
            for (int i = 0; i < old.Length; i++) File.WriteAllBytes(World.Stores[i].Snapshot, old[i]);
            await AllAsync(store => store.Process.RestartAsync());
            await StoresAsync(true);
            await OverridesAsync(present: true);
            await run.QueriesAsync(Lasting);
        });
        foreach (FaultRedis store in World.Stores) File.Delete(store.Snapshot);
    }

    [Fact]
    public Task Full() => WhileDrainedAsync("every Redis out of memory", async run =>
    {
        await AllAsync(store => store.CommandAsync("CONFIG", "SET", "maxmemory-policy", "noeviction"));
        await AllAsync(store => store.CommandAsync("CONFIG", "SET", "maxmemory", "1"));
        await StoresAsync(false);
        await run.QueriesAsync(Lasting);
        await AllAsync(store => store.CommandAsync("CONFIG", "SET", "maxmemory", "0"));
        await StoresAsync(true);
    });

    [Fact]
    public Task Read_only_replica() => WhileDrainedAsync("every Redis a read-only replica", async run =>
    {
        await AllAsync(store => store.CommandAsync("REPLICAOF", "127.0.0.1", "1"));
        await StoresAsync(false);
        await run.QueriesAsync(Lasting);
        await AllAsync(store => store.CommandAsync("REPLICAOF", "NO", "ONE"));
        await StoresAsync(true);
    });

    [Fact]
    public Task Slow() => WhileDrainedAsync("every Redis 400 ms away", async run =>
    {
        SetRoundTrips(400);
        await run.QueriesAsync(Lasting);
        SetRoundTrips(0);
        await StoresAsync(true);
    });

    [Fact]
    public Task Slower_than_its_deadline() => WhileDrainedAsync("every Redis 3 s away", async run =>
    {
        SetRoundTrips(3_000);
        await StoresAsync(false);
        await run.QueriesAsync(Lasting);
        SetRoundTrips(0);
        await StoresAsync(true);
    });

    [Fact]
    public Task Password_rotated() => WhileDrainedAsync("the password of every Redis is another", async run =>
    {
        await AllAsync(store => store.CommandAsync("CONFIG", "SET", "requirepass", "rotated"));
        await AllAsync(store => store.CommandAsync("-a", "rotated", "--no-auth-warning", "CLIENT", "KILL", "TYPE", "normal"));
        await AllAsync(store => store.CommandAsync("-a", "rotated", "--no-auth-warning", "CLIENT", "KILL", "TYPE", "pubsub"));
        await StoresAsync(false);
        await run.QueriesAsync(Lasting);
        await AllAsync(store => store.CommandAsync("-a", "rotated", "--no-auth-warning", "CONFIG", "SET", "requirepass", ""));
        await StoresAsync(true);
    });

    private Task AllAsync(Func<FaultRedis, Task> what) => Task.WhenAll(World.Stores.Select(what));

    private void SetRoundTrips(double milliseconds)
    {
        foreach (FaultNode node in World.Nodes)
            foreach (FaultRedis store in World.Stores)
                World.Network.SetRoundTrip($"{node.Host.Address}", $"{store.Host.Address}", milliseconds);
    }

    private async Task OverridesAsync(bool present)
    {
        foreach (FaultRedis store in World.Stores)
        {
            await Eventually.TrueAsync(async () => (await store.Host.RunAsync("redis-cli", "HKEYS", "gslb:overrides")).Text.Contains("ap-south", StringComparison.Ordinal) == present,
                () => $"{store.Configuration} is not given back the drain");
        }
    }
}
