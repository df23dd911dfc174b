using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

/// <summary><c>health-view=local</c>: the vantage nearest to the client counts for it.</summary>
public sealed class LocalHealthViewTests
{
    private const string UsEast = "192.0.2.10", EuWest = "198.51.100.10";
    private static readonly TimeSpan Now = TimeSpan.FromHours(1);

    private readonly SteeringWorld _world = SteeringWorld.Example()
        .Steer("local", "failover eu-west us-east check=web health-view=local ramp=0s").Steer("global", "failover eu-west us-east check=web ramp=0s")
        .Steer("solo", "failover eu-west check=web health-view=local ramp=0s").Steer("outer", "failover solo ap-south check=web ramp=0s").Steer("single", "geo eu-west check=web health-view=local all-down=nodata ramp=0s");

    [Fact]
    public void Each_client_goes_by_the_vantage_of_the_region_nearest_to_it()
    {
        // The path from America to eu-west is broken, that from Europe is not; two of three see it up.
        SteeringTable table = Table(("eu-west", []), ("us-east", ["eu-west"]), ("us-west", []));
        Assert.Equal(EuWest, Ask(table, "local", SteeringWorld.Dublin));
        Assert.Equal(UsEast, Ask(table, "local", SteeringWorld.NewYork));
        Assert.Equal(EuWest, Ask(table, "local", SteeringWorld.SanFrancisco));
        Assert.Equal(EuWest, Ask(table, "global", SteeringWorld.NewYork));
    }

    [Fact]
    public void Where_the_nearest_region_has_no_vantage_the_next_counts()
    {
        SteeringTable table = Table(("eu-west", []), ("us-east", ["eu-west"]), ("ap-south", []));
        Assert.Equal(UsEast, Ask(table, "local", SteeringWorld.SanFrancisco));
    }

    [Fact]
    public void A_client_whose_place_nobody_knows_goes_by_all_vantages_together()
    {
        Client unknown = SteeringWorld.Subnet("192.0.2.0/24");
        Assert.Equal(EuWest, Ask(Table(("eu-west", []), ("us-east", ["eu-west"]), ("us-west", [])), "local", unknown));
        Assert.Equal(UsEast, Ask(Table(("eu-west", []), ("us-east", ["eu-west"]), ("us-west", ["eu-west"])), "local", unknown));
    }

    [Fact]
    public void Without_any_vantage_in_a_region_it_is_as_global()
    {
        SteeringTable table = Table(("elsewhere", []), ("nowhere", ["eu-west"]), ("far", ["eu-west"]));
        Assert.Equal(UsEast, Ask(table, "local", SteeringWorld.Dublin));
    }

    [Fact]
    public void Nested_names_keep_their_view()
    {
        SteeringTable table = Table(("eu-west", []), ("us-east", ["eu-west"]), ("us-west", []));
        Assert.Equal(EuWest, Ask(table, "outer", SteeringWorld.Dublin));
        Assert.Equal("203.0.113.10 203.0.113.11", Ask(table, "outer", SteeringWorld.NewYork));
    }

    [Fact]
    public void Explain_says_from_where()
    {
        SteeringTable table = Table(("eu-west", []), ("us-east", ["eu-west"]), ("us-west", []));
        ExplainedStep health = Explain(table, "local", SteeringWorld.NewYork).Steps.Single(step => step.Filter == "health");
        Assert.Equal("as seen from us-east (health-view=local)", health.Note);
        Assert.Equal(("eu-west", "down: 1 of 1 vantage"), (Assert.Single(health.Dropped).Region, health.Dropped[0].Why));
        Assert.Equal("as seen by all vantages: none is known to be nearest",
            Explain(table, "local", SteeringWorld.Subnet("192.0.2.0/24")).Steps.Single(step => step.Filter == "health").Note);
    }

    [Fact]
    public void Scopes_do_not_depend_on_what_vantages_see()
    {
        SteeringTable[] tables = [Table(), Table(("eu-west", []), ("us-east", ["eu-west"])), Table(("us-west", ["us-east", "eu-west"]), ("ap-south", []))];
        foreach (Client client in (Client[])[SteeringWorld.Dublin, SteeringWorld.NewYork, SteeringWorld.SanFrancisco, SteeringWorld.Sydney, SteeringWorld.Nowhere])
        {
            foreach (string name in (string[])["local", "outer", "global"])
                Assert.Single(tables.Select(table => Decide(table, name, client).ScopePrefixLength).Distinct());
        }

        // A region that serves everybody needs a scope all the same: whether it does depends on where one is.
        Assert.InRange(Decide(tables[0], "single", SteeringWorld.Dublin).ScopePrefixLength, 1, 24);
    }

    [Fact]
    public void Rows_worked_out_beforehand_are_what_the_walk_decides()
    {
        SteeringTable table = Table(("eu-west", ["us-east"]), ("us-east", ["eu-west"]), ("us-west", ["eu-west"]));
        foreach (Client client in (Client[])[SteeringWorld.Dublin, SteeringWorld.Frankfurt, SteeringWorld.NewYork, SteeringWorld.SanFrancisco, SteeringWorld.Sydney, SteeringWorld.Nowhere])
        {
            foreach (string name in (string[])["local", "outer", "single"])
            {
                Decision walked = default;
                Steerer.Walk(table, _world.IndexOf(name), false, client, Resolver, 0, ref walked);
                Assert.Equal((_world.Text(walked, false), walked.ScopePrefixLength, walked.Ttl), (Ask(table, name, client), Decide(table, name, client).ScopePrefixLength, Decide(table, name, client).Ttl));
            }
        }
    }

    [Fact]
    public void What_comes_back_for_one_view_ramps_there_alone()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("slow", "failover eu-west us-east check=web health-view=local ramp=60s");
        HealthTable health = Merge(world, null, 0, ("eu-west", []), ("us-east", ["eu-west"]), ("us-west", []));
        var table = SteeringTable.Compile(world.Plan, health, null);
        health = Merge(world, health, 30, ("eu-west", []), ("us-east", []), ("us-west", []));
        table = SteeringTable.Compile(world.Plan, health, table);
        Steerer.Decide(table, world.IndexOf("slow"), false, SteeringWorld.NewYork, Resolver, 0, out Decision american);
        Steerer.Decide(table, world.IndexOf("slow"), false, SteeringWorld.Dublin, Resolver, 0, out Decision european);
        Assert.Equal((UsEast, EuWest), (world.Text(american, false), world.Text(european, false)));
    }

    [Fact]
    public void A_drain_that_stands_aside_in_one_view_is_told_of_and_keeps_TTLs_short()
    {
        HealthTable health = Merge(_world, null, 0, ("eu-west", []), ("us-east", ["us-east"]), ("us-west", [])) with
        {
            Overrides = [new ActiveOverride(new OperatorOverride("eu-west", OverrideState.Drain, 100, "kernel update", "alice", DateTimeOffset.UnixEpoch, TimeSpan.Zero, null, null, false, "1"), 1, TimeSpan.Zero, false)],
        };
        var table = SteeringTable.Compile(_world.Plan, health, null);
        Assert.Equal(UsEast, Ask(table, "local", SteeringWorld.Dublin));
        Assert.Equal(EuWest, Ask(table, "local", SteeringWorld.NewYork));
        Assert.Contains(StandingAside.All(table), aside => aside.Name == "local.example.org.");
        Assert.Equal(7u, Decide(table, "local", SteeringWorld.NewYork).Ttl);
    }

    [Fact]
    public void A_frozen_node_shortens_no_TTL_for_what_one_view_sees()
    {
        Topology topology = _world.Topology;
        VantageView view = new(new VantageReport("ns-us-east", "us-east", 1, 1, true, false, "", "", "", "", [.. topology.Monitors.Select(monitor => new Observation(monitor.Key, Verdict.Up, -1, 1, "timed out"))]), Now, true);
        HealthTable frozen = HealthMerge.Merge(topology, [view], [], null, null, Now, DateTimeOffset.UnixEpoch, isFrozen: true);
        Assert.Equal(30u, Decide(SteeringTable.Compile(_world.Plan, frozen, null), "local", SteeringWorld.NewYork).Ttl);
    }

    private static Client Resolver => Client.From(System.Net.IPAddress.Parse("192.0.2.1"));

    /// <summary>Vantages by the region they stand in, with the regions that each sees down.</summary>
    private SteeringTable Table(params (string Region, string[] Down)[] vantages) => SteeringTable.Compile(_world.Plan, Merge(_world, null, 0, vantages), null);

    private static HealthTable Merge(SteeringWorld world, HealthTable? before, double seconds, params (string Region, string[] Down)[] vantages)
    {
        Topology topology = world.Topology;
        TimeSpan now = Now + TimeSpan.FromSeconds(seconds);
        VantageView[] views = [.. vantages.Select(vantage => new VantageView(new VantageReport($"ns-{vantage.Region}", vantage.Region, 1, 1, true, false, "", "", "", "",
            [.. topology.Monitors.Select(monitor => vantage.Down.Contains(topology.Regions[monitor.Region].Label)
                ? new Observation(monitor.Key, Verdict.Down, -4, 1, "connection refused") : new Observation(monitor.Key, Verdict.Up, 9, 1, "HTTP 200"))]), now, false))];
        return HealthMerge.Merge(topology, views, [], before, before is null ? null : topology, now, DateTimeOffset.UnixEpoch);
    }

    private Decision Decide(SteeringTable table, string name, Client client)
    {
        Steerer.Decide(table, _world.IndexOf(name), false, client, Resolver, 0, out Decision decision);
        return decision;
    }

    private string Ask(SteeringTable table, string name, Client client) => _world.Text(Decide(table, name, client), false);

    private Explanation Explain(SteeringTable table, string name, Client client) => Steerer.Explain(table, _world.IndexOf(name), false, client, Resolver);
}
