using System.Net;
using System.Text;

namespace GslbServer.Balancer.Tests;

public sealed class L4ChoiceTests
{
    [Fact]
    public void The_fewest_connections_per_weight_are_taken()
    {
        Assert.Equal(1, L4Choice.LeastConnections([1, 1, 1], [3, 1, 2], 0));
        // 5 of weight 4 and one more are fewer per weight than 1 of weight 1 and one more.
        Assert.Equal(0, L4Choice.LeastConnections([4, 1], [5, 1], 0));
        Assert.Equal(1, L4Choice.LeastConnections([0, 1], [0, 100], 0));
        Assert.Equal(1, L4Choice.LeastConnections([0, 0], [1, 0], 0));
    }

    [Fact]
    public void Ties_go_round() => Assert.Equal([0, 1, 2, 0], Enumerable.Range(0, 4).Select(turn => L4Choice.LeastConnections([1, 1, 1], [7, 7, 7], (uint)turn)));

    [Fact]
    public void Connections_that_stay_are_spread_by_weight()
    {
        int[] weights = [1, 2, 5], active = [0, 0, 0];
        for (int i = 0; i < 800; i++) active[L4Choice.LeastConnections(weights, active, (uint)i)]++;
        Assert.Equal([100, 200, 500], active);
    }

    [Fact]
    public void Hashed_clients_are_spread_by_weight()
    {
        int[] weights = [1, 3, 0], taken = new int[3];
        for (int i = 0; i < 40_000; i++) taken[L4Choice.Rendezvous(weights, Seeds(3), Key(i))]++;
        Assert.Equal(0, taken[2]);
        Assert.InRange(taken[1] / 40_000.0, 0.74, 0.76);
    }

    [Fact]
    public void If_one_destination_goes_only_its_clients_move()
    {
        ulong[] seeds = Seeds(10), without = [.. seeds[..4], .. seeds[5..]];
        int moved = 0;
        for (int i = 0; i < 20_000; i++)
        {
            ulong before = seeds[L4Choice.Rendezvous([1, 1, 1, 1, 1, 1, 1, 1, 1, 1], seeds, Key(i))], after = without[L4Choice.Rendezvous([1, 1, 1, 1, 1, 1, 1, 1, 1], without, Key(i))];
            if (before == after) continue;
            Assert.Equal(seeds[4], before);
            moved++;
        }

        Assert.InRange(moved, 1_800, 2_200);
    }

    [Fact]
    public void A_client_is_the_same_by_either_notation_and_its_port_counts_where_it_should()
    {
        var plain = IPEndPoint.Parse("192.0.2.7:1");
        var mapped = new IPEndPoint(plain.Address.MapToIPv6(), 1);
        Assert.Equal(L4Choice.HashOf(plain, withPort: true), L4Choice.HashOf(mapped, withPort: true));
        Assert.Equal(L4Choice.HashOf(plain, withPort: false), L4Choice.HashOf(IPEndPoint.Parse("192.0.2.7:2"), withPort: false));
        Assert.NotEqual(L4Choice.HashOf(plain, withPort: true), L4Choice.HashOf(IPEndPoint.Parse("192.0.2.7:2"), withPort: true));
    }

    private static ulong Key(int i) => L4Choice.HashOf(new IPEndPoint(i * 7919L % uint.MaxValue, 1), withPort: false);

    private static ulong[] Seeds(int count) => [.. Enumerable.Range(1, count).Select(i => L4Choice.HashOf(Encoding.UTF8.GetBytes($"10.0.0.{i}:5432")))];
}
