using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer.Tests;

/// <summary>How much a node knows of the others, by its own clock.</summary>
public sealed class StateModeTests
{
    [Fact]
    public async Task A_store_that_is_lost_leads_from_fresh_over_stale_to_frozen_and_back()
    {
        var time = new SteppedTime();
        var store = new FaultyStore(time);
        await using StateFeed feed = StateWorld.Feed("a", [store], time);
        Assert.Equal(StateMode.Fresh, feed.Mode);
        await feed.StartAsync(default);
        await Eventually.True(() => feed.Stores[0].IsReachable);
        store.IsAway = true;
        Assert.Equal(StateMode.Fresh, After(4.9));
        Assert.Equal(StateMode.Stale, After(0.2));
        Assert.Equal(StateMode.Stale, After(54.8));
        Assert.Equal(StateMode.Frozen, After(0.2));

        StateMode After(double seconds)
        {
            time.Step(seconds);
            return feed.Mode;
        }
    }

    [Fact]
    public async Task A_cold_start_without_a_store_and_with_an_empty_disk_is_safe_until_a_store_is_read()
    {
        var time = new SteppedTime();
        string directory = Directory.CreateTempSubdirectory("gslb-mode-").FullName;
        await using (StateFeed feed = StateWorld.Feed("a", [new FaultyStore(time) { IsAway = true }], time, new DiskState(directory, time)))
        {
            await feed.StartAsync(default);
            time.Step(120);
            Assert.Equal(StateMode.Safe, feed.Mode);
            Assert.Empty(feed.Overrides);
            feed.Observe([StateWorld.Down()]);
        }

        // The next start remembers what this one saw.
        await using (StateFeed feed = StateWorld.Feed("a", [new FaultyStore(time) { IsAway = true }], time, new DiskState(directory, time)))
        {
            await feed.StartAsync(default);
            time.Step(10);
            Assert.Equal(StateMode.Stale, feed.Mode);
            time.Step(60);
            Assert.Equal(StateMode.Frozen, feed.Mode);
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task A_node_without_stores_is_fresh()
    {
        var time = new SteppedTime();
        await using StateFeed feed = StateWorld.Feed("a", [], time);
        await feed.StartAsync(default);
        time.Step(1000);
        Assert.Equal(StateMode.Fresh, feed.Mode);
    }
}
