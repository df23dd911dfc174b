using FsCheck;
using FsCheck.Fluent;

namespace GslbServer.Balancer.Tests;

public sealed class RetryBudgetTests
{
    [Fact]
    public void A_quiet_cluster_has_what_it_gets_per_second_for_ten_seconds()
    {
        var budget = new RetryBudget();

        Assert.Equal(100, Withdrawn(budget, perSecond: 10, At(1000)));
        Assert.Equal(0, Withdrawn(budget, perSecond: 10, At(1005)));
        Assert.Equal(100, Withdrawn(budget, perSecond: 10, At(1010)));
    }

    [Fact]
    public void Requests_pay_for_a_share_of_retries_and_are_forgotten_after_ten_seconds()
    {
        var budget = new RetryBudget();
        for (int i = 0; i < 1_000; i++) budget.Deposit(0.2, At(50));

        Assert.Equal(200, budget.Balance(0, At(59)));
        Assert.Equal(0, budget.Balance(0, At(60)));
        Assert.False(budget.TryWithdraw(0, At(60)));
    }

    [Fact]
    public void No_ten_seconds_see_more_retries_than_the_share_and_the_reserve() =>
        Prop.ForAll(Gen.Choose(0, 50).ArrayOf(40).ToArbitrary(), perSecond =>
        {
            var budget = new RetryBudget();
            int[] retries = new int[perSecond.Length];
            for (int second = 0; second < perSecond.Length; second++)
            {
                for (int i = 0; i < perSecond[second]; i++)
                {
                    budget.Deposit(0.2, At(second));
                    if (budget.TryWithdraw(1, At(second))) retries[second]++;
                }
            }

            for (int second = 0; second + 10 <= perSecond.Length; second++)
            {
                // What was paid in up to ten seconds before may be spent in these.
                double most = 10 + (0.2 * perSecond[Math.Max(0, second - 9)..(second + 10)].Sum());
                if (retries[second..(second + 10)].Sum() > most) return false;
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1, 0.0, 0)]
    [InlineData(1, 1.0, 25)]
    [InlineData(2, 1.0, 50)]
    [InlineData(3, 0.5, 50)]
    [InlineData(9, 1.0, 250)]
    [InlineData(1000, 1.0, 250)]
    public void Waits_double_with_full_jitter_up_to_the_most(int retry, double chance, double milliseconds) =>
        Assert.Equal(milliseconds, Backoff.BeforeRetry(retry, TimeSpan.FromMilliseconds(25), TimeSpan.FromMilliseconds(250), chance).TotalMilliseconds);

    private static int Withdrawn(RetryBudget budget, double perSecond, TimeSpan now)
    {
        int count = 0;
        while (budget.TryWithdraw(perSecond, now)) count++;
        return count;
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
