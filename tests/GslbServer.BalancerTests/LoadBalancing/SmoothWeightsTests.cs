using FsCheck;
using FsCheck.Fluent;

namespace GslbServer.Balancer.Tests;

public sealed class SmoothWeightsTests
{
    [Fact]
    public void Weights_5_1_1_give_the_sequence_of_nginx()
    {
        Assert.Equal("aabacaa", Sequence([5, 1, 1], 7));
    }

    [Fact]
    public void Weight_0_is_taken_only_when_all_are_0()
    {
        Assert.Equal("bbbb", Sequence([0, 2], 4));
        Assert.Equal("abab", Sequence([0, 0], 4));
    }

    [Fact]
    public void Each_round_gives_everyone_exactly_its_weight()
    {
        Prop.ForAll(Gen.Choose(0, 40).NonEmptyListOf().Where(weights => weights.Any(weight => weight > 0)).ToArbitrary(), weights =>
        {
            double[] all = [.. weights];
            double[] credit = new double[all.Length];
            for (int round = 0; round < 3; round++)
            {
                double[] taken = new double[all.Length];
                for (int i = 0; i < all.Sum(); i++) taken[SmoothWeights.Take(all, credit)]++;
                if (!taken.SequenceEqual(all)) return false;
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    private static string Sequence(double[] weights, int count)
    {
        double[] credit = new double[weights.Length];
        return string.Concat(Enumerable.Range(0, count).Select(_ => (char)('a' + SmoothWeights.Take(weights, credit))));
    }
}
