using System.Net;
using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

public sealed class LatencyExplorationTests
{
    private const int Prefixes = 2_000;

    private static readonly TimeSpan Epoch = TimeSpan.FromSeconds(LatencyOptions.EpochSeconds);

    /// <summary>All are served by eu-west at 60 ms. Two samples say 80 ms of us-east, which proves nothing, and 150 ms of us-west, which is far whatever it proves. The first prefix is
    /// a city.</summary>
    private static readonly Lazy<LatencyMap> Settled = new(() => Run(LatencyMap.Empty, 100, 112));

    [Fact]
    public void A_few_prefixes_try_a_region_that_may_be_nearer_and_is_not_much_farther()
    {
        (string Prefix, string Region)[] tried = Tried(Settled.Value);
        Assert.InRange(tried.Length, 5, Prefixes * LatencyExploration.MostShare * 2);
        Assert.All(tried, one => Assert.Equal("us-east", one.Region));
        Assert.InRange(LatencyExploration.Of(Settled.Value, Epoch).Share, 0.002, LatencyExploration.MostShare);
    }

    [Fact]
    public void Over_two_days_others_take_their_turn_and_nobody_large_ever_does()
    {
        var all = new HashSet<string>();
        LatencyMap map = Settled.Value;
        for (uint epoch = 112; epoch < 150; epoch++)
        {
            map = Run(map, epoch, epoch + 1);
            LatencyExploration exploration = LatencyExploration.Of(map, Epoch);
            Assert.InRange(exploration.Share, 0, LatencyExploration.MostShare);
            all.UnionWith(Tried(map).Select(one => one.Prefix));
        }

        Assert.InRange(all.Count, 60, Prefixes);
        Assert.DoesNotContain(Prefix(0) + "/24", all);
    }

    [Fact]
    public void Nodes_that_steer_by_one_map_try_the_same_and_go_on_through_a_slot()
    {
        LatencyMap other = LatencyMap.Decode(Settled.Value.Octets.Span, out string problem) ?? throw new InvalidOperationException(problem);
        Assert.Equal(Tried(Settled.Value), Tried(other));
        // Epochs 111 and 112 end in one slot of ten minutes, 113 in the next.
        LatencyMap next = Run(Settled.Value, 112, 113), afterNext = Run(next, 113, 114);
        Assert.Equal(Tried(Settled.Value), Tried(next));
        Assert.Empty(Tried(next).Intersect(Tried(afterNext)));
    }

    [Fact]
    public void Nobody_is_sent_to_try_who_has_just_moved_or_is_about_to()
        => Assert.All(Enumerable.Range(100, 4), last => Assert.Empty(Tried(Run(LatencyMap.Empty, 100, (uint)last + 1))));

    [Fact]
    public void Who_tries_is_answered_with_the_short_ttl_and_all_others_as_without_exploration()
    {
        LatencyMap map = Settled.Value;
        SteeringTable plain = Table(map, null), exploring = Table(map, LatencyExploration.Of(map, Epoch));
        HashSet<string> tried = [.. Tried(map).Select(one => one.Prefix)];
        for (int i = 0; i < Prefixes; i++)
        {
            Client client = SteeringWorld.Subnet(Prefix(i) + "/24");
            Steerer.Decide(plain, 0, false, client, Resolver, 0, out Decision before);
            Steerer.Decide(exploring, 0, false, client, Resolver, 0, out Decision after);
            Assert.Equal(before.ScopePrefixLength, after.ScopePrefixLength);
            Assert.Equal(198, before.Packed[0]);
            bool tries = tried.Contains(Prefix(i) + "/24");
            Assert.Equal(tries ? (192, 10) : (before.Packed[0], before.Packed[3]), (after.Packed[0], after.Packed[3]));
            uint ttlMin = exploring.Plan.Topology.Names[0].TtlMin;
            Assert.True(ttlMin < before.Ttl);
            Assert.Equal(tries ? ttlMin : before.Ttl, after.Ttl);
        }
    }

    [Fact]
    public void Explain_says_that_a_client_is_sent_to_try_a_region()
    {
        LatencyMap map = Settled.Value;
        SteeringTable table = Table(map, LatencyExploration.Of(map, Epoch));
        HashSet<string> tried = [.. Tried(map).Select(one => one.Prefix)];
        Explanation explored = Steerer.Explain(table, 0, false, SteeringWorld.Subnet(tried.First()), Resolver);
        ExplainedStep order = explored.Steps.Single(step => step.Filter == "order");
        Assert.Equal("us-east", order.Explored);
        Assert.EndsWith("; explored: us-east comes first for some minutes to be measured", order.Note, StringComparison.Ordinal);
        Assert.Equal("us-east is explored", explored.Answer.TtlReason);

        Explanation other = Steerer.Explain(table, 0, false, SteeringWorld.Subnet(Enumerable.Range(0, Prefixes).Select(i => Prefix(i) + "/24").First(prefix => !tried.Contains(prefix))), Resolver);
        Assert.Null(other.Steps.Single(step => step.Filter == "order").Explored);
        Assert.Equal("stable", other.Answer.TtlReason);
    }

    [Theory]
    [InlineData("latency eu-west us-east us-west except=198.0.0.0/8:us-east")]
    [InlineData("latency eu-west us-west")]
    [InlineData("geo eu-west us-east us-west")]
    public void Fences_and_names_that_do_not_go_by_round_trips_stay_as_they_are(string words)
    {
        LatencyMap map = Settled.Value;
        SteeringTable table = Table(map, LatencyExploration.Of(map, Epoch), words), plain = Table(map, null, words);
        foreach ((string prefix, string _) in Tried(map))
        {
            Client client = SteeringWorld.Subnet(prefix);
            Steerer.Decide(table, 0, false, client, Resolver, 0, out Decision decision);
            Steerer.Decide(plain, 0, false, client, Resolver, 0, out Decision before);
            Assert.Equal((before.Packed[0], before.Packed[3], before.Ttl), (decision.Packed[0], decision.Packed[3], decision.Ttl));
        }
    }

    [Fact]
    public void With_nothing_measured_nothing_is_tried() => Assert.Same(LatencyExploration.None, LatencyExploration.Of(LatencyMap.Empty, Epoch));

    private static Client Resolver => Client.From(IPAddress.Parse("192.0.2.53"));

    private static SteeringTable Table(LatencyMap map, LatencyExploration? exploration, string words = "latency eu-west us-east us-west ap-south")
    {
        SteeringWorld world = SteeringWorld.Example().Steer("www", words);
        return SteeringTable.Compile(SteeringPlan.Compile(world.Topology, SteeringWorld.Geo, map, exploration), world.Health, null);
    }

    private static (string Prefix, string Region)[] Tried(LatencyMap map)
    {
        LatencyExploration exploration = LatencyExploration.Of(map, Epoch);
        return [.. Enumerable.Range(0, map.PrefixCount).Where(group => exploration.RegionOf(group) >= 0)
            .Select(group => (new LatencyKey(map.Content.Keys[group]).ToString(), map.Regions[exploration.RegionOf(group)].Label))];
    }

    private static LatencyMap Run(LatencyMap map, uint from, uint to)
    {
        LatencyOptions options = LatencyOptions.Default with { HoldOutShare = 0, ChurnShare = 1 };
        for (uint epoch = from; epoch < to; epoch++)
        {
            LatencyRows rows = LatencyWorld.Rows(epoch, [.. Enumerable.Range(0, Prefixes).SelectMany(i => new (string, string, double, int)[]
                { (Prefix(i), "eu-west", 60, i == 0 ? 3_000 : 30), (Prefix(i), "us-east", 80, 2), (Prefix(i), "us-west", 150, 2) })]);
            map = LatencyDecider.Decide(map, epoch, LatencyWorld.Regions, [rows], SteeringWorld.Geo, options);
        }

        return map;
    }

    /// <summary>Nothing is known of their place.</summary>
    private static string Prefix(int index) => $"198.{100 + (index / 256)}.{index % 256}.0";
}
