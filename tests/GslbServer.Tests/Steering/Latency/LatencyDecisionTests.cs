using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

public sealed class LatencyDecisionTests
{
    private static readonly (string, string, double, int)[] ToUsEast = [("198.18.0.0", "eu-west", 110, 30), ("198.18.0.0", "us-east", 70, 30), ("198.18.0.0", "us-west", 150, 30)];

    private static readonly (string, string, double, int)[] ToEuWest = [("198.18.0.0", "eu-west", 20, 30), ("198.18.0.0", "us-east", 110, 30), ("198.18.0.0", "us-west", 150, 30)];

    [Fact]
    public void A_prefix_moves_in_the_second_epoch_that_its_gain_stands()
    {
        LatencyMap first = LatencyWorld.Decide(LatencyMap.Empty, 100, LatencyWorld.Rows(100, ToUsEast));
        Assert.Equal("eu-west", Ask(first));
        LatencyMap second = LatencyWorld.Decide(first, 101, LatencyWorld.Rows(101, ToUsEast));
        Assert.Equal("us-east", Ask(second));
        Assert.Equal((1, first.Hash), (second.Moves, second.PreviousHash));
    }

    [Fact]
    public void One_epoch_of_another_order_moves_nothing()
    {
        LatencyMap map = LatencyWorld.Decide(LatencyMap.Empty, 100, LatencyWorld.Rows(100, ToUsEast));
        map = LatencyWorld.Decide(map, 101, LatencyWorld.Rows(101, ToEuWest));
        map = LatencyWorld.Decide(map, 102, LatencyWorld.Rows(102, ToUsEast));
        Assert.Equal("eu-west", Ask(map));
    }

    [Fact]
    public void What_somebody_wrote_is_said_to_be_imported()
    {
        LatencyRows rows = LatencyWorld.Rows(100, ("198.18.0.0", "eu-west", 110, 30), ("198.18.0.0", "us-east", 70, 5));
        rows = rows with { Rows = [.. rows.Rows.Select(row => row.Region == 2 ? row with { Source = LatencySource.Import } : row)] };
        LatencyMap map = LatencyWorld.Decide(LatencyMap.Empty, 100, rows);
        Dictionary<string, LatencyEstimate> estimates = LatencyListing.Top(map, 1)[0].Estimates.ToDictionary(estimate => estimate.Region);
        Assert.Equal((EstimateSource.Measured, EstimateSource.Imported), (estimates["eu-west"].Source, estimates["us-east"].Source));
        Assert.Equal((5, EstimateConfidence.Low), (estimates["us-east"].Samples, estimates["us-east"].Confidence));
        Assert.Contains("(n=5 imported, ", estimates["us-east"].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_import_that_is_gone_is_not_kept_for_its_region_as_measurements_of_a_silent_one_are()
    {
        LatencyRows rows = LatencyWorld.Rows(100, ("198.18.0.0", "eu-west", 110, 30));
        LatencyRows imported = LatencyWorld.Rows(100, ("198.18.0.0", "us-east", 70, 5)) with { Writer = "import" };
        imported = imported with { Rows = [.. imported.Rows.Select(row => row with { Source = LatencySource.Import })] };
        LatencyMap map = LatencyWorld.Decide(LatencyMap.Empty, 100, rows, imported);
        map = LatencyWorld.Decide(map, 101, rows with { Epoch = 101 });
        Assert.DoesNotContain(EstimateSource.Imported, LatencyListing.Top(map, 1)[0].Estimates.Select(estimate => estimate.Source));
    }

    [Fact]
    public void A_path_that_gets_longer_at_a_stroke_is_waited_for_even_where_a_move_was_pending()
    {
        (string, string, double, int)[] pending = [("198.18.0.0", "eu-west", 60, 30), ("198.18.0.0", "us-east", 50, 30)];
        (string, string, double, int)[] longer = [("198.18.0.0", "eu-west", 120, 12), ("198.18.0.0", "us-east", 55, 30)];
        LatencyMap map = LatencyWorld.Decide(LatencyMap.Empty, 100, LatencyWorld.Rows(100, ("198.18.0.0", "eu-west", 55, 30), ("198.18.0.0", "us-east", 55, 30)));
        map = LatencyWorld.Decide(map, 101, LatencyWorld.Rows(101, pending));
        LatencyMap blip = LatencyWorld.Decide(map, 102, LatencyWorld.Rows(102, longer));
        Assert.Equal("eu-west", Ask(blip));
        Assert.Equal("eu-west", Ask(LatencyWorld.Decide(blip, 103, LatencyWorld.Rows(103, ("198.18.0.0", "eu-west", 55, 30), ("198.18.0.0", "us-east", 55, 30)))));
        Assert.Equal("us-east", Ask(LatencyWorld.Decide(blip, 103, LatencyWorld.Rows(103, longer))));
    }

    [Fact]
    public void An_epoch_left_out_does_not_count_as_running()
    {
        LatencyMap map = LatencyWorld.Decide(LatencyMap.Empty, 100, LatencyWorld.Rows(100, ToUsEast));
        Assert.Equal("eu-west", Ask(LatencyWorld.Decide(map, 102, LatencyWorld.Rows(102, ToUsEast))));
    }

    [Fact]
    public void A_gain_that_counts_as_equal_moves_nothing()
        => Assert.Equal("eu-west", Ask(Settled(("198.18.0.0", "eu-west", 80, 60), ("198.18.0.0", "us-east", 77, 60))));

    [Fact]
    public void A_clock_that_goes_back_leaves_the_map()
    {
        LatencyMap map = Settled(ToUsEast);
        Assert.Same(map, LatencyWorld.Decide(map, map.Epoch, LatencyWorld.Rows(90, ToEuWest)));
        Assert.Same(map, LatencyWorld.Decide(map, map.Epoch + 1, LatencyWorld.Rows(map.Epoch + 50, ToEuWest)));
    }

    [Fact]
    public void When_nothing_is_told_for_an_hour_the_last_map_stays()
    {
        LatencyMap map = Settled(ToUsEast);
        Assert.Same(map, LatencyWorld.Decide(map, map.Epoch + 13, LatencyWorld.Rows(map.Epoch, ToEuWest)));
    }

    [Fact]
    public void A_region_that_says_nothing_keeps_its_place()
    {
        LatencyMap map = Settled(ToUsEast);
        for (uint epoch = map.Epoch + 1; epoch < 120; epoch++)
            map = LatencyWorld.Decide(map, epoch, LatencyWorld.Rows(epoch, ToUsEast.Where(row => row.Item2 != "us-east").ToArray()));
        Assert.Equal("us-east", Ask(map));
    }

    [Fact]
    public void A_round_trip_faster_than_light_proves_the_geo_record_wrong_for_that_prefix_alone()
    {
        // Sydney to Dublin is 17,000 km, 170 ms at the least.
        LatencyMap map = Settled(("198.19.128.0", "eu-west", 12, 10), ("198.19.128.0", "us-east", 90, 10), ("198.18.0.0", "eu-west", 12, 10));
        Assert.Equal(1, map.GeoInvalidCount);
        Assert.Equal("eu-west", Ask(map, SteeringWorld.Sydney));
    }

    [Fact]
    public void A_region_that_is_added_leaves_decisions_as_they_are()
    {
        LatencyMap map = Settled(ToUsEast);
        var regions = LatencyWorld.Regions.Add(new LatencyRegion("af-south", -33.9, 18.4)).Sort((left, right) => string.CompareOrdinal(left.Label, right.Label));
        LatencyMap next = LatencyDecider.Decide(map, map.Epoch + 1, regions, [LatencyWorld.Rows(map.Epoch + 1, ToUsEast)], SteeringWorld.Geo, LatencyOptions.Default);
        Assert.Equal("us-east", Ask(next));
        Assert.Equal(5, next.Regions.Length);
    }

    [Fact]
    public void The_order_in_which_tables_arrive_does_not_matter()
    {
        LatencyRows one = LatencyWorld.Rows(100, ToUsEast), other = LatencyWorld.Rows(100, ("198.18.64.0", "eu-west", 19, 9)) with { Writer = "balancer-2" };
        Assert.Equal(LatencyWorld.Decide(LatencyMap.Empty, 100, one, other).Hash, LatencyWorld.Decide(LatencyMap.Empty, 100, other, one).Hash);
    }

    [Fact]
    public void Map_rules_and_fences_stand_before_measurements()
    {
        LatencyMap map = Settled(ToUsEast);
        Assert.Equal("us-west", Ask(map, words: "latency eu-west us-east us-west map=IE:us-west"));
        Assert.Equal("eu-west", Ask(map, words: "latency eu-west us-east us-west only=IE:eu-west"));
        Assert.Equal("eu-west", Ask(map, words: "geo eu-west us-east us-west"));
        Assert.Equal("eu-west", Ask(map, words: "latency eu-west us-east us-west within=100ms"));
        Assert.Equal("us-east", Ask(map, words: "load eu-west us-east us-west"));
        Assert.Equal("eu-west", Ask(map, words: "load eu-west us-east us-west by=geo"));
    }

    [Fact]
    public void Scopes_of_measured_prefixes_do_not_follow_decisions()
    {
        LatencyMap before = LatencyWorld.Decide(LatencyMap.Empty, 100, LatencyWorld.Rows(100, ToUsEast));
        LatencyMap after = LatencyWorld.Decide(before, 101, LatencyWorld.Rows(101, ToUsEast));
        Assert.NotEqual(Ask(before), Ask(after));
        for (int third = 0; third < 256; third++)
        {
            Client client = SteeringWorld.Subnet($"198.18.{third}.0/24");
            Assert.Equal(Decide(before, client).ScopePrefixLength, Decide(after, client).ScopePrefixLength);
        }
    }

    [Fact]
    public void With_nothing_measured_latency_answers_as_geo_does()
    {
        const int seed = 5;
        var random = new Random(seed);
        for (int round = 0; round < 2000; round++)
        {
            Client client = SteeringWorld.Subnet($"198.{random.Next(17, 21)}.{random.Next(256)}.0/24");
            (Decision latency, Decision geo) = (Decide(LatencyMap.Empty, client), Decide(LatencyMap.Empty, client, "geo eu-west us-east us-west ap-south"));
            Assert.True((latency.Packed[0], latency.Packed[3], latency.ScopePrefixLength) == (geo.Packed[0], geo.Packed[3], geo.ScopePrefixLength), $"seed {seed}, round {round}");
        }
    }

    private static LatencyMap Settled(params (string, string, double, int)[] rows)
    {
        LatencyMap map = LatencyMap.Empty;
        for (uint epoch = 100; epoch < 103; epoch++)
            map = LatencyWorld.Decide(map, epoch, LatencyWorld.Rows(epoch, rows));
        return map;
    }

    private static string Ask(LatencyMap map, Client? client = null, string words = "latency eu-west us-east us-west ap-south")
    {
        Decision decision = Decide(map, client ?? SteeringWorld.Dublin, words);
        return (decision.Packed[0], decision.Packed[3]) switch { (192, 10) => "us-east", (192, 20) => "us-west", (198, _) => "eu-west", _ => "ap-south" };
    }

    private static Decision Decide(LatencyMap map, Client client, string words = "latency eu-west us-east us-west ap-south")
    {
        SteeringWorld world = SteeringWorld.Example().Steer("www", words);
        SteeringTable table = SteeringTable.Compile(SteeringPlan.Compile(world.Topology, SteeringWorld.Geo, map), world.Health, null);
        Steerer.Decide(table, 0, false, client, Client.From(System.Net.IPAddress.Parse("192.0.2.53")), 0, out Decision decision);
        return decision;
    }
}
