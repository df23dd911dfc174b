using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

/// <summary>What holds for all prices. A failure names its seed.</summary>
public sealed class PricedOrderProperties
{
    [Fact]
    public void Without_prices_names_by_load_are_answered_as_by_latency_or_geography()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var world = new RandomWorld(seed);
            for (int name = 0; name < world.Topology.Names.Length; name++)
            {
                if (world.Topology.Names[name] is not { Policy: PolicyKind.Load } load || SteeringOrder.NestedNames(load).Any())
                    continue;
                SteeringPlan byLoad = world.RebuildWith(load);
                SteeringPlan other = world.RebuildWith(load, "load", load.LoadByGeo ? "geo" : "latency");
                HealthTable health = HealthTable.Unknown(byLoad.Topology, TimeSpan.FromHours(1));
                SteeringTable first = SteeringTable.Compile(byLoad, health, null), second = SteeringTable.Compile(other, health, null);
                for (int i = 0; i < 40; i++)
                {
                    Client client = world.Client();
                    Steerer.Decide(first, 0, i % 2 == 0, client, client, 0, out Decision found);
                    Steerer.Decide(second, 0, i % 2 == 0, client, client, 0, out Decision expected);
                    Assert.Equal((expected.Kind, expected.Ttl, expected.PackedLength, expected.Region, seed), (found.Kind, found.Ttl, found.PackedLength, found.Region, seed));
                    Assert.Equal(((ReadOnlySpan<byte>)expected.Packed)[..expected.PackedLength].ToArray(), ((ReadOnlySpan<byte>)found.Packed)[..found.PackedLength].ToArray());
                }
            }
        }
    }

    [Fact]
    public void A_higher_price_never_brings_a_target_forward_and_pinned_ones_stay()
    {
        var random = new Random(7);
        for (int run = 0; run < 2_000; run++)
        {
            int count = random.Next(2, 9), pinned = random.Next(2);
            byte[] order = [.. Enumerable.Range(0, count).OrderBy(_ => random.Next()).Select(i => (byte)i)];
            double[] ms = [.. Enumerable.Range(0, count).Select(_ => random.Next(5) == 0 ? double.NaN : random.NextDouble() * 300)];
            byte[] gaps = new byte[count];
            PriceGaps.Write(order, pinned, ms, gaps);
            double[] prices = [.. Enumerable.Range(0, count).Select(_ => random.Next(3) == 0 ? 0 : random.NextDouble() * 150)];
            int dearer = random.Next(count), bucket = random.Next(PricedOrder.Buckets);
            double[] higher = [.. prices.Select((price, i) => i == dearer ? price + 20 : price)];
            byte[] room = new byte[64], more = new byte[64];
            byte[] before = PricedOrder.Sort(order, gaps, prices, bucket, room).ToArray(), after = PricedOrder.Sort(order, gaps, higher, bucket, more).ToArray();
            Assert.Equal(order[..pinned], before[..pinned]);
            Assert.True(Array.IndexOf(after, (byte)dearer) >= Array.IndexOf(before, (byte)dearer), $"run {run}");
            Assert.Equal(order, PricedOrder.Sort(order, gaps, new double[count], bucket, room).ToArray());
        }
    }

    [Fact]
    public void Places_that_are_equally_far_move_one_after_the_other()
    {
        // Both 20 ms apart: from a price of 16 to one of 27 ms leaf after leaf moves.
        byte[] order = [0, 1], gaps = new byte[2], room = new byte[64];
        PriceGaps.Write(order, 0, [10, 30], gaps);
        int Moved(double price) => Enumerable.Range(0, PricedOrder.Buckets).Count(bucket => PricedOrder.Sort(order, gaps, [price, 0], bucket, room)[0] == 1);
        Assert.Equal((0, 16), (Moved(15.5), Moved(27)));
        int[] shares = [.. Enumerable.Range(16, 11).Select(price => Moved(price))];
        Assert.Equal(shares.Order(), shares);
        Assert.True(shares.Distinct().Count() > 5);
    }
}
