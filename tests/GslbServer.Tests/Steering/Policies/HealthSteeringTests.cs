using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

/// <summary>What probes, operators, slow starts and last resorts do to answers and TTLs.</summary>
public sealed class HealthSteeringTests
{
    private const string UsEast = "192.0.2.10";
    private const string EuWest = "198.51.100.10";
    private static readonly Client Dublin = SteeringWorld.Dublin;

    [Fact]
    public void Ttl_falls_with_the_first_failed_probe_and_rises_one_ttl_after_the_verdict()
    {
        SteeringWorld world = Failover();
        Assert.Equal((30u, "stable"), Ttl(world));
        Assert.Equal((7u, "eu-west (198.51.100.10) is failing probes"), Ttl(world.Unsettled(EuWest)));
        Assert.Equal(7u, Ttl(world.Down(EuWest).Advance(12)).Ttl);
        Assert.Equal("eu-west (198.51.100.10) went down 12s ago", Ttl(world).Reason);
        Assert.Equal(world.Now + TimeSpan.FromSeconds(18), world.Table.NextChange);
        Assert.Equal((30u, "stable"), Ttl(world.Advance(18)));
    }

    [Fact]
    public void Ttl_is_full_at_once_after_recovery_without_ramp()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("eu", "failover eu-west us-east check=web ramp=0s").Down("eu-west").Advance(100).Up("eu-west");
        Assert.Equal(EuWest, world.Ask("eu", Dublin));
        Assert.Equal(30u, Ttl(world).Ttl);
    }

    [Fact]
    public void Slow_start_returns_nothing_in_its_first_half_and_all_at_its_end()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("eu", "failover eu-west us-east check=web ramp=60s").Down("eu-west").Advance(100).Up("eu-west").Advance(29);
        Assert.Equal(0, Share(world, EuWest));
        Assert.Equal(7u, Ttl(world).Ttl);
        Assert.Equal(world.Now + TimeSpan.FromSeconds(1), world.Table.NextChange);
        double half = Share(world.Advance(16), EuWest);
        Assert.InRange(half, 0.4, 0.6);
        Assert.Equal(1, Share(world.Advance(15), EuWest));
        Assert.Equal((30u, "stable"), Ttl(world));
    }

    [Fact]
    public void Slow_start_is_set_aside_when_nothing_else_serves()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("eu", "failover eu-west us-east check=web").Down("eu-west", "us-east").Advance(100).Up("eu-west").Advance(1);
        Assert.Equal(EuWest, world.Ask("eu", Dublin));
    }

    [Fact]
    public void Manual_failback_waits_for_an_undrain()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("eu", "failover eu-west us-east check=web failback=manual ramp=0s").Down("eu-west").Advance(100).Up("eu-west").Advance(1000);
        Assert.Equal(UsEast, world.Ask("eu", Dublin));
        Assert.Contains(world.Explain("eu", Dublin).Steps.Single(step => step.Filter == "health").Dropped, drop => drop.Why.Contains("waits for an undrain", StringComparison.Ordinal));
        Assert.Equal(EuWest, world.Undrain("eu-west").Ask("eu", Dublin));
        Assert.Equal(UsEast, world.Advance(60).Down("eu-west").Advance(60).Up("eu-west").Ask("eu", Dublin));
    }

    [Fact]
    public void Manual_failback_keeps_what_came_up_first_while_all_wait()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("eu", "failover eu-west us-east check=web failback=manual ramp=0s").Down("eu-west").Advance(100).Down("us-east").Advance(100);
        world.Up("us-east").Advance(100);
        Assert.Equal(UsEast, world.Ask("eu", Dublin));
        world.Up("eu-west").Advance(100);
        Assert.Equal(UsEast, world.Ask("eu", Dublin));
        Assert.Contains(world.Explain("eu", Dublin).Steps, step => step.Note?.Contains("what came up first stays", StringComparison.Ordinal) == true);
        Assert.Equal(EuWest, world.Undrain("eu-west").Ask("eu", Dublin));
    }

    [Fact]
    public void Undrains_and_overrides_that_ended_are_released()
    {
        DateTimeOffset utcNow = DateTimeOffset.UnixEpoch.AddDays(1);
        OperatorOverride record = new("eu-west", OverrideState.None, 100, "", "alice", utcNow.AddSeconds(-10), TimeSpan.Zero, null, null, false, "1");
        HealthTable health = HealthMerge.Merge(Failover().Topology, [], [record, record with { Target = "us-east", State = OverrideState.Drain, ExpiresAt = utcNow.AddSeconds(-5) },
            record with { Target = "us-west", State = OverrideState.Drain }], null, null, TimeSpan.FromMinutes(1), utcNow);
        Assert.Equal([new("eu-west", TimeSpan.FromSeconds(50)), new ReleasedOverride("us-east", TimeSpan.FromSeconds(55))], health.Released.AsEnumerable());
        Assert.Equal("us-west", health.Overrides.Single().Override.Target);
    }

    [Theory]
    [InlineData("eu-west")]
    [InlineData("eu-west.example.org.")]
    [InlineData("eu-west/198.51.100.10")]
    [InlineData("eu.example.org.@eu-west")]
    public void Drain_moves_all_at_once_whatever_it_is_called(string target)
    {
        SteeringWorld world = Failover().Override(target, OverrideState.Drain);
        Assert.Equal(UsEast, world.Ask("eu", Dublin));
        Assert.Equal((7u, $"drain of {target} 0s ago"), Ttl(world));
        Assert.Equal((30u, "stable"), Ttl(world.Advance(30)));
        Assert.Equal(EuWest, world.Undrain(target).Ask("eu", Dublin));
        Assert.Equal((7u, $"undrain of {target} 0s ago"), Ttl(world));
    }

    [Fact]
    public void Drain_of_one_address_leaves_the_others()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("ap", "failover ap-south eu-west check=web").Override("ap-south/203.0.113.10", OverrideState.Drain);
        Assert.Equal("203.0.113.11", world.Ask("ap", Dublin));
        Assert.Equal("2001:db8:4::10", world.Ask("ap", Dublin, ipv6: true));
    }

    [Fact]
    public void Drain_of_one_name_leaves_the_other_names()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("a", "failover eu-west us-east check=web").Steer("b", "failover eu-west us-east check=web")
            .Override("a.example.org.@eu-west", OverrideState.Drain);
        Assert.Equal(UsEast, world.Ask("a", Dublin));
        Assert.Equal(EuWest, world.Ask("b", Dublin));
    }

    [Fact]
    public void Narrower_override_counts_and_down_beats_drain()
    {
        SteeringWorld world = Failover().Override("eu-west", OverrideState.Drain).Override("eu.example.org.@eu-west", OverrideState.Up);
        Assert.Equal(EuWest, world.Ask("eu", Dublin));
        Assert.Equal(UsEast, Failover().Override("eu-west", OverrideState.Drain, percent: 0).Override("eu-west.example.org.", OverrideState.Down).Ask("eu", Dublin));
    }

    [Fact]
    public void Override_up_ignores_the_probes()
        => Assert.Equal(EuWest, Failover().Down("eu-west").Override("eu-west", OverrideState.Up).Ask("eu", Dublin));

    [Fact]
    public void Drain_in_part_moves_that_share_of_clients_and_keeps_them_moved()
    {
        SteeringWorld world = Failover().Override("eu-west", OverrideState.Drain, percent: 30);
        Assert.InRange(Share(world, UsEast), 0.2, 0.4);
        HashSet<int> moved = [.. Moved(world)];
        Assert.Superset(moved, Moved(world.Override("eu-west", OverrideState.Drain, percent: 60)).ToHashSet());

        // It never leaves a client with nothing.
        Assert.Equal(1, Share(world.Down("us-east"), EuWest));
    }

    [Fact]
    public void Drain_in_part_moves_whole_leaves_of_clients_with_a_subnet()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("www", "geo eu-west us-east check=web").Override("eu-west", OverrideState.Drain, percent: 50);
        byte scope = world.Decide("www", Dublin).ScopePrefixLength;
        Assert.Equal(17, scope);
        Assert.Single(Enumerable.Range(0, 64).Select(i => world.Ask("www", SteeringWorld.Subnet($"198.18.{i}.0/24"))).Distinct());
    }

    [Fact]
    public void Last_resort_is_what_failed_last()
    {
        SteeringWorld world = Failover().Down("eu-west").Advance(600).Down("us-east");
        Assert.Equal(UsEast, world.Ask("eu", Dublin));
        Assert.Equal("all-down", world.Explain("eu", Dublin).Steps[^1].Filter);
    }

    [Fact]
    public void Last_resort_is_as_if_all_were_up_when_all_fail_together()
    {
        SteeringWorld world = Failover().Down("eu-west").Advance(2).Down("us-east");
        Assert.Equal(EuWest, world.Ask("eu", Dublin));
    }

    [Theory]
    [InlineData("all-down=all", EuWest)]
    [InlineData("all-down=servfail", "ServFail")]
    [InlineData("all-down=nodata", "NoData")]
    [InlineData("all-down=static", "StaticFallback")]
    [InlineData("all-down=ap-south", "203.0.113.10 203.0.113.11")]
    [InlineData("all-down=other", "192.0.2.20")]
    public void Last_resort_is_what_the_zone_says(string key, string expected)
    {
        SteeringWorld world = SteeringWorld.Example().Steer("eu", $"failover eu-west us-east check=web {key}", 30, "192.0.2.99").Steer("other", "failover us-west")
            .Down("us-east").Advance(600).Down("eu-west");
        Assert.Equal(expected, world.Ask("eu", Dublin));
        Assert.Equal(expected == "StaticFallback" ? "192.0.2.99" : expected is "ServFail" or "NoData" ? "" : expected, string.Join(" ", world.Explain("eu", Dublin).Answer.Records));
    }

    [Fact]
    public void Last_resort_never_revives_what_an_operator_took_down()
    {
        SteeringWorld world = Failover().Down("us-east").Override("eu-west", OverrideState.Down);
        Assert.Equal(UsEast, world.Ask("eu", Dublin));
        Assert.Equal("NoData", world.Override("us-east", OverrideState.Down, forced: true).Override("eu-west", OverrideState.Down, forced: true).Ask("eu", Dublin));
    }

    [Fact]
    public void Last_resort_stays_inside_the_fence()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("gdpr", "latency us-east eu-west check=web only=EEA:eu-west").Down("eu-west");
        Assert.Equal(EuWest, world.Ask("gdpr", Dublin));
        Assert.Equal(UsEast, world.Ask("gdpr", SteeringWorld.NewYork));
    }

    [Fact]
    public void Target_is_up_while_min_up_of_its_addresses_are()
    {
        SteeringWorld world = new SteeringWorld().Check("two", "tcp port=80 min-up=2").Region("ap", "0 0", "203.0.113.20", "203.0.113.21", "203.0.113.22")
            .Region("eu", "0 0", "192.0.2.1", "192.0.2.2").Steer("x", "failover ap eu check=two");
        Assert.Equal("203.0.113.21 203.0.113.22", world.Down("203.0.113.20").Ask("x", Dublin));
        Assert.Equal("192.0.2.1 192.0.2.2", world.Down("203.0.113.21").Ask("x", Dublin));
    }

    [Fact]
    public void All_of_several_checks_must_pass()
    {
        SteeringWorld world = SteeringWorld.Example().Check("deep", "tcp port=81 address=eu-west:192.0.2.200").Steer("eu", "failover eu-west us-east check=web,deep");
        Assert.Equal(UsEast, world.Down("192.0.2.200").Ask("eu", Dublin));
    }

    [Fact]
    public void Override_explains_who_and_why()
    {
        Explanation explained = Failover().Override("eu-west", OverrideState.Drain).Explain("eu", Dublin);
        Assert.Equal("drained by alice: kernel update", explained.Steps.Single(step => step.Filter == "overrides").Dropped.Single().Why);
        Assert.Equal("down: 2 of 3 vantages", Failover().Down("eu-west").Explain("eu", Dublin).Steps.Single(step => step.Filter == "health").Dropped.Single().Why);
    }

    [Fact]
    public void Health_of_another_topology_is_refused()
        => Assert.Throws<ArgumentException>(() => SteeringTable.Compile(Failover().Plan, new HealthTable([], [], TimeSpan.Zero), null));

    private static SteeringWorld Failover() => SteeringWorld.Example().Steer("eu", "failover eu-west us-east check=web");

    private static (uint Ttl, string Reason) Ttl(SteeringWorld world)
    {
        Explanation explained = world.Explain("eu", Dublin);
        return (explained.Answer.Ttl, explained.Answer.TtlReason);
    }

    /// <summary>Of 1,000 resolvers without Client Subnet.</summary>
    private static double Share(SteeringWorld world, string answer) => Enumerable.Range(0, 1000).Count(i => world.Ask("eu", default, resolver: $"{20 + (i / 256)}.{i % 256}.0.1") == answer) / 1000.0;

    private static IEnumerable<int> Moved(SteeringWorld world) => Enumerable.Range(0, 1000).Where(i => world.Ask("eu", default, resolver: $"{20 + (i / 256)}.{i % 256}.0.1") == UsEast);
}
