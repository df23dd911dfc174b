using GslbServer.Dns;

namespace GslbServer.Tests.Dns.Keys;

public sealed class RolloverTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(30);

    private readonly KeyPolicy _policy = KeyPolicy.Default;

    [Fact]
    public void Two_years_of_ZSK_rollovers_leave_no_cache_without_a_chain()
    {
        KeyWorld world = Signed(_policy);
        world.Run(TimeSpan.FromDays(730));
        Assert.Equal(14, world.Made); // KSK, first ZSK, and one each 60 days
        Assert.Single(world.Keys, k => k.StateAt(world.Now) == KeyState.Active && !k.IsKsk);
    }

    [Theory]
    [InlineData(3, 600, 86400, 3600)]
    [InlineData(30, 172800, 604800, 86400)]
    [InlineData(10, 86400, 300, 60)]
    public void So_do_other_times(int lifetimeDays, int keyTtl, int maxTtl, int propagation)
    {
        KeyPolicy policy = _policy with
        {
            ZskLifetime = TimeSpan.FromDays(lifetimeDays),
            KeyTtl = TimeSpan.FromSeconds(keyTtl),
            MaxTtl = TimeSpan.FromSeconds(maxTtl),
            Propagation = TimeSpan.FromSeconds(propagation),
        };
        KeyWorld world = Signed(policy);
        world.Run(TimeSpan.FromDays(lifetimeDays * 8));
        Assert.InRange(world.Made, 7, 12);
    }

    [Fact]
    public void Whoever_slept_through_a_rollover_begins_it_later_and_not_shorter()
    {
        KeyWorld world = Signed(_policy);
        world.Run(TimeSpan.FromDays(20));
        world.IsPlanning = false;
        world.Run(TimeSpan.FromDays(100));
        world.IsPlanning = true;
        world.Run(TimeSpan.FromDays(200));
        Assert.Single(world.Keys, k => k.StateAt(world.Now) == KeyState.Active && !k.IsKsk);
    }

    /// <summary>A key was made, and what it follows was not told to end.</summary>
    [Fact]
    public void A_rollover_that_was_interrupted_goes_on()
    {
        KeyWorld world = Signed(_policy);
        world.Run(TimeSpan.FromDays(58), w =>
        {
            if (ZskRollover.Plan(w.Keys, _policy, w.Now) is { Create: not null } plan) w.Do(plan with { Change = [] });
        });
        world.Run(TimeSpan.FromDays(30));
        Assert.Single(world.Keys, k => k.StateAt(world.Now) == KeyState.Active && !k.IsKsk);
    }

    /// <summary>Two nodes that were cut off from each other both made one.</summary>
    [Fact]
    public void Of_two_successors_every_node_keeps_the_same()
    {
        KeyWorld world = Signed(_policy);
        world.Run(TimeSpan.FromDays(54));
        KeyPlan late = new(new NewKey(DnssecKey.ZoneKey, DnssecAlgorithm.ECDSAP256SHA256, new KeyTimes(world.Now, world.Now, world.Now.AddDays(6))), []);
        world.Do(late);
        KeyPlan forwards = ZskRollover.Plan(world.Keys, _policy, world.Now), backwards = ZskRollover.Plan([.. world.Keys.Reverse()], _policy, world.Now);
        Assert.Equal(forwards.Change.Select(k => k.Label).Order(), backwards.Change.Select(k => k.Label).Order());
        world.Run(TimeSpan.FromDays(30));
        Assert.Single(world.Keys, k => k.StateAt(world.Now) == KeyState.Active && !k.IsKsk);
    }

    [Fact]
    public void A_plan_that_was_carried_out_is_followed_by_none()
    {
        KeyWorld world = Signed(_policy);
        world.Run(TimeSpan.FromDays(50));
        for (int i = 0; i < 3; i++)
        {
            KeyPlan plan = ZskRollover.Plan(world.Keys, _policy, world.Now.AddDays(3));
            Assert.Equal(i == 0, !plan.IsEmpty);
            world.Do(plan);
        }
    }

    [Fact]
    public void Nothing_rolls_by_itself_without_a_lifetime()
    {
        KeyPolicy policy = _policy with { ZskLifetime = null };
        KeyWorld world = Signed(policy);
        world.Run(TimeSpan.FromDays(200));
        Assert.Equal(2, world.Made);
        world.Do(ZskRollover.RollNow(world.Keys, policy, world.Now)!);
        Assert.Null(ZskRollover.RollNow(world.Keys, policy, world.Now));
        world.Run(TimeSpan.FromDays(5));
        Assert.Single(world.Keys, k => k.StateAt(world.Now) is not KeyState.Removed && !k.IsKsk);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_change_of_the_key_that_the_parent_points_at_leaves_no_cache_without_a_chain(bool csk)
    {
        KeyWorld world = Signed(_policy, csk);
        world.Run(TimeSpan.FromDays(10));
        DnssecKey old = world.Keys.Single(k => k.IsKsk).Key;
        world.Do(KskRollover.Start(world.Keys, _policy, world.Now)!);
        Assert.Equal(KskStage.Spreading, KskRollover.StageOf(world.Keys, world.Now));
        Assert.Null(KskRollover.Start(world.Keys, _policy, world.Now));
        while (KskRollover.StageOf(world.Keys, world.Now) == KskStage.Spreading) world.Run(Step);

        DnssecKey made = KskRollover.Live(world.Keys, world.Now)[^1].Key;
        Assert.Equal([made], world.Keys.Where(k => k.IsKsk && k.Times.IsSynced(world.Now)).Select(k => k.Key));
        world.Parent.Remove(old);
        world.Parent.Add(made);
        world.Do(KskRollover.Finish(world.Keys, _policy, world.Now));
        Assert.Equal(KskStage.Leaving, KskRollover.StageOf(world.Keys, world.Now));
        world.Run(TimeSpan.FromDays(5));
        Assert.Equal(KskStage.Settled, KskRollover.StageOf(world.Keys, world.Now));
        Assert.Equal(KeyState.Removed, world.Keys.Single(k => k.Key == old).StateAt(world.Now));
    }

    [Fact]
    public void A_zone_that_is_to_be_unsigned_stays_signed_until_no_cache_has_its_DS()
    {
        KeyWorld world = Signed(_policy);
        world.Run(TimeSpan.FromDays(10));
        world.Parent.Clear();
        world.Do(KskRollover.Unsign(world.Keys, _policy, world.Now));
        world.Run(TimeSpan.FromDays(3));
        Assert.Null(KeySchedule.At(KeyWorld.Zone, world.Keys, _policy, null, world.Now, []));
    }

    /// <summary>The checks of the simulation find what is wrong.</summary>
    [Fact]
    public void A_rollover_without_waiting_would_be_noticed()
    {
        KeyWorld world = Signed(_policy with { ZskLifetime = null });
        world.Run(TimeSpan.FromDays(10));
        ZoneKey old = world.Keys.Single(k => !k.IsKsk);
        world.Do(new(new NewKey(DnssecKey.ZoneKey, DnssecAlgorithm.ECDSAP256SHA256, new KeyTimes(world.Now, world.Now, world.Now)), [old with { Times = old.Times with { Inactive = world.Now, Delete = world.Now } }]));
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => world.Run(Step));
    }

    /// <summary>Signed and, a few days later, known to the parent.</summary>
    private static KeyWorld Signed(KeyPolicy policy, bool csk = false)
    {
        var world = new KeyWorld(policy, Step);
        world.Create(csk);
        world.Run(TimeSpan.FromHours(1));
        while (!world.Keys.Any(k => k.Times.IsSynced(world.Now))) world.Run(Step);
        world.Parent.Add(world.Keys.Single(k => k.IsKsk).Key);
        return world;
    }
}
