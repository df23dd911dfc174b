using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

/// <summary>Names that go by load: prices move those first that lose least, and bad news of balancers is heard.</summary>
public sealed class LoadSteeringTests
{
    private static SteeringWorld World(string more = "") => SteeringWorld.Example()
        .Steer("load", $"load us-east us-west eu-west check=web {more}").Steer("geo", $"geo us-east us-west eu-west check=web {more}");

    [Fact]
    public void Before_load_is_reported_answers_are_those_of_geography()
    {
        SteeringWorld world = World();
        foreach (Client client in (Client[])[SteeringWorld.Dublin, SteeringWorld.Frankfurt, SteeringWorld.NewYork, SteeringWorld.SanFrancisco, SteeringWorld.Sydney, SteeringWorld.Nowhere])
            Assert.Equal(world.Ask("geo", client), world.Ask("load", client));
    }

    [Fact]
    public void Those_move_first_that_lose_least()
    {
        SteeringWorld world = World();
        // New York is 330 km from us-east and 3,900 km from us-west, which is 63 ms more; Frankfurt is 5,500 km farther from us-east than from eu-west; Dublin still more by the share.
        string[] Answers(double price) => [.. ((Client[])[SteeringWorld.Frankfurt, SteeringWorld.Dublin]).Select(client => Ask(world, client, ("eu-west", price, RegionNews.None)))];
        Assert.Equal(["198.51.100.10", "198.51.100.10"], Answers(0));
        Assert.Equal(["198.51.100.10", "198.51.100.10"], Answers(60));
        double[] left = [.. ((Client[])[SteeringWorld.Frankfurt, SteeringWorld.Dublin]).Select(client =>
            Enumerable.Range(0, 150).First(price => Ask(world, client, ("eu-west", price, RegionNews.None)) != "198.51.100.10"))];
        Assert.All(left, price => Assert.InRange(price, 60, 149));
    }

    [Fact]
    public void A_mapped_target_stays_whatever_its_price()
        => Assert.Equal("198.51.100.10", Ask(World("map=EU:eu-west"), SteeringWorld.Frankfurt, ("eu-west", 150, RegionNews.None)));

    [Fact]
    public void Prices_move_no_other_policy()
    {
        SteeringWorld world = World().Steer("latency", "latency us-east eu-west check=web");
        foreach (string name in (string[])["geo", "latency"])
            Assert.Equal("198.51.100.10", Ask(world, SteeringWorld.Frankfurt, ("eu-west", 150, RegionNews.None), name));
    }

    [Fact]
    public void Scopes_do_not_change_with_prices()
    {
        SteeringWorld world = World();
        foreach (Client client in (Client[])[SteeringWorld.Dublin, SteeringWorld.Frankfurt, SteeringWorld.NewYork, SteeringWorld.Sydney])
        {
            int[] scopes = [.. ((double[])[0, 10, 40, 150]).Select(price => (int)Decide(world, client, ("eu-west", price, RegionNews.None)).ScopePrefixLength)];
            Assert.Single(scopes.Distinct());
        }
    }

    [Fact]
    public void Explain_tells_the_price_of_each_candidate()
    {
        SteeringWorld world = World();
        SteeringTable table = Table(world, ("eu-west", 12.5, RegionNews.None));
        Explanation explanation = Steerer.Explain(table, world.IndexOf("load"), false, SteeringWorld.Dublin, SteeringWorld.Dublin);
        ExplainedStep order = explanation.Steps.Single(step => step.Filter == "order");
        Assert.StartsWith("by load: us-east +0 ms, us-west +0 ms, eu-west +12.5 ms: ", order.Note, StringComparison.Ordinal);
        Assert.Equal(12.5, order.Prices!.Single(price => price.Region == "eu-west").Milliseconds);
    }

    [Theory]
    [InlineData(RegionNews.Draining, "its balancers are draining")]
    [InlineData(RegionNews.NotServing, "down: its balancers have no live backend")]
    public void A_region_whose_balancers_all_tell_bad_news_is_left_by_names_of_every_policy(RegionNews news, string why)
    {
        SteeringWorld world = World().Steer("fail", "failover eu-west us-east check=web").Steer("weighted", "weighted eu-west=1 us-east=0 check=web");
        foreach (string name in (string[])["load", "geo", "fail", "weighted"])
        {
            Assert.NotEqual("198.51.100.10", Ask(world, SteeringWorld.Dublin, ("eu-west", 0, news), name));
            Explanation explanation = Steerer.Explain(Table(world, ("eu-west", 0, news)), world.IndexOf(name), false, SteeringWorld.Dublin, SteeringWorld.Dublin);
            Assert.Contains(explanation.Steps.Single(step => step.Filter == "health").Dropped, drop => drop.Region == "eu-west" && drop.Why == why);
        }
    }

    [Theory]
    [InlineData(RegionNews.Draining)]
    [InlineData(RegionNews.NotServing)]
    public void Bad_news_never_takes_the_last_target(RegionNews news)
    {
        SteeringWorld world = World();
        (string, double, RegionNews)[] all = [("us-east", 0, news), ("us-west", 0, news), ("eu-west", 0, news)];
        Assert.Equal("198.51.100.10", Ask(world, SteeringWorld.Dublin, all, "load"));
        world.Down("us-east", "us-west");
        Assert.Equal("198.51.100.10", Ask(world, SteeringWorld.Dublin, [("eu-west", 0, news)], "load"));
        SteeringWorld fenced = World("only=EU:eu-west all-down=nodata");
        Assert.Equal(news == RegionNews.Draining ? "198.51.100.10" : "NoData", Ask(fenced, SteeringWorld.Dublin, [("eu-west", 0, news)], "load"));
    }

    [Fact]
    public void A_drain_stands_aside_before_clients_are_sent_to_balancers_without_backends()
    {
        SteeringWorld world = World().Steer("fail", "failover eu-west us-east check=web").Override("eu-west", OverrideState.Drain);
        Assert.Equal("198.51.100.10", Ask(world, SteeringWorld.Dublin, ("us-east", 0, RegionNews.NotServing), "fail"));
        Assert.False(DrainSafety.Of(SteeringTable.Compile(world.Plan, world.Health with { Overrides = [], Load = LoadWords.Table(world.Topology, ("us-east", 0, RegionNews.NotServing)) }, null),
            world.Health.Overrides.Single().Override).WithoutTarget is []);
    }

    [Fact]
    public void With_manual_failback_balancers_that_drain_hand_over_to_what_waits_for_an_undrain()
    {
        SteeringWorld world = World().Steer("held", "failover eu-west us-east check=web failback=manual ramp=0s").Down("eu-west").Advance(100).Up("eu-west").Advance(1000);
        Assert.Equal("192.0.2.10", Ask(world, SteeringWorld.Dublin, [], "held"));
        Assert.Equal("198.51.100.10", Ask(world, SteeringWorld.Dublin, ("us-east", 0, RegionNews.Draining), "held"));
        Assert.Equal("198.51.100.10", Ask(world, SteeringWorld.Dublin, [("us-east", 0, RegionNews.Draining), ("eu-west", 0, RegionNews.Draining)], "held"));
    }

    /// <summary>As with an operator's drain: short until the last old answer has gone from caches, and then a publication without news costs nothing again.</summary>
    [Fact]
    public void Balancers_that_drain_shorten_TTLs_for_one_TTL()
    {
        SteeringWorld world = World();
        LoadTable news = LoadWords.Table(world.Topology, ("eu-west", 0, RegionNews.Draining));
        HealthTable health = world.Health with { Load = news, Now = LoadWords.Now + TimeSpan.FromSeconds(1) };
        var table = SteeringTable.Compile(world.Plan, health, null);
        Steerer.Decide(table, world.IndexOf("geo"), false, SteeringWorld.Dublin, SteeringWorld.Dublin, 0, out Decision decision);
        Assert.Equal(7u, decision.Ttl);
        var later = SteeringTable.Compile(world.Plan, health with { Now = health.Now + TimeSpan.FromSeconds(60) }, table);
        Steerer.Decide(later, world.IndexOf("geo"), false, SteeringWorld.Dublin, SteeringWorld.Dublin, 0, out decision);
        Assert.Equal(30u, decision.Ttl);
        Assert.True(SteeringTable.Compile(world.Plan, health with { Now = health.Now + TimeSpan.FromSeconds(61) }, later).IsAgain(later));
    }

    [Fact]
    public void A_heartbeat_makes_nothing_up()
    {
        SteeringWorld world = World().Down("eu-west");
        Assert.NotEqual("198.51.100.10", Ask(world, SteeringWorld.Dublin, ("eu-west", 0, RegionNews.None)));
    }

    [Fact]
    public void An_operators_word_is_above_that_of_balancers()
    {
        SteeringWorld world = World().Override("eu-west", OverrideState.Up);
        Assert.Equal("198.51.100.10", Ask(world, SteeringWorld.Dublin, ("eu-west", 0, RegionNews.NotServing)));
    }

    private static string Ask(SteeringWorld world, Client client, (string, double, RegionNews) region, string name = "load") => Ask(world, client, [region], name);

    private static string Ask(SteeringWorld world, Client client, (string, double, RegionNews)[] regions, string name)
    {
        Steerer.Decide(Table(world, regions), world.IndexOf(name), false, client, client, 0, out Decision decision);
        return world.Text(decision, false);
    }

    private static Decision Decide(SteeringWorld world, Client client, params (string, double, RegionNews)[] regions)
    {
        Steerer.Decide(Table(world, regions), world.IndexOf("load"), false, client, client, 0, out Decision decision);
        return decision;
    }

    private static SteeringTable Table(SteeringWorld world, params (string, double, RegionNews)[] regions)
        => SteeringTable.Compile(world.Plan, world.Health with { Load = LoadWords.Table(world.Topology, regions) }, null);
}
