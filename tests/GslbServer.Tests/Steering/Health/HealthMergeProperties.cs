using GslbServer.Steering;

namespace GslbServer.Tests;

/// <summary>What holds for any votes. Worlds are drawn from a printed seed.</summary>
public sealed class HealthMergeProperties
{
    private static readonly int Rounds = Environment.GetEnvironmentVariable("GSLB_TEST_ALL") == "1" ? 200_000 : 3_000;

    [Fact]
    public void Order_of_vantages_changes_nothing() => ForWorlds((random, views, before, seed) =>
    {
        VantageView[] shuffled = [.. views];
        random.Shuffle(shuffled);
        Assert.True(MergeWorld.Merge(views, before).Monitors.SequenceEqual(MergeWorld.Merge(shuffled, before).Monitors), seed);
    });

    [Fact]
    public void Merging_the_same_again_changes_nothing() => ForWorlds((_, views, before, seed) =>
    {
        HealthTable once = MergeWorld.Merge(views, before);
        Assert.True(once.Monitors.SequenceEqual(MergeWorld.Merge(views, once, now: MergeWorld.Now).Monitors), seed);
    });

    [Fact]
    public void Verdict_changes_only_to_what_some_fresh_vantage_says() => ForWorlds((_, views, before, seed) =>
    {
        HealthTable merged = MergeWorld.Merge(views, before);
        for (int i = 0; i < merged.Monitors.Length; i++)
        {
            MonitorHealth now = merged.Monitors[i];
            Assert.True(now.Verdict == before.Monitors[i].Verdict || (now.Verdict == Verdict.Up ? now.Votes.Up : now.Votes.Down) > 0, seed);
            Assert.True(now.Votes.Up + now.Votes.Down <= now.Votes.Fresh, seed);
        }
    });

    [Fact]
    public void Two_fresh_vantages_that_disagree_never_change_a_verdict() => ForWorlds((_, views, before, seed) =>
    {
        HealthTable merged = MergeWorld.Merge([.. views.Take(2)], before);
        for (int i = 0; i < merged.Monitors.Length; i++)
        {
            if (merged.Monitors[i].Votes is { Up: 1, Down: 1 })
                Assert.True(merged.Monitors[i].Verdict == before.Monitors[i].Verdict, seed);
        }
    });

    [Fact]
    public void One_vantage_that_sees_nothing_takes_nothing_down_while_two_others_see_all() => ForWorlds((random, views, _, seed) =>
    {
        Observation[] nothing = [.. MergeWorld.Topology.Monitors.Select(monitor => new Observation(monitor.Key, Verdict.Down, -random.Next(1, 100), 1, ""))];
        Observation[] all = [.. MergeWorld.Topology.Monitors.Select(monitor => new Observation(monitor.Key, Verdict.Up, 9, 1, ""))];
        VantageView[] world = [MergeWorld.View("blind", nothing), MergeWorld.View("sees-1", all), MergeWorld.View("sees-2", all), .. views.Where(v => !v.Report.IsProber || v.Report.Leaving)];
        Assert.All(MergeWorld.Merge(world, MergeWorld.All(Verdict.Up)).Monitors, monitor => Assert.True(monitor.Verdict == Verdict.Up, seed));
    });

    [Fact]
    public void Nodes_that_hear_the_same_agree_on_all_that_follows() => ForWorlds((random, views, before, seed) =>
    {
        // Each sees itself as itself, and has its own clock.
        HealthTable? first = null;
        foreach (VantageView self in views.Where(v => v.Report is { IsProber: true, Leaving: false } && v.LastAdvanced >= MergeWorld.Now - HealthMerge.Freshness).Take(3))
        {
            HealthTable table = MergeWorld.Merge([.. views.Select(view => view with { IsSelf = view == self })], before);
            first ??= table;
            Assert.True(first.Monitors.SequenceEqual(table.Monitors), seed);
        }
    });

    [Fact]
    public void Vantages_that_lag_change_nothing() => ForWorlds((random, views, before, seed) =>
    {
        VantageView[] late = [.. views.Select(view => view with { Report = view.Report with { Lag = TimeSpan.FromSeconds(9) } })];
        Assert.True(MergeWorld.Merge(late, before).Monitors.Select(monitor => monitor.Verdict).SequenceEqual(before.Monitors.Select(monitor => monitor.Verdict)), seed);
    });

    private static void ForWorlds(Action<Random, VantageView[], HealthTable, string> holds)
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
        {
            string[] marks = ["", "", "", "", "stale", "leaving", "lagging", "balancer", "self"];
            var views = Enumerable.Range(0, random.Next(7)).Select(i => MergeWorld.View($"node-{i}", Sees(random), marks[random.Next(marks.Length)])).ToArray();
            var before = new HealthTable([.. MergeWorld.Topology.Monitors.Select(_ => new MonitorHealth((Verdict)random.Next(3), true, TimeSpan.MinValue, default))], [], TimeSpan.Zero);
            holds(random, views, before, $"seed {seed}, round {round}");
        }
    }

    private static Observation[] Sees(Random random)
    {
        int bias = random.Next(1, 10);
        return [.. MergeWorld.Topology.Monitors.Where(_ => random.Next(10) > 0).Select(m =>
            new Observation(m.Key, random.Next(10) == 0 ? Verdict.Unknown : random.Next(10) < bias ? Verdict.Up : Verdict.Down, random.Next(-8, 8), 1, ""))];
    }
}
