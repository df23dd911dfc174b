namespace GslbServer.Balancer.Tests;

public sealed class SharesTests
{
    private readonly Random _random = new(1);

    public static TheoryData<int[]> Weights => new() { new[] { 1, 1, 1, 1 }, new[] { 5, 3, 1 }, new[] { 0, 2, 0, 7 }, new[] { 65_535, 1, 32_768 } };

    [Theory]
    [MemberData(nameof(Weights))]
    public void Members_are_drawn_by_weight(int[] weights)
    {
        Shares shares = Of(weights);
        int[] drawn = new int[weights.Length];
        for (int i = 0; i < 100_000; i++) drawn[shares.Draw(_random)]++;

        Assert.True(Statistics.ChiSquare(drawn, weights) < Statistics.Critical(weights.Count(weight => weight > 0) - 1), string.Join(' ', drawn));
        Assert.All(weights.Index().Where(weight => weight.Item == 0), weight => Assert.Equal(0, drawn[weight.Index]));
    }

    [Theory]
    [MemberData(nameof(Weights))]
    public void A_second_is_another_and_drawn_by_weight_among_the_rest(int[] weights)
    {
        Shares shares = Of(weights);
        for (int first = 0; first < weights.Length; first++)
        {
            if (weights[first] == 0) continue;
            int[] rest = [.. weights.Select((weight, i) => i == first ? 0 : weight)], drawn = new int[weights.Length];
            for (int i = 0; i < 50_000; i++) drawn[shares.DrawOther(_random, first)]++;

            Assert.Equal(0, drawn[first]);
            if (rest.Count(weight => weight > 0) > 1) Assert.True(Statistics.ChiSquare(drawn, rest) < Statistics.Critical(rest.Count(weight => weight > 0) - 1), string.Join(' ', drawn));
        }
    }

    [Fact]
    public void Where_all_have_weight_0_they_count_the_same()
    {
        Shares shares = Of([0, 0, 0]);
        Assert.Equal([0, 1, 2], Enumerable.Range(0, 100).Select(_ => shares.Draw(_random)).Distinct().Order());
    }

    [Fact]
    public void Without_another_the_second_is_the_first()
    {
        Assert.Equal(0, Of([3]).DrawOther(_random, 0));
        Assert.Equal(1, Of([0, 3, 0]).DrawOther(_random, 1));
    }

    [Fact]
    public void The_mean_of_those_above_0_is_1()
    {
        Shares shares = Of([0, 30, 10]);
        Assert.Equal((0, 1.5, 0.5, 2), (shares[0], shares[1], shares[2], shares.Sum));
    }

    private static Shares Of(int[] weights) => new([.. weights.Select(weight => (double)weight)]);
}
