using System.Net;
using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

public sealed class TopologyBuilderTests
{
    [Fact]
    public void Steer_has_the_defaults_of_the_zone_language()
    {
        SteeredName name = Example().Steer("www", "latency us-east eu-west check=web").Topology.Names[0];
        Assert.Equal((30u, 7u, 1, true, 20, 40), (name.Ttl, name.TtlMin, name.Answers, name.UseSubnet, name.PersistIPv4, name.PersistIPv6));
        Assert.Equal((TimeSpan.FromSeconds(60), false, AllDown.Last, false), (name.Ramp, name.ManualFailback, name.AllDown, name.LocalHealthView));
        Assert.Equal(TimeSpan.FromSeconds(36), name.WorstCaseFailover);
    }

    [Theory]
    [InlineData(30, 7)]
    [InlineData(300, 75)]
    [InlineData(10, 5)]
    [InlineData(3, 3)]
    public void Ttl_min_is_a_quarter_at_least_five_seconds_and_never_above_the_ttl(uint ttl, uint expected)
        => Assert.Equal(expected, Example().Steer("www", "geo us-east", ttl).Topology.Names[0].TtlMin);

    [Theory]
    [InlineData("http", 80, "/")]
    [InlineData("https host=www.example.org", 443, "/")]
    [InlineData("tls host=www.example.org", 443, "")]
    [InlineData("grpc", 443, "")]
    [InlineData("dns", 53, "")]
    [InlineData("tcp port=8080", 8080, "")]
    public void Check_has_the_defaults_of_its_kind(string words, int port, string path)
    {
        Check check = Example().Check("c", words).Steer("www", "geo us-east check=c").Topology.Checks[1];
        Assert.Equal((port, path, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1), 2, 3, true, 1), (check.Port, check.Path, check.Every, check.Timeout, check.Fall, check.Rise, check.Verify, check.MinUp));
    }

    [Fact]
    public void Equal_checks_of_one_address_are_one_monitor()
    {
        Topology topology = Example().Check("same", "https path=/healthz host=www.example.org min-up=1").Check("other", "https path=/other host=www.example.org")
            .Steer("a", "geo us-east check=web").Steer("b", "geo us-east check=same").Steer("c", "geo us-east check=other").Topology;
        Assert.Equal(4, topology.Monitors.Length);
        Assert.Equal(topology.Names[0].Monitors[0][0].AsEnumerable(), topology.Names[1].Monitors[0][0]);
        Assert.StartsWith("https:192.0.2.10:443:", topology.Monitors[0].Key, StringComparison.Ordinal);
        Assert.StartsWith("https:[2001:db8:1::10]:443:", topology.Monitors[1].Key, StringComparison.Ordinal);
    }

    [Fact]
    public void Probe_address_stands_for_all_addresses_of_its_region()
    {
        Topology topology = Example().Check("c", "tcp port=80 address=us-east:127.0.1.1 address=us-east:127.0.1.2").Steer("www", "geo us-east eu-west check=c").Topology;
        Assert.All(topology.Names[0].Monitors[0], monitors => Assert.Equal([IPAddress.Parse("127.0.1.1"), IPAddress.Parse("127.0.1.2")], monitors.Select(monitor => topology.Monitors[monitor].Address)));
        Assert.Equal(2, topology.Names[0].Monitors[1].Length);
        Assert.Equal(4, topology.Monitors.Length);
    }

    [Fact]
    public void Cname_region_is_probed_by_its_name()
    {
        Topology topology = Example().CnameRegion("cloud", "0 0", "lb.example.net.").Steer("www", "geo cloud check=web").Topology;
        Assert.Equal((null, "lb.example.net."), (topology.Monitors[0].Address, topology.Monitors[0].HostName));
    }

    [Fact]
    public void Kind_none_is_never_probed_and_always_up()
        => Assert.Empty(Example().Check("c", "none").Steer("www", "geo us-east check=c").Topology.Monitors);

    [Fact]
    public void Keys_and_list_items_are_read_in_every_spelling()
    {
        SteeredName name = Example().Check("deep", "tcp port=80")
            .Steer("www", "GEO us-east EU-West.example.org. Check=web,deep map=EU:eu-west,DEU:us-east map=2001:db8::/32:us-east/eu-west map=AFG:us-east map=AF:eu-west only=us-ca:us-east ttl-min=5s").Topology.Names[0];
        Assert.Equal([0, 1], name.Checks.AsEnumerable());
        Assert.Equal([(PlaceKind.Continent, "EU"), (PlaceKind.Country, "DE"), (PlaceKind.Network, ""), (PlaceKind.Country, "AF"), (PlaceKind.Continent, "AF")], name.Map.Select(rule => (rule.Kind, rule.Code)));
        Assert.Equal([0, 1], name.Map[2].Targets.AsEnumerable());
        Assert.Equal((PlaceKind.Subdivision, "US-CA"), (name.Only[0].Kind, name.Only[0].Code));
        Assert.Equal(5u, name.TtlMin);
    }

    [Fact]
    public void Target_named_like_a_key_is_written_with_its_final_dot()
    {
        SteeredName name = Example().Region("check", "0 0", "192.0.2.99").Region("static", "0 0", "192.0.2.98")
            .Steer("www", "weighted check.example.org.=5 us-east=1 all-down=static.example.org.").Topology.Names[0];
        Assert.Equal([(4, 5), (0, 1)], name.Targets.Select(target => (target.Index, target.Weight)));
        Assert.Equal((AllDown.Target, 5), (name.AllDown, name.AllDownTarget.Index));
    }

    [Fact]
    public void Worst_case_of_nested_names_is_the_worst_along_the_way()
    {
        Topology topology = Example().Check("slow", "tcp port=80 every=10s timeout=5s fall=3")
            .Steer("big", "failover inner us-east check=web", 60).Steer("inner", "failover eu-west check=slow", 20).Topology;
        Assert.Equal(TimeSpan.FromSeconds(35 + 1 + 20), topology.Names[0].WorstCaseFailover);
        Assert.Equal((TimeSpan.FromSeconds(35), TimeSpan.FromSeconds(20)), (topology.Names[0].Detection, topology.Names[0].FailoverTtl));
    }

    [Fact]
    public void A_timeout_longer_than_the_period_leaves_out_probes_and_detection_counts_that()
    {
        Topology topology = Example().Check("slow", "tcp port=80 every=2s timeout=3s fall=2").Steer("www", "failover eu-west check=slow", 20).Topology;
        Assert.Equal(TimeSpan.FromSeconds((2 * 4) + 3), topology.Names[0].Detection);
    }

    [Fact]
    public void Hash_tells_whether_two_nodes_steer_alike()
    {
        string Hash(string words) => Example().Steer("www", words).Topology.Hash;
        Assert.Equal(Hash("geo us-east eu-west"), Hash("geo us-east eu-west"));
        Assert.NotEqual(Hash("geo us-east eu-west"), Hash("geo eu-west us-east"));
        Assert.Equal(16, Hash("geo us-east").Length);
    }

    private static SteeringWorld Example() => SteeringWorld.Example();
}
