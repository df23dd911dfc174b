namespace GslbServer.Balancer.Tests;

public sealed class L4PoolTests
{
    private static readonly L4Settings Settings = new() { EjectAfter = 2, EjectFor = TimeSpan.FromSeconds(30) };

    private static readonly TimeSpan Now = TimeSpan.FromHours(1);

    [Fact]
    public void A_destination_that_checks_took_out_gets_nothing_and_none_is_none()
    {
        L4Target one = Target("one"), two = Target("two");
        var pool = new L4Pool("db", [one, two], L4Policy.LeastConnections);
        one.Judge(success: false, new L4CheckSettings());
        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal(two, pool.Enter(0, Now, [])));
        Assert.Equal(5, two.Active);
        two.Judge(success: false, new L4CheckSettings());
        Assert.Null(pool.Enter(0, Now, []));
    }

    [Fact]
    public void What_was_tried_is_not_tried_again()
    {
        L4Target one = Target("one"), two = Target("two");
        var pool = new L4Pool("db", [one, two], L4Policy.RoundRobin);
        L4Target first = pool.Enter(0, Now, [])!, second = pool.Enter(0, Now, [first])!;
        Assert.NotEqual(first, second);
        Assert.Null(pool.Enter(0, Now, [first, second]));
    }

    [Fact]
    public void Failures_in_a_row_eject_for_a_while_and_the_last_one_serves_all_the_same()
    {
        L4Target one = Target("one"), two = Target("two");
        var pool = new L4Pool("db", [one, two], L4Policy.SourceHash);
        Assert.False(one.Failed(Now, Settings));
        one.Served();
        Assert.False(one.Failed(Now, Settings));
        Assert.True(one.Failed(Now, Settings));
        Assert.All(Enumerable.Range(0, 20), key => Assert.Equal(two, pool.Enter((ulong)key, Now, [])));
        Assert.Contains(Enumerable.Range(0, 20), key => pool.Enter((ulong)key, Now + Settings.EjectFor, []) == one);

        two.Judge(success: false, new L4CheckSettings());
        Assert.Equal(one, pool.Enter(0, Now, []));
    }

    [Fact]
    public void One_that_drains_gets_nothing_new()
    {
        L4Target one = Target("one"), two = Target("two");
        var pool = new L4Pool("db", [one, two], L4Policy.LeastConnections);
        one.Settings = one.Settings with { Drain = true };
        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal(two, pool.Enter(0, Now, [])));
    }

    [Fact]
    public void Weight_0_is_the_last_resort()
    {
        L4Target spare = Target("spare", weight: 0), one = Target("one");
        foreach (L4Policy policy in new[] { L4Policy.LeastConnections, L4Policy.RoundRobin, L4Policy.SourceHash })
        {
            var pool = new L4Pool("db", [spare, one], policy);
            Assert.All(Enumerable.Range(0, 10), key => Assert.Equal(one, pool.Enter((ulong)key, Now, [])));
            Assert.Equal(spare, pool.Enter(0, Now, [one]));
        }
    }

    private static L4Target Target(string name, int weight = 1) => new(name, new L4DestinationSettings { Address = $"127.0.0.{name.Length}:{name[0] + 1000}", Weight = weight });
}
