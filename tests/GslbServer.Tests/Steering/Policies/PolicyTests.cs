using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

public sealed class PolicyTests
{
    private const string UsEast = "192.0.2.10";
    private const string UsWest = "192.0.2.20";
    private const string EuWest = "198.51.100.10";

    [Fact]
    public void Geo_sends_each_client_to_the_nearest_region()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("www", "geo us-east us-west eu-west ap-south check=web");
        Assert.Equal(EuWest, world.Ask("www", SteeringWorld.Dublin));
        Assert.Equal(UsEast, world.Ask("www", SteeringWorld.NewYork));
        Assert.Equal(UsWest, world.Ask("www", SteeringWorld.SanFrancisco));
        Assert.Equal("203.0.113.10 203.0.113.11", world.Ask("www", SteeringWorld.Sydney));
        Assert.Equal("2001:db8:3::10", world.Ask("www", SteeringWorld.Dublin, ipv6: true));
    }

    [Fact]
    public void Geo_moves_to_the_next_region_when_the_nearest_is_down()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("www", "geo us-east us-west eu-west ap-south check=web").Down("eu-west");
        Assert.Equal(UsEast, world.Ask("www", SteeringWorld.Dublin));
    }

    [Fact]
    public void Failover_takes_the_first_that_is_up()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("eu", "failover eu-west us-east check=web");
        Assert.Equal(EuWest, world.Ask("eu", SteeringWorld.NewYork));
        world.Down("eu-west");
        Assert.Equal(UsEast, world.Ask("eu", SteeringWorld.NewYork));
        Assert.Equal(0, world.Decide("eu", SteeringWorld.NewYork).ScopePrefixLength);
    }

    [Fact]
    public void Weighted_divides_clients_by_weight_and_keeps_each_in_place()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("api", "weighted us-east=90 eu-west=10 check=web");
        int east = 0;
        for (int i = 0; i < 4096; i++)
        {
            string answer = world.Ask("api", SteeringWorld.NoSubnet, resolver: $"{20 + (i >> 8)}.{i & 255}.0.1");
            east += answer == UsEast ? 1 : 0;
        }

        Assert.InRange(east, 4096 * 0.87, 4096 * 0.93);
        Assert.Equal(20, world.Decide("api", SteeringWorld.Dublin).ScopePrefixLength);
    }

    [Fact]
    public void Nested_name_is_a_target()
    {
        SteeringWorld world = SteeringWorld.Example()
            .Steer("big", "failover americas eu-west check=web", 60)
            .Steer("americas", "geo us-east us-west check=web", 20);
        Assert.Equal(UsEast, world.Ask("big", SteeringWorld.NewYork));
        Assert.Equal(UsWest, world.Ask("big", SteeringWorld.SanFrancisco));
        Assert.Equal(20u, world.Decide("big", SteeringWorld.NewYork).Ttl);
        Assert.True(world.Decide("big", SteeringWorld.NewYork).ScopePrefixLength > 0);
        world.Down("us-east", "us-west");
        Assert.Equal(EuWest, world.Ask("big", SteeringWorld.NewYork));
    }

    [Fact]
    public void Multivalue_answers_all_that_are_up()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("files", "multivalue us-east eu-west ap-south check=web").Down("203.0.113.11");
        Assert.Equal($"{UsEast} {EuWest} 203.0.113.10", world.Ask("files", SteeringWorld.Dublin));
    }

    [Fact]
    public void Weighted_moves_only_the_clients_of_what_changes()
    {
        SteeringWorld before = SteeringWorld.Example().Steer("api", "weighted us-east=2 eu-west=2 us-west=1 check=web");
        SteeringWorld heavier = SteeringWorld.Example().Steer("api", "weighted us-west=1 us-east=2 eu-west=3 check=web");
        string[] old = [.. Resolvers().Select(resolver => before.Ask("api", SteeringWorld.NoSubnet, resolver: resolver))];
        string[] grown = [.. Resolvers().Select(resolver => heavier.Ask("api", SteeringWorld.NoSubnet, resolver: resolver))];
        Assert.All(old.Zip(grown).Where(pair => pair.First != pair.Second), pair => Assert.Equal(EuWest, pair.Second));

        before.Down("us-east");
        string[] without = [.. Resolvers().Select(resolver => before.Ask("api", SteeringWorld.NoSubnet, resolver: resolver))];
        Assert.All(old.Zip(without).Where(pair => pair.First != pair.Second), pair => Assert.Equal(UsEast, pair.First));
    }

    [Fact]
    public void Weight_zero_serves_only_when_nothing_else_does()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("api", "weighted us-east=1 eu-west=0 check=web");
        Assert.All(Resolvers(), resolver => Assert.Equal(UsEast, world.Ask("api", SteeringWorld.NoSubnet, resolver: resolver)));
        world.Down("us-east");
        Assert.Equal(EuWest, world.Ask("api", SteeringWorld.NoSubnet));
    }

    [Fact]
    public void Random_spread_draws_for_each_query()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("api", "weighted us-east=3 eu-west=1 spread=random");
        int east = Enumerable.Range(0, 4000).Count(draw => world.Ask("api", SteeringWorld.Dublin, draw: (uint)draw * 2654435761) == UsEast);
        Assert.InRange(east, 2850, 3150);
    }

    [Fact]
    public void Map_goes_before_distance_and_the_most_specific_place_counts()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("www",
            "geo us-east us-west eu-west ap-south map=EU:us-east map=EEA:us-west map=DE:ap-south/us-west map=AS64504:us-east map=US-CA:eu-west map=CH:us-west map=198.18.64.0/24:eu-west map=*:us-west");
        Assert.Equal(UsWest, world.Ask("www", SteeringWorld.Dublin));
        Assert.Equal("203.0.113.10 203.0.113.11", world.Ask("www", SteeringWorld.Subnet("198.18.65.0/24")));
        Assert.Equal(EuWest, world.Ask("www", SteeringWorld.Subnet("198.18.64.0/24")));
        Assert.Equal(UsEast, world.Ask("www", SteeringWorld.Sydney));
        Assert.Equal(EuWest, world.Ask("www", SteeringWorld.SanFrancisco));
        Assert.Equal(UsWest, world.Ask("www", SteeringWorld.Nowhere));
        Assert.Equal(UsWest, world.Ask("www", SteeringWorld.Subnet("192.0.2.0/24")));
    }

    [Fact]
    public void Client_of_unknown_place_gets_the_order_written()
        => Assert.Equal(UsWest, SteeringWorld.Example().Steer("www", "geo us-west us-east eu-west").Ask("www", SteeringWorld.Subnet("192.0.2.0/24")));

    [Fact]
    public void Client_of_known_country_without_coordinates_stands_in_its_middle()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("www", "geo us-west us-east eu-west");
        Assert.Equal(EuWest, world.Ask("www", SteeringWorld.Nowhere));
        Assert.StartsWith("by distance from the middle of CH: eu-west 1", world.Explain("www", SteeringWorld.Nowhere).Steps[3].Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_country_has_a_middle()
        => Assert.All(Enumerable.Range(0, 26 * 26).Select(i => $"{(char)('A' + (i / 26))}{(char)('A' + (i % 26))}").Where(Countries.IsAlpha2),
            code => Assert.NotNull(PlaceCentres.Find(Location.Unknown with { Country = code }, out _)));

    [Fact]
    public void Bias_brings_a_region_nearer()
    {
        SteeringWorld World(string bias) => new SteeringWorld().Region("paris", "48.86 2.35" + bias, "192.0.2.1").Region("berlin", "52.52 13.40", "192.0.2.2").Steer("www", "geo berlin paris");
        Assert.Equal("192.0.2.2", World("").Ask("www", SteeringWorld.Frankfurt));
        Assert.Equal("192.0.2.1", World(" bias=20").Ask("www", SteeringWorld.Frankfurt));
    }

    [Fact]
    public void Equal_distances_go_by_the_order_written()
    {
        SteeringWorld world = new SteeringWorld().Region("b", "50 8", "192.0.2.2").Region("a", "50 8", "192.0.2.1").Steer("www", "geo b a").Steer("other", "geo a b");
        Assert.Equal("192.0.2.2", world.Ask("www", SteeringWorld.Frankfurt));
        Assert.Equal("192.0.2.1", world.Ask("other", SteeringWorld.Frankfurt));
    }

    [Fact]
    public void Fences_keep_clients_in_and_out()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("in", "geo us-east eu-west ap-south only=EEA:eu-west only=DE:ap-south").Steer("out", "geo us-east eu-west except=EU:eu-west except=US:us-east");
        Assert.Equal(EuWest, world.Ask("in", SteeringWorld.Dublin));
        Assert.Equal("203.0.113.10 203.0.113.11", world.Ask("in", SteeringWorld.Frankfurt));
        Assert.Equal(UsEast, world.Ask("in", SteeringWorld.NewYork));
        Assert.Equal(UsEast, world.Ask("out", SteeringWorld.Dublin));
        Assert.Equal(EuWest, world.Ask("out", SteeringWorld.NewYork));
        Assert.Equal(["eu-west"], world.Explain("in", SteeringWorld.Dublin).Steps[0].Kept);
        Assert.Equal("fenced: only=EEA", world.Explain("in", SteeringWorld.Dublin).Steps[0].Dropped[0].Why);
    }

    [Fact]
    public void Answers_takes_so_many_targets()
        => Assert.Equal($"{EuWest} {UsEast}", SteeringWorld.Example().Steer("www", "geo us-east us-west eu-west answers=2").Ask("www", SteeringWorld.Dublin));

    [Fact]
    public void Answer_holds_eight_addresses_at_most()
    {
        var world = new SteeringWorld();
        for (int i = 0; i < 5; i++)
            world.Region($"r{i}", "0 0", $"192.0.2.{i}", $"192.0.2.{100 + i}");
        world.Steer("www", "multivalue r0 r1 r2 r3 r4");
        Assert.Equal(8, world.Ask("www", SteeringWorld.Dublin).Split(' ').Length);
    }

    [Fact]
    public void Address_of_two_targets_is_answered_once()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("inner", "failover us-east eu-west").Steer("www", "multivalue inner us-east eu-west");
        Assert.Equal($"{UsEast} {EuWest}", world.Ask("www", SteeringWorld.Dublin));
    }

    [Fact]
    public void Cname_region_is_the_whole_answer()
    {
        SteeringWorld world = SteeringWorld.Example().CnameRegion("cloud", "53 -6", "lb.example.net.").Steer("www", "geo us-east cloud answers=2 check=web").Steer("all", "multivalue us-east cloud eu-west");
        Assert.Equal("CNAME lb.example.net.", world.Ask("www", SteeringWorld.Dublin));
        Assert.Equal("CNAME lb.example.net.", world.Ask("www", SteeringWorld.Dublin, ipv6: true));
        Assert.Equal($"{UsEast} {EuWest}", world.Ask("all", SteeringWorld.Dublin));
        Assert.Equal(["lb.example.net."], world.Explain("www", SteeringWorld.Dublin).Answer.Records);
    }

    [Fact]
    public void Nested_name_stands_where_its_nearest_region_stands()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("inner", "failover ap-south eu-west").Steer("www", "geo us-east inner");
        Assert.Equal("203.0.113.10 203.0.113.11", world.Ask("www", SteeringWorld.Dublin));
        Assert.Equal(UsEast, world.Ask("www", SteeringWorld.NewYork));
    }

    [Fact]
    public void Nested_name_whose_fence_leaves_nothing_is_skipped()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("inner", "failover us-east us-west check=web only=EU:us-east").Steer("www", "failover inner eu-west check=web").Down("us-east");
        Assert.Equal(EuWest, world.Ask("www", SteeringWorld.Dublin));
        Assert.Equal(UsWest, world.Ask("www", SteeringWorld.NewYork));
    }

    [Theory]
    [InlineData("latency us-east eu-west", "nothing measured yet: by distance: eu-west 1 km, us-east 54")]
    [InlineData("load us-east eu-west", "no load reported yet: nothing measured yet: by distance")]
    [InlineData("load us-east eu-west by=geo", "no load reported yet: by distance")]
    [InlineData("geo us-east eu-west map=EU:us-east", "map=EU:us-east, then by distance")]
    [InlineData("failover us-east eu-west", "as written")]
    [InlineData("weighted us-east=1 eu-west=0", "weights us-east=1 eu-west=0, hashed by 198.18.0.0/20")]
    public void Order_says_what_it_goes_by(string words, string note)
        => Assert.StartsWith(note, SteeringWorld.Example().Steer("www", words).Explain("www", SteeringWorld.Dublin).Steps.Single(step => step.Filter == "order").Note, StringComparison.Ordinal);

    [Fact]
    public void Explanation_names_client_place_and_nested_steps()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("big", "failover americas eu-west check=web").Steer("americas", "geo us-east us-west check=web").Down("us-east");
        Explanation explained = world.Explain("big", SteeringWorld.NewYork);
        Assert.Equal(new ExplainedClient("198.18.128.0", 24, "ecs"), explained.Client);
        Assert.Equal(new ExplainedLocation("US", "NA", 40.71, -74.0, 64502), explained.Location);
        Assert.Equal(["fences", "overrides", "health", "order", "fences (americas.example.org.)", "overrides (americas.example.org.)", "health (americas.example.org.)",
            "order (americas.example.org.)", "take (americas.example.org.)", "take"], explained.Steps.Select(step => step.Filter));
        Assert.Equal(["americas"], explained.Steps[^1].Kept);
        Assert.Equal([UsWest], explained.Answer.Records);
    }

    private static IEnumerable<string> Resolvers() => Enumerable.Range(0, 1000).Select(i => $"{20 + (i / 256)}.{i % 256}.0.1");
}
