using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

/// <summary>The safety rule at use: an override that was safe when it was written never leaves a name with nothing, unless it was forced.</summary>
public sealed class StandingAsideTests
{
    private const string UsEast = "192.0.2.10";
    private const string UsWest = "192.0.2.20";
    private const string EuWest = "198.51.100.10";
    private static readonly Client Dublin = SteeringWorld.Dublin;

    [Fact]
    public void A_drain_stands_aside_when_the_other_region_dies_and_stands_again_when_it_returns()
    {
        SteeringWorld world = Failover("eu-west us-east").Override("eu-west", OverrideState.Drain);
        Assert.Equal(UsEast, world.Ask("eu", Dublin));
        Assert.Empty(StandingAside.All(world.Table));

        Assert.Equal(EuWest, world.Down("us-east").Ask("eu", Dublin));
        StandingAside aside = Assert.Single(StandingAside.All(world.Table));
        Assert.Equal(("eu.example.org.", "eu-west"), (aside.Name, aside.By.Override.Target));
        Assert.Equal(7u, world.Decide("eu", Dublin).Ttl);
        Assert.Equal(7u, world.Advance(600).Decide("eu", Dublin).Ttl);

        Assert.Equal(UsEast, world.Up("us-east").Ask("eu", Dublin));
        Assert.Empty(StandingAside.All(world.Table));
    }

    /// <summary>A drain may hold for days, and at each publication the wall clock says a hair differently when it began.</summary>
    [Fact]
    public void A_publication_without_news_while_a_drain_holds_is_the_table_before()
    {
        SteeringWorld world = Failover("eu-west us-east").Override("eu-west", OverrideState.Drain).Advance(600);
        HealthTable next = world.Health with { Now = world.Now + TimeSpan.FromSeconds(1), Overrides = [.. world.Health.Overrides.Select(one => one with { ChangedAt = one.ChangedAt - TimeSpan.FromMicroseconds(3) })] };
        Assert.True(SteeringTable.Compile(world.Plan, next, world.Table).IsAgain(world.Table));
        Assert.False(SteeringTable.Compile(world.Plan, next with { Overrides = [] }, world.Table).IsAgain(world.Table));
    }

    [Fact]
    public void A_forced_drain_stands()
    {
        SteeringWorld world = Failover("eu-west us-east").Override("eu-west", OverrideState.Drain, forced: true).Down("us-east");
        Assert.Equal(UsEast, world.Ask("eu", Dublin));
        Assert.Equal("eu-west", Assert.Single(KeptOut.All(world.Table)).By.Override.Target);
        Assert.Equal("NoData", world.Override("us-east", OverrideState.Drain, forced: true).Ask("eu", Dublin));
    }

    [Fact]
    public void Of_two_drains_at_once_the_older_stands_and_the_newer_gives_way()
    {
        SteeringWorld world = Failover("eu-west us-east").Override("us-east", OverrideState.Drain, revision: "1").Override("eu-west", OverrideState.Drain, revision: "2");
        Assert.Equal(EuWest, world.Ask("eu", Dublin));
        Assert.Equal("eu-west", Assert.Single(StandingAside.All(world.Table)).By.Override.Target);
        Assert.Equal(UsEast, world.Override("us-east", OverrideState.Drain, revision: "3").Ask("eu", Dublin));
    }

    [Fact]
    public void A_region_drained_and_dead_is_no_help_and_the_zone_says_what_then()
    {
        SteeringWorld world = Failover("eu-west us-east").Override("eu-west", OverrideState.Drain).Down("eu-west").Advance(600).Down("us-east");
        Assert.Equal(UsEast, world.Ask("eu", Dublin));
        Assert.Equal("NoData", SteeringWorld.Example().Steer("eu", "failover eu-west us-east check=web all-down=nodata").Override("eu-west", OverrideState.Drain).Down("eu-west", "us-east").Ask("eu", Dublin));
    }

    [Theory]
    [InlineData("all-down=nodata")]
    [InlineData("all-down=servfail")]
    [InlineData("all-down=all")]
    [InlineData("all-down=ap-south")]
    public void A_drained_region_that_serves_comes_before_all_down(string key)
        => Assert.Equal(EuWest, Failover($"eu-west us-east {key}").Override("eu-west", OverrideState.Drain).Down("us-east").Ask("eu", Dublin));

    [Fact]
    public void Down_does_not_stand_aside_for_a_death_but_two_of_them_never_leave_nothing()
    {
        SteeringWorld world = Failover("eu-west us-east").Override("eu-west", OverrideState.Down, revision: "1").Down("us-east");
        Assert.Equal(UsEast, world.Ask("eu", Dublin));
        Assert.Equal("eu-west", Assert.Single(KeptOut.All(world.Table)).By.Override.Target);

        world = Failover("eu-west us-east").Override("eu-west", OverrideState.Down, revision: "1").Override("us-east", OverrideState.Down, revision: "2");
        Assert.Equal(UsEast, world.Ask("eu", Dublin));
        Assert.Equal("us-east", Assert.Single(StandingAside.All(world.Table)).By.Override.Target);
        Assert.Contains("the newest override without force stands aside", world.Explain("eu", Dublin).Steps[^1].Note);
    }

    [Fact]
    public void Static_records_answer_before_a_down_is_revived()
        => Assert.Equal("StaticFallback", SteeringWorld.Example().Steer("eu", "failover eu-west us-east check=web", 30, "192.0.2.99")
            .Override("eu-west", OverrideState.Down).Override("us-east", OverrideState.Down).Ask("eu", Dublin));

    [Fact]
    public void Clients_that_a_fence_holds_to_a_drained_region_keep_it_and_the_others_leave()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("gdpr", "failover eu-west us-east check=web only=EEA:eu-west").Override("eu-west", OverrideState.Drain);
        Assert.Equal(EuWest, world.Ask("gdpr", Dublin));
        Assert.Equal(UsEast, world.Ask("gdpr", SteeringWorld.NewYork));
        Assert.Equal("gdpr.example.org.", Assert.Single(StandingAside.All(world.Table)).Name);
    }

    [Fact]
    public void A_nested_name_that_serves_others_gives_its_drained_region_to_those_whom_a_fence_holds_to_it()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("inner", "failover eu-west us-east check=web only=EEA:eu-west").Steer("outer", "failover inner ap-south check=web all-down=nodata")
            .Override("eu-west", OverrideState.Drain);
        Assert.Equal("203.0.113.10 203.0.113.11", world.Ask("outer", Dublin));
        Assert.Equal(EuWest, world.Down("ap-south").Ask("outer", Dublin));
        Assert.Equal(UsEast, world.Ask("outer", SteeringWorld.NewYork));
    }

    [Fact]
    public void A_drained_address_serves_again_when_its_sister_dies()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("ap", "failover ap-south eu-west check=web").Override("ap-south/203.0.113.10", OverrideState.Drain);
        Assert.Equal("203.0.113.11", world.Ask("ap", Dublin));
        Assert.Equal(EuWest, world.Down("203.0.113.11").Ask("ap", Dublin));
        Assert.Equal("203.0.113.10", world.Down("eu-west").Ask("ap", Dublin));
    }

    [Fact]
    public void Min_up_is_kept_when_a_drain_stands_aside()
    {
        SteeringWorld world = new SteeringWorld().Check("two", "tcp port=80 min-up=2").Region("ap", "0 0", "203.0.113.20", "203.0.113.21").Region("eu", "0 0", "192.0.2.1", "192.0.2.2")
            .Steer("x", "failover ap eu check=two").Override("ap/203.0.113.20", OverrideState.Drain).Down("192.0.2.1");
        Assert.Equal("203.0.113.20 203.0.113.21", world.Ask("x", Dublin));
    }

    [Theory]
    [InlineData("eu-west")]
    [InlineData("inner.example.org.@eu-west")]
    [InlineData("outer.example.org.@inner")]
    public void A_drain_below_or_of_a_nested_name_stands_aside_too(string target)
    {
        SteeringWorld world = SteeringWorld.Example().Steer("inner", "failover eu-west check=web").Steer("outer", "failover inner us-east check=web").Override(target, OverrideState.Drain);
        Assert.Equal(UsEast, world.Ask("outer", Dublin));
        Assert.Equal(EuWest, world.Down("us-east").Ask("outer", Dublin));
        Assert.Contains(StandingAside.All(world.Table), aside => aside.Name == "outer.example.org.");
    }

    [Fact]
    public void What_serves_in_part_comes_before_what_is_drained()
    {
        SteeringWorld world = Failover("eu-west us-east us-west").Override("us-east", OverrideState.Drain).Override("us-west", OverrideState.Drain, percent: 99).Down("eu-west");
        Assert.Equal(UsWest, world.Ask("eu", Dublin));
    }

    [Fact]
    public void A_weight_of_0_and_a_slow_start_come_before_what_is_drained()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("w", "weighted eu-west=90 us-east=0 check=web").Override("eu-west", OverrideState.Drain);
        Assert.Equal(UsEast, world.Ask("w", Dublin));
        world = Failover("eu-west us-east").Override("eu-west", OverrideState.Drain).Down("us-east").Advance(100).Up("us-east").Advance(1);
        Assert.Equal(UsEast, world.Ask("eu", Dublin));
    }

    [Fact]
    public void Explain_tells_who_gave_way_and_why()
    {
        Explanation explained = Failover("eu-west us-east").Override("eu-west", OverrideState.Drain).Down("us-east").Explain("eu", Dublin);
        Assert.Equal("drain of eu-west stands aside (by alice: kernel update): nothing else serves, and it was not forced", explained.Steps.Single(step => step.Filter == "overrides").Note);
        Assert.Equal(["eu-west"], explained.Steps.Single(step => step.Filter == "take").Kept);
        Assert.DoesNotContain(explained.Steps, step => step.Filter == "all-down");
    }

    /// <summary>Any zone, any health, any unforced drains: as long as one endpoint that this client may have passes its probes, it gets an answer that passes them.</summary>
    [Fact]
    public void Unforced_drains_never_keep_the_last_endpoint_that_serves()
    {
        var random = new Random(20261128);
        string[] labels = ["us-east", "us-west", "eu-west"];
        string[] addresses = [UsEast, UsWest, EuWest];
        for (int round = 0; round < 500; round++)
        {
            SteeringWorld world = Failover("eu-west us-east us-west");
            bool[] up = [.. labels.Select(_ => random.Next(3) > 0)];
            foreach (string label in labels.Where((_, i) => !up[i]))
                world.Down(label);
            foreach (string label in labels.Where(_ => random.Next(2) == 0))
                world.Override(label, OverrideState.Drain, revision: $"{random.Next(1000):D3}");
            string answer = world.Ask("eu", Dublin);
            Assert.Contains(answer, addresses);
            if (up.Contains(true))
                Assert.True(up[Array.IndexOf(addresses, answer)], $"round {round}: {answer}");
        }
    }

    private static SteeringWorld Failover(string words) => SteeringWorld.Example().Steer("eu", $"failover {words} check=web");
}
