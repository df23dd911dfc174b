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
            Client client = SteeringWorld.Subnet($"10.{i >> 8}.{i & 255}.0/24") with { };
            string answer = world.Ask("api", NoSubnet(), resolver: $"{20 + (i >> 8)}.{i & 255}.0.1");
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

    private static Client NoSubnet() => SteeringWorld.NoSubnet;
}
