using System.Net;
using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

/// <summary>Where a population is sent, and who moves when something changes.</summary>
public sealed class SimulationTests
{
    private static readonly SteeringWorld World = SteeringWorld.Example()
        .Steer("www", "geo us-east us-west eu-west ap-south check=web")
        .Steer("split", "weighted us-east=3 eu-west=1 check=web")
        .Steer("office", "geo us-east eu-west check=web map=198.18.0.128/25:us-east")
        .Steer("both", "multivalue us-east eu-west check=web")
        .Steer("resolvers", "geo us-east eu-west check=web ecs=ignore");

    [Fact]
    public void Each_client_counts_for_the_region_that_a_query_of_it_would_get()
    {
        NameShares shares = Run(World.Table, "www", ("198.18.0.0/24", 5), ("198.18.64.0/24", 1), ("198.18.128.0/24", 2), ("198.19.128.0/24", 4));

        Assert.Equal([2, 0, 6, 4], OfRegions(shares));
        Assert.Equal(12, shares.Total, 1e-9);
        Assert.Equal([("IE", 5.0), ("DE", 1.0)], shares.CountriesOf(2));
    }

    [Fact]
    public void A_network_with_several_answers_is_shared_among_them_by_its_addresses()
    {
        // All of 198.18.0.0/15 is Dublin, Frankfurt, New York, San Francisco and Sydney.
        NameShares whole = Run(World.Table, "www", ("198.18.0.0/15", 1));
        double[] parts = OfRegions(whole);
        Assert.Equal(1, parts.Sum(), 1e-9);
        for (int region = 0; region < parts.Length; region++) Assert.Equal(Enumerated(World.Table, "www", "198.18.0.0/15", region), parts[region], 1e-9);
    }

    [Theory]
    [InlineData("split")]
    [InlineData("office")]
    [InlineData("www")]
    [InlineData("both")]
    [InlineData("resolvers")]
    public void It_is_what_asking_from_every_network_adds_up_to(string name)
    {
        double[] parts = OfRegions(Run(World.Table, name, ("198.18.0.0/16", 1)));
        for (int region = 0; region < parts.Length; region++) Assert.Equal(Enumerated(World.Table, name, "198.18.0.0/16", region), parts[region], 1e-9);
    }

    [Fact]
    public void Weights_hold_over_many_networks()
    {
        double[] parts = OfRegions(Run(World.Table, "split", ("198.0.0.0/8", 1)));
        Assert.InRange(parts[0], 0.72, 0.78);
        Assert.InRange(parts[2], 0.22, 0.28);
    }

    [Fact]
    public void A_short_IPv6_network_takes_no_forever()
    {
        NameShares shares = Run(World.Table, "split", ("2001:db8::/16", 1));
        Assert.InRange(shares.Decisions, 2, 5000);
        Assert.Equal(1, shares.Total, 1e-9);
    }

    [Fact]
    public void Who_asks_for_one_name_counts_for_no_other()
    {
        var population = Population.OfNetworks(SteeringWorld.Geo, [(IPNetwork.Parse("198.18.0.0/24"), 3.0, World.IndexOf("www")), (IPNetwork.Parse("198.18.0.0/24"), 4.0, World.IndexOf("both"))], "");
        IReadOnlyList<NameShares> shares = Simulation.Run(World.Table, population, [World.IndexOf("www"), World.IndexOf("both")], wantsIPv6: false, null, byCell: false, default);
        Assert.Equal([3.0, 4.0], shares.Select(one => one.Total));
    }

    [Fact]
    public void What_a_name_has_no_answer_for_is_told_apart()
    {
        SteeringWorld world = SteeringWorld.Example().Steer("never", "failover us-east check=web all-down=servfail").Steer("spare", "failover us-east check=web all-down=static", 30, "192.0.2.99").Down("us-east");
        Assert.Equal(1, Run(world, "never", ("198.18.0.0/24", 1)).Unanswered);
        Assert.Equal(1, Run(world, "spare", ("198.18.0.0/24", 1)).Static);
    }

    [Fact]
    public void A_drain_moves_its_clients_and_no_others()
    {
        SteeringWorld drained = SteeringWorld.Example().Steer("www", "geo us-east us-west eu-west ap-south check=web").Override("eu-west", OverrideState.Drain);
        NameMoves moves = Compare(World, drained, "www", ("198.18.0.0/24", 5), ("198.18.64.0/24", 1), ("198.18.128.0/24", 2));

        Move move = Assert.Single(moves.Moves());
        Assert.Equal((2, 0, 6.0), (move.From, move.To, move.Weight));
        Assert.Equal([("IE", 5.0), ("DE", 1.0)], move.Countries);
        Assert.Equal((8.0, 6.0), (moves.Total, moves.Moved));
    }

    [Fact]
    public void Of_several_addresses_those_that_stay_do_not_count_as_moved()
    {
        SteeringWorld drained = SteeringWorld.Example().Steer("both", "multivalue us-east eu-west ap-south check=web").Override("us-east", OverrideState.Drain);
        SteeringWorld before = SteeringWorld.Example().Steer("both", "multivalue us-east eu-west check=web");
        NameMoves moves = Compare(before, drained, "both", ("198.18.0.0/24", 6));

        // Half of each client was us-east's. Now a third is eu-west's and two thirds ap-south's, which has two addresses.
        Assert.Equal([(0, 3), (2, 3)], moves.Moves().Select(move => (move.From, move.To)).Order());
        Assert.Equal(4, moves.Moved, 1e-9);
    }

    [Fact]
    public void A_region_that_goes_and_one_that_comes_are_known_by_name()
    {
        SteeringWorld before = new SteeringWorld().Region("a", "1 1", "192.0.2.1").Region("b", "2 2", "192.0.2.2").Steer("www", "failover b a");
        SteeringWorld after = new SteeringWorld().Region("c", "3 3", "192.0.2.3").Region("a", "1 1", "192.0.2.1").Steer("www", "failover c a");
        IReadOnlyList<NameMoves> moves = Simulation.Compare(before.Table, after.Table, Of(("198.18.0.0/24", 1)), [(0, 0)], false, null, out IReadOnlyList<string> regions, default);
        Move move = Assert.Single(moves[0].Moves());
        Assert.Equal(("b.example.org.", "c.example.org."), (regions[move.From], regions[move.To]));
    }

    [Fact]
    public void A_geo_database_is_a_population_by_countries()
    {
        var population = Population.OfCountries(SteeringWorld.Geo, country => country == "IE" ? 3 : country == "US" ? 5 : 0, "");
        Assert.Equal(8, population.Weight, 1e-9);
        NameShares shares = Simulation.Run(World.Table, population, [World.IndexOf("www")], false, null, byCell: true, default)[0];
        Assert.Equal(3, shares.OfRegion(2), 1e-9);
        Assert.Equal(5, shares.OfRegion(0) + shares.OfRegion(1), 1e-9);
        Assert.Equal(8, shares.Cells().Sum(cell => cell.Weight), 1e-9);
    }

    private static double Enumerated(SteeringTable table, string name, string network, int region)
    {
        var block = IPNetwork.Parse(network);
        uint first = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(block.BaseAddress.GetAddressBytes());
        // Halves of a /24, where the zone splits one.
        int count = 1 << (25 - block.PrefixLength);
        double share = 0;
        for (uint i = 0; i < count; i++)
        {
            var client = new Client(false, (ulong)(first + (i << 7)) << 32, 0, 25, ClientSource.Subnet);
            Steerer.Decide(table, World.IndexOf(name), false, client, client with { PrefixLength = 32, Source = ClientSource.Resolver }, 0, out Decision decision);
            string[] answer = World.Text(decision, false).Split(' ');
            share += answer.Count(address => World.Topology.Regions[region].Addresses.Contains(IPAddress.Parse(address))) / (double)answer.Length / count;
        }

        return share;
    }

    private static Population Of(params (string Network, double Weight)[] clients) =>
        Population.OfNetworks(SteeringWorld.Geo, clients.Select(client => (IPNetwork.Parse(client.Network), client.Weight, -1)), "");

    private static NameShares Run(SteeringTable table, string name, params (string Network, double Weight)[] clients) =>
        Simulation.Run(table, Of(clients), [World.IndexOf(name)], wantsIPv6: false, null, byCell: false, default)[0];

    private static NameShares Run(SteeringWorld world, string name, params (string Network, double Weight)[] clients) =>
        Simulation.Run(world.Table, Of(clients), [world.IndexOf(name)], wantsIPv6: false, null, byCell: false, default)[0];

    private static NameMoves Compare(SteeringWorld before, SteeringWorld after, string name, params (string Network, double Weight)[] clients) =>
        Simulation.Compare(before.Table, after.Table, Of(clients), [(before.IndexOf(name), after.IndexOf(name))], false, null, out _, default)[0];

    private static double[] OfRegions(NameShares shares) => [.. Enumerable.Range(0, 4).Select(shares.OfRegion)];
}
