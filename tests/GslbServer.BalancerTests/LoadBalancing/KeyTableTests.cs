namespace GslbServer.Balancer.Tests;

public sealed class KeyTableTests
{
    private const int Keys = 200_000;

    private static readonly Func<ulong[], double[], KeyTable> Ring = HashRing.Build, Maglev = MaglevTable.Build;

    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(10)]
    [InlineData(50)]
    public void From_a_ring_only_the_keys_of_who_leaves_move(int count)
    {
        int[] before = Owners(Ring, Ids(count)), after = Owners(Ring, Ids(count)[..^1]);

        int moved = before.Zip(after).Count(pair => pair.First != pair.Second);
        // From seven to six the ring is another; else no key of those who stay moves.
        Assert.All(before.Zip(after).Where(pair => pair.First != count - 1), pair => Assert.Equal(pair.First, pair.Second));
        Assert.InRange((double)moved / Keys, 0.5 / count, (1.0 / count) + 0.02);
    }

    /// <summary>The paper's price for even shares: about twice the keys of a ring move.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(50)]
    public void From_a_Maglev_table_at_most_some_more_than_twice_the_keys_of_who_leaves_move(int count)
    {
        int[] before = Owners(Maglev, Ids(count)), after = Owners(Maglev, Ids(count)[..^1]);
        Assert.InRange(before.Zip(after).Count(pair => pair.First != pair.Second) / (double)Keys, 1.0 / count * 0.9, 2.2 / count);
    }

    [Theory]
    [InlineData(true, 0.25)] // 1 / sqrt(160) = 8 %, three of them
    [InlineData(false, 0.03)]
    public void Shares_are_even_within(bool ring, double tolerance)
    {
        int[] counts = Count(Owners(ring ? Ring : Maglev, Ids(20)), 20);
        Assert.All(counts, count => Assert.InRange(count, Keys / 20 * (1 - tolerance), Keys / 20 * (1 + tolerance)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Shares_follow_the_weights_and_0_owns_nothing(bool ring)
    {
        double[] weights = [1, 2, 5, 0];
        int[] counts = Count(Owners(ring ? Ring : Maglev, Ids(4), weights), 4);
        for (int i = 0; i < 3; i++) Assert.InRange(counts[i], Keys / 8.0 * weights[i] * 0.85, Keys / 8.0 * weights[i] * 1.15);
        Assert.Equal(0, counts[3]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_order_of_the_backends_does_not_matter(bool ring)
    {
        ulong[] ids = Ids(9), reversed = [.. ids.Reverse()];
        Assert.Equal(Owners(ring ? Ring : Maglev, ids), Owners(ring ? Ring : Maglev, reversed).Select(owner => 8 - owner));
    }

    /// <summary>Balancers of different releases stand side by side, and clients hold on to their backend over an upgrade.</summary>
    [Fact]
    public void A_keys_owner_stays_what_it_always_was()
    {
        ulong[] keys = [.. Enumerable.Range(0, 12).Select(i => HashKey.Hash($"user-{i}"))];
        Assert.Equal(GoldenRing, string.Concat(keys.Select(key => At(HashRing.Build(Ids(10), Even(10)), key))));
        Assert.Equal(GoldenMaglev, string.Concat(keys.Select(key => At(MaglevTable.Build(Ids(10), Even(10)), key))));
    }

    private const string GoldenRing = "038288366442", GoldenMaglev = "284436255014";

    [Theory]
    [InlineData(2, 1, 1280)]
    [InlineData(6, 1, 3840)]
    [InlineData(10, 1, 1600)]
    [InlineData(10, 5, 8000)]
    public void A_ring_has_160_nodes_for_each_unit_of_weight_and_at_least_1024(int count, int weight, int nodes) =>
        Assert.Equal(nodes, HashRing.Build(Ids(count), [.. Enumerable.Repeat((double)weight, count)]).Owners.Length);

    [Fact]
    public void The_largest_weights_do_not_make_a_ring_that_eats_the_memory()
    {
        int[] owners = HashRing.Build(Ids(3), [65_535, 65_535, 1]).Owners;
        Assert.InRange(owners.Length, HashRing.MostNodes / 3, HashRing.MostNodes);
        Assert.Equal([0, 1, 2], owners.Distinct().Order());
    }

    [Fact]
    public void Where_all_have_weight_0_they_count_the_same()
    {
        Assert.Equal(3, Owners(Ring, Ids(3), [0, 0, 0]).Distinct().Count());
        Assert.Equal(3, Owners(Maglev, Ids(3), [0, 0, 0]).Distinct().Count());
    }

    private static ulong[] Ids(int count) => [.. Enumerable.Range(0, count).Select(i => HashKey.Hash($"B{i}"))];

    private static double[] Even(int count) => [.. Enumerable.Repeat(1.0, count)];

    private static int[] Owners(Func<ulong[], double[], KeyTable> build, ulong[] ids, double[]? weights = null)
    {
        KeyTable table = build(ids, weights ?? Even(ids.Length));
        var random = new Random(5);
        return [.. Enumerable.Range(0, Keys).Select(_ => At(table, (ulong)random.NextInt64(long.MinValue, long.MaxValue)))];
    }

    private static int At(KeyTable table, ulong key) => table.Owners[table.Find(key)];

    private static int[] Count(int[] owners, int backends) => [.. Enumerable.Range(0, backends).Select(backend => owners.Count(owner => owner == backend))];
}
