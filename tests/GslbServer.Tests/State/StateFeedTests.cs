using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer.Tests;

/// <summary>The feed as a node uses it, on stores in memory.</summary>
public sealed class StateFeedTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gslb-feed-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Node_alone_is_fresh_and_in_force_at_once()
    {
        await using StateFeed feed = StateWorld.Feed("a", []);
        int changed = 0;
        feed.Changed += () => Interlocked.Increment(ref changed);
        await feed.StartAsync(default);
        feed.Observe([StateWorld.Up()]);
        OverrideReceipt receipt = await feed.PutAsync(StateWorld.Drain(), default);

        Assert.Equal(StateMode.Fresh, feed.Mode);
        Assert.Equal([StateWorld.Up()], feed.Vantages[0].Report.Observations);
        Assert.Equal([receipt.Stored], feed.Overrides);
        Assert.False(receipt.OnDisk);
        Assert.Empty(receipt.Unreached);
        Assert.Equal(2, changed);
    }

    [Fact]
    public async Task Override_survives_a_restart_by_the_disk_alone()
    {
        OverrideReceipt receipt;
        await using (StateFeed feed = StateWorld.Feed("a", [], disk: new DiskState(_directory)))
        {
            await feed.StartAsync(default);
            receipt = await feed.PutAsync(StateWorld.Drain(), default);
            Assert.True(receipt.OnDisk);
        }

        await using StateFeed again = StateWorld.Feed("a", [], disk: new DiskState(_directory));
        await again.StartAsync(default);
        Assert.Equal([receipt.Stored], again.Overrides);
        Assert.True(string.CompareOrdinal((await again.PutAsync(StateWorld.Undrain(), default)).Stored.Revision, receipt.Stored.Revision) > 0);
    }

    [Fact]
    public async Task Own_observations_survive_a_restart()
    {
        await using (StateFeed feed = StateWorld.Feed("a", [], disk: new DiskState(_directory)))
        {
            await feed.StartAsync(default);
            feed.Observe([StateWorld.Down()]);
        }

        await using StateFeed again = StateWorld.Feed("a", [], disk: new DiskState(_directory));
        await again.StartAsync(default);
        VantageReport self = again.Vantages[0].Report;
        Assert.Equal([StateWorld.Down()], self.Observations);
        Assert.True(self.IsProber && !self.Leaving);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Other_nodes_on_disk_count_only_where_they_could_be_heard(bool hasStore)
    {
        new DiskState(_directory).SaveReports([StateWorld.Report("a"), StateWorld.Report("b"), StateWorld.Report("gone") with { Leaving = true }]);
        await using StateFeed feed = StateWorld.Feed("a", hasStore ? [new MemoryStore(TimeProvider.System)] : [], disk: new DiskState(_directory));
        await feed.StartAsync(default);
        Assert.Equal(hasStore ? ["a", "b"] : ["a"], feed.Vantages.Select(v => v.Report.Node));
    }

    [Fact]
    public async Task Override_of_another_node_goes_to_disk_too()
    {
        var store = new MemoryStore(TimeProvider.System);
        await using StateFeed a = StateWorld.Feed("a", [store]), b = StateWorld.Feed("b", [store], disk: new DiskState(_directory));
        await a.StartAsync(default);
        await b.StartAsync(default);
        await a.PutAsync(StateWorld.Drain(), default);
        await Eventually.True(() => b.StateOf() == OverrideState.Drain && new DiskState(_directory).LoadOverrides().Count == 1);
    }

    [Fact]
    public async Task Hint_is_followed_and_Changed_raised()
    {
        var store = new MemoryStore(TimeProvider.System);
        await using StateFeed a = StateWorld.Feed("a", [store]), b = StateWorld.Feed("b", [store]);
        await a.StartAsync(default);
        await b.StartAsync(default);
        await Eventually.True(() => b.IsFresh("a"));
        int changed = 0;
        b.Changed += () => Interlocked.Increment(ref changed);
        a.Observe([StateWorld.Down()]);
        await Eventually.True(() => changed > 0 && b.Of("a")!.Report.Observations.Contains(StateWorld.Down()));
    }

    [Fact]
    public async Task Store_that_hangs_delays_no_other()
    {
        FaultyStore hung = new(TimeProvider.System, "hung") { Hangs = true }, good = new(TimeProvider.System, "good");
        await using StateFeed a = StateWorld.Feed("a", [good, hung]), b = StateWorld.Feed("b", [good]);
        await a.StartAsync(default);
        await b.StartAsync(default);
        a.Observe([StateWorld.Up()]);
        await Eventually.True(() => b.IsFresh("a") && a.IsFresh("b"));
        Assert.Equal(StateMode.Fresh, a.Mode);
        Assert.Equal([true, false], a.Stores.Select(s => s.IsReachable));
    }

    [Fact]
    public async Task Receipt_names_the_stores_that_were_not_reached_and_they_get_it_later()
    {
        FaultyStore away = new(TimeProvider.System, "away") { IsAway = true }, good = new(TimeProvider.System, "good");
        await using StateFeed a = StateWorld.Feed("a", [away, good]);
        await a.StartAsync(default);
        Assert.Equal(["away"], (await a.PutAsync(StateWorld.Drain(), default)).Unreached);
        Assert.Single((await good.ReadAsync(default)).Overrides);
        away.IsAway = false;
        await Eventually.True(() => away.ReadAsync(default).Result.Overrides.Count == 1);
    }

    [Fact]
    public async Task Store_that_takes_no_writes_is_one_warning_until_it_does_and_is_not_hurried()
    {
        var time = new SteppedTime();
        var store = new FaultyStore(time);
        var log = new RecordedLog<StateFeed>();
        var link = new StoreLink(store, isOwn: true, new SharedState(new NodeIdentity("a", null, "gslb"), time), log, _ => { });
        await link.RoundAsync(TimeSpan.FromSeconds(1), default);
        Assert.True(link.Status.IsReachable);

        store.TakesNoWrites = true;
        int hurried = 0;
        Task wakeup = link.Wakeup.WaitAsync(default);
        for (int round = 0; round < 10; round++)
        {
            time.Step(round % 2 == 0 ? 1 : 0.1);
            await link.RoundAsync(TimeSpan.FromSeconds(1), default);
            if (wakeup.IsCompleted)
                (hurried, wakeup) = (hurried + 1, link.Wakeup.WaitAsync(default));
            Assert.Equal((false, "read only", TimeSpan.Zero), (link.Status.IsReachable, link.Status.Error, link.Status.SinceLastRead));
        }

        Assert.True(hurried <= 1, $"woken {hurried} times");
        Assert.Contains("cannot be written", Assert.Single(log.Warnings), StringComparison.Ordinal);

        store.TakesNoWrites = false;
        await link.RoundAsync(TimeSpan.FromSeconds(1), default);
        Assert.True(link.Status.IsReachable);
        Assert.Single((await store.ReadAsync(default)).Reports);
    }

    [Fact]
    public async Task Dead_node_is_forgotten_by_all_and_heard_again_when_it_lives()
    {
        var store = new MemoryStore(TimeProvider.System);
        await store.WriteReportAsync(StateWorld.Report("dead", 1, 1), false, default);
        await using StateFeed a = StateWorld.Feed("a", [store]), b = StateWorld.Feed("b", [store]);
        await a.StartAsync(default);
        await b.StartAsync(default);
        await Eventually.True(() => a.Of("dead") is not null && b.Of("dead") is not null);
        Assert.False(await a.ForgetAsync("nobody", default));
        Assert.False(await a.ForgetAsync("a", default));
        Assert.True(await a.ForgetAsync("dead", default));
        Assert.True(a.Of("dead")!.Report.Leaving);
        await Eventually.True(() => b.Of("dead") is { Report.Leaving: true });

        await store.WriteReportAsync(StateWorld.Report("dead", 1, 3), true, default);
        await Eventually.True(() => a.Of("dead") is { Report.Leaving: false } && b.Of("dead") is { Report.Leaving: false });
    }

    [Fact]
    public async Task Stopping_does_not_wait_for_a_store_that_hangs()
    {
        var store = new FaultyStore(TimeProvider.System);
        StateFeed feed = StateWorld.Feed("a", [store]);
        await feed.StartAsync(default);
        await Eventually.True(() => feed.Stores[0].IsReachable);
        store.Hangs = true;
        // The deadline bounds a broken run: this store never answers.
        await feed.StopAsync().WaitAsync(TimeSpan.FromMinutes(1));
        await feed.StopAsync();
        await feed.DisposeAsync();
    }

    /// <summary>A start that failed, beside a node that runs: it once said that the node leaves, and emptied what it had on disk.</summary>
    [Fact]
    public async Task Feed_that_never_started_writes_nothing_and_says_no_farewell()
    {
        var store = new MemoryStore(TimeProvider.System);
        var disk = new DiskState(_directory);
        disk.SaveReports([StateWorld.Report("a", 1, 1, StateWorld.Up())]);
        await StateWorld.Feed("a", [store], disk: disk).DisposeAsync();
        Assert.Empty((await store.ReadAsync(default)).Reports);
        Assert.Single(Assert.Single(disk.LoadReports()).Observations);
    }

    [Fact]
    public async Task Feed_whose_place_another_takes_hears_and_writes_no_more()
    {
        var store = new MemoryStore(TimeProvider.System);
        var disk = new DiskState(_directory);
        StateFeed old = StateWorld.Feed("a", [store], disk: disk);
        await using StateFeed other = StateWorld.Feed("b", [store]);
        await old.StartAsync(default);
        await other.StartAsync(default);
        await Eventually.True(() => other.Of("a") is not null);
        old.FallSilent(farewell: false);
        await other.PutAsync(StateWorld.Drain(), default);
        await Eventually.True(() => old.StateOf() == OverrideState.Drain);
        await old.DisposeAsync();
        Assert.Empty(disk.LoadOverrides());
        Assert.DoesNotContain((await store.ReadAsync(default)).Reports, report => report.Node == "a" && report.Leaving);
    }

    [Fact]
    public async Task Feed_that_never_started_can_be_disposed() => await StateWorld.Feed("a", [new MemoryStore(TimeProvider.System)]).DisposeAsync();

    [Fact]
    public async Task Listener_that_fails_does_not_stop_the_feed()
    {
        var log = new RecordedLog<StateFeed>();
        var store = new MemoryStore(TimeProvider.System);
        await using StateFeed a = StateWorld.Feed("a", [store], logger: log), b = StateWorld.Feed("b", [store]);
        a.Changed += () => throw new InvalidOperationException();
        await a.StartAsync(default);
        await b.StartAsync(default);
        a.Observe([StateWorld.Up()]);
        await b.PutAsync(StateWorld.Drain(), default);
        await Eventually.True(() => a.StateOf() == OverrideState.Drain && a.IsFresh("b"));
        Assert.Contains(log.Warnings, line => line.Contains("listener", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Directory_that_cannot_be_written_is_one_warning()
    {
        string file = Path.Combine(_directory, "file");
        File.WriteAllText(file, "");
        var log = new RecordedLog<StateFeed>();
        await using StateFeed feed = StateWorld.Feed("a", [], disk: new DiskState(Path.Combine(file, "below")), logger: log);
        await feed.StartAsync(default);
        Assert.False((await feed.PutAsync(StateWorld.Drain(), default)).OnDisk);
        Assert.False((await feed.PutAsync(StateWorld.Undrain(), default)).OnDisk);
        await feed.StopAsync();
        Assert.Contains("cannot be written", Assert.Single(log.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_nodes_of_one_name_are_warned_of()
    {
        var log = new RecordedLog<StateFeed>();
        var store = new MemoryStore(TimeProvider.System);
        await using StateFeed one = StateWorld.Feed("a", [store], logger: log), two = StateWorld.Feed("a", [store], logger: log);
        await one.StartAsync(default);
        await two.StartAsync(default);
        await Eventually.True(() => log.Warnings.Any(line => line.Contains("names must differ", StringComparison.Ordinal)));
    }
}
