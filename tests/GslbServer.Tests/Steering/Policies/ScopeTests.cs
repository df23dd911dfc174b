using System.Net;
using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

public sealed class ScopeTests
{
    private const string UsEast = "192.0.2.10";
    private const string EuWest = "198.51.100.10";

    [Fact]
    public void Scope_is_the_leaf_whatever_the_source_length_and_the_health()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("www", "geo us-east us-west eu-west check=web");
        foreach (string network in (string[])["198.18.0.0/24", "198.18.3.4/32", "198.18.0.0/16", "198.18.0.0/20"])
            Assert.Equal(17, world.Decide("www", SteeringWorld.Subnet(network)).ScopePrefixLength);
        Assert.Equal(17, world.Down("eu-west", "us-west").Decide("www", SteeringWorld.Dublin).ScopePrefixLength);
    }

    [Fact]
    public void Scope_is_zero_without_client_subnet_and_for_names_that_do_not_depend_on_place()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("www", "geo us-east eu-west").Steer("eu", "failover eu-west us-east").Steer("all", "multivalue eu-west us-east")
            .Steer("one", "geo eu-west").Steer("blind", "geo us-east eu-west ecs=ignore").Steer("v4", "geo us-east", 30);
        Assert.Equal(0, world.Decide("www", SteeringWorld.NoSubnet).ScopePrefixLength);
        foreach (string name in (string[])["eu", "all", "one", "blind", "v4"])
            Assert.Equal(0, world.Decide(name, SteeringWorld.Dublin).ScopePrefixLength);
    }

    [Fact]
    public void Name_that_ignores_subnets_goes_by_the_resolver()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("blind", "geo us-east eu-west ecs=ignore");
        Assert.Equal(UsEast, world.Ask("blind", SteeringWorld.Dublin, resolver: "198.18.128.1"));
        Assert.Equal("resolver", world.Explain("blind", SteeringWorld.Dublin, resolver: "198.18.128.1").Client.Source);
    }

    [Fact]
    public void Weights_keep_scopes_from_being_shorter_than_persist()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("api", "weighted us-east=1 eu-west=1 persist=22/48").Steer("outer", "failover api us-west");
        Assert.Equal(22, world.Decide("api", SteeringWorld.Dublin).ScopePrefixLength);
        Assert.Equal(22, world.Decide("outer", SteeringWorld.Dublin).ScopePrefixLength);
        Assert.Equal(48, world.Decide("outer", SteeringWorld.Subnet("2001:db8:a000::/56")).ScopePrefixLength);
    }

    [Fact]
    public void Zone_may_split_finer_than_the_database()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("www", "geo us-east eu-west map=198.18.5.128/25:us-east");
        Assert.Equal(UsEast, world.Ask("www", SteeringWorld.Subnet("198.18.5.128/25")));
        Assert.Equal(25, world.Decide("www", SteeringWorld.Subnet("198.18.5.128/25")).ScopePrefixLength);
        Assert.Equal(25, world.Decide("www", SteeringWorld.Subnet("198.18.5.0/25")).ScopePrefixLength);
        Assert.Equal(EuWest, world.Ask("www", SteeringWorld.Subnet("198.18.5.0/24")));
    }

    [Theory]
    [InlineData("10.9.8.0/24", 8)]
    [InlineData("172.16.1.0/24", 12)]
    [InlineData("192.168.1.0/24", 16)]
    [InlineData("127.0.0.0/24", 8)]
    [InlineData("100.64.1.0/24", 10)]
    [InlineData("fd00:1::/48", 7)]
    [InlineData("fe80::/64", 10)]
    public void Private_subnet_stands_for_its_resolver(string network, int scope)
    {
        SteeringWorld world = SteeringWorld.Example().Steer("www", "geo us-east eu-west");
        Assert.Equal(UsEast, world.Ask("www", SteeringWorld.Subnet(network), resolver: "198.18.128.1"));
        Assert.Equal(EuWest, world.Ask("www", SteeringWorld.Subnet(network), resolver: "198.18.0.1"));
        Assert.Equal(scope, world.Decide("www", SteeringWorld.Subnet(network)).ScopePrefixLength);
        Assert.Equal("resolver", world.Explain("www", SteeringWorld.Subnet(network), resolver: "198.18.128.1").Client.Source);
    }

    [Fact]
    public void Private_network_that_the_zone_names_is_a_place()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("www", "geo us-east eu-west map=10.1.0.0/16:eu-west");
        Assert.Equal(EuWest, world.Ask("www", SteeringWorld.Subnet("10.1.2.0/24"), resolver: "198.18.128.1"));
        Assert.Equal(16, world.Decide("www", SteeringWorld.Subnet("10.1.2.0/24")).ScopePrefixLength);
        Assert.Equal(UsEast, world.Ask("www", SteeringWorld.Subnet("10.2.2.0/24"), resolver: "198.18.128.1"));
        Assert.Equal(EuWest, world.Ask("www", SteeringWorld.NoSubnet, resolver: "10.1.2.3"));
        Assert.Equal("ecs", world.Explain("www", SteeringWorld.Subnet("10.1.2.0/24")).Client.Source);
    }

    [Fact]
    public void Private_network_that_the_database_knows_is_a_place()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("www", "geo us-east eu-west");
        (byte[]? offices, _) = GeoCsv.Build("network,continent,country,latitude,longitude\n10.1.0.0/16,EU,DE,48.14,11.58\n192.0.2.0/24,NA,US,39.0,-77.5\n", "Offices-City", "test", DateTimeOffset.UnixEpoch);
        SteeringTable table = SteeringTable.Compile(SteeringPlan.Compile(world.Topology, GeoTable.Compile([("offices.mmdb", offices ?? [])])), world.Health, null);
        Assert.Equal((EuWest, 16), Ask("10.1.2.0/24"));
        Assert.Equal((UsEast, 15), Ask("10.2.2.0/24"));

        (string, int) Ask(string subnet)
        {
            Steerer.Decide(table, 0, wantsIPv6: false, SteeringWorld.Subnet(subnet), Client.From(IPAddress.Parse("192.0.2.1")), 0, out Decision decision);
            return (world.Text(decision, ipv6: false), decision.ScopePrefixLength);
        }
    }

    [Fact]
    public void Static_family_is_static_for_everyone()
    {
        SteeringWorld world = SteeringWorld.Example().Region("v4", "0 0", "192.0.2.77").Region("v4b", "0 90", "192.0.2.78").Steer("www", "geo v4 v4b", 30, "2001:db8::99").Steer("bare", "geo v4 v4b");
        Assert.Equal(("StaticFallback", 0), (world.Ask("www", SteeringWorld.Dublin, ipv6: true), world.Decide("www", SteeringWorld.Dublin, ipv6: true).ScopePrefixLength));
        Assert.Equal("NoData", world.Ask("bare", SteeringWorld.Dublin, ipv6: true));
        Assert.Equal(["2001:db8::99"], world.Explain("www", SteeringWorld.Dublin, ipv6: true).Answer.Records);
    }

    [Fact]
    public void Family_that_only_other_regions_have_comes_from_them()
    {
        SteeringWorld world = SteeringWorld.Example().Region("v4", "53 -6", "192.0.2.77").Steer("www", "geo v4 us-east");
        Assert.Equal("192.0.2.77", world.Ask("www", SteeringWorld.Dublin));
        Assert.Equal("2001:db8:1::10", world.Ask("www", SteeringWorld.Dublin, ipv6: true));
    }
}
