using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer.Tests;

/// <summary>Overrides are the union of every store, every node and every disk, by highest revision.</summary>
public sealed class OverrideSpreadTests
{
    private readonly SteppedTime _time = new();

    [Fact]
    public async Task Override_reaches_every_store_and_node()
    {
        // No store in common: b stands between.
        MemoryStore left = new(_time), right = new(_time);
        SteppedNode a = new("a", _time, left), b = new("b", _time, left, right), c = new("c", _time, right);
        a.Shared.Put(StateWorld.Drain());
        await a.RoundAsync();
        await b.RoundAsync();
        await c.RoundAsync();
        Assert.Equal(OverrideState.Drain, c.StateOf());
    }

    [Fact]
    public async Task Emptied_store_is_refilled_by_any_node_that_knows()
    {
        var store = new FaultyStore(_time);
        SteppedNode a = new("a", _time, store), b = new("b", _time, store);
        a.Shared.Put(StateWorld.Drain());
        await a.RoundAsync();
        await b.RoundAsync();
        store.Empty();
        await b.RoundAsync();
        Assert.Equal("eu-west", Assert.Single((await store.ReadAsync(default)).Overrides).Target);
    }

    [Fact]
    public async Task Store_set_back_does_not_revive_what_was_undone()
    {
        var store = new FaultyStore(_time);
        var a = new SteppedNode("a", _time, store);
        a.Shared.Put(StateWorld.Drain());
        await a.RoundAsync();
        await store.SaveAsync();
        a.Shared.Put(StateWorld.Undrain());
        await a.RoundAsync();
        await store.RestoreAsync();
        await a.RoundAsync();
        Assert.Equal((OverrideState.None, OverrideState.None), (a.StateOf(), (await store.ReadAsync(default)).Overrides[0].State));
    }

    [Fact]
    public async Task Store_that_has_everything_is_not_written()
    {
        var store = new FaultyStore(_time);
        var a = new SteppedNode("a", _time, store);
        a.Shared.Put(StateWorld.Drain());
        await a.RoundAsync();
        await a.RoundAsync();
        await a.RoundAsync();
        Assert.Equal(1, store.Writes);
    }

    [Fact]
    public async Task Later_decision_wins_though_its_node_has_a_clock_that_is_behind()
    {
        var store = new MemoryStore(_time);
        var behind = new SteppedTime { Skew = TimeSpan.FromHours(-1) };
        SteppedNode a = new("a", _time, store), b = new("b", behind, store);
        a.Shared.Put(StateWorld.Drain());
        await a.RoundAsync();
        await b.RoundAsync();
        b.Shared.Put(StateWorld.Undrain());
        await b.RoundAsync();
        await a.RoundAsync();
        Assert.Equal(OverrideState.None, a.StateOf());
    }

    [Fact]
    public async Task Decisions_of_two_nodes_that_did_not_hear_each_other_end_the_same_everywhere()
    {
        var store = new FaultyStore(_time) { IsAway = true };
        SteppedNode a = new("a", _time, store), b = new("b", _time, store);
        a.Shared.Put(StateWorld.Drain());
        b.Shared.Put(StateWorld.Drain() with { Percent = 50 });
        await a.RoundAsync();
        store.IsAway = false;
        await a.RoundAsync();
        await b.RoundAsync();
        await a.RoundAsync();
        Assert.Equal(a.Shared.Overrides, b.Shared.Overrides);
        Assert.Equal(50, a.Shared.Overrides[0].Percent);
    }

    [Fact]
    public async Task Tombstone_is_kept_for_a_week_and_then_leaves_the_store_too()
    {
        var store = new MemoryStore(_time);
        SteppedNode a = new("a", _time, store), b = new("b", _time, store);
        a.Shared.Put(StateWorld.Undrain());
        await a.RoundAsync();
        await b.RoundAsync();

        _time.Step(TimeSpan.FromDays(6.9).TotalSeconds);
        a.Shared.Age(out bool pruned);
        Assert.False(pruned);
        _time.Step(TimeSpan.FromDays(0.2).TotalSeconds);
        a.Shared.Age(out pruned);
        Assert.True(pruned);
        await a.RoundAsync();
        Assert.Empty((await store.ReadAsync(default)).Overrides);
        Assert.Null(a.StateOf());
        b.Shared.Age(out _);
        await b.RoundAsync();
        Assert.Empty((await store.ReadAsync(default)).Overrides);
    }

    [Fact]
    public async Task Override_that_expired_a_week_ago_leaves_the_store()
    {
        var store = new MemoryStore(_time);
        var a = new SteppedNode("a", _time, store);
        a.Shared.Put(StateWorld.Drain() with { ExpiresAt = _time.GetUtcNow().AddMinutes(45) });
        await a.RoundAsync();
        _time.Step(TimeSpan.FromDays(7.1).TotalSeconds);
        a.Shared.Age(out _);
        await a.RoundAsync();
        Assert.Empty((await store.ReadAsync(default)).Overrides);
    }

    [Fact]
    public async Task Status_tells_how_a_store_is_doing()
    {
        var store = new FaultyStore(_time, "store 1") { IsAway = true };
        var a = new SteppedNode("a", _time, store);
        _time.Step(2);
        await a.RoundAsync();
        Assert.Equal(new StoreStatus("store 1", false, TimeSpan.FromSeconds(2), "away", 0), a.Stores[0]);
        store.IsAway = false;
        await a.RoundAsync();
        _time.Step(3);
        Assert.Equal(new StoreStatus("store 1", true, TimeSpan.FromSeconds(3), null, 0), a.Stores[0]);
    }
}
