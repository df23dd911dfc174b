using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer.Tests;

/// <summary>One map per epoch, the same on every node.</summary>
public sealed class LatencyMapSharingTests : IDisposable
{
    private readonly SteppedTime _time = new();
    private readonly MemoryLatencyStore _store;
    private readonly string _directory = Directory.CreateTempSubdirectory("gslb-state-").FullName;

    public LatencyMapSharingTests() => _store = new MemoryLatencyStore(_time);

    private uint Now => LatencyTableName.EpochAt(_time.GetUtcNow(), LatencyWorld.Epoch);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task The_first_map_of_an_epoch_stands_on_all_nodes()
    {
        LatencyMap first = LatencyWorld.Map(Now, 20), second = LatencyWorld.Map(Now, 30);
        await using LatencyFeed a = await LatencyWorld.StartAsync(_time, [_store]), b = await LatencyWorld.StartAsync(_time, [_store]);
        Assert.Equal(MapReceipt.First, await a.TryPutMapAsync(first, default));
        Assert.Equal(first.Hash, a.Map?.Hash);
        Assert.Equal(MapReceipt.Late, await b.TryPutMapAsync(second, default));
        await Eventually.True(() => b.Map?.Hash == first.Hash);
    }

    [Fact]
    public async Task With_several_stores_all_nodes_choose_the_same_map()
    {
        var other = new MemoryLatencyStore(_time, "other");
        LatencyMap one = LatencyWorld.Map(Now, 20), two = LatencyWorld.Map(Now, 30);
        await using LatencyFeed a = await LatencyWorld.StartAsync(_time, [_store, other]), b = await LatencyWorld.StartAsync(_time, [other, _store]);
        Assert.Equal(MapReceipt.First, await a.TryPutMapAsync(one, default));
        Assert.Equal(MapReceipt.First, await b.TryPutMapAsync(two, default));
        string lowest = string.CompareOrdinal(one.Hash, two.Hash) < 0 ? one.Hash : two.Hash;
        await Eventually.True(() => a.Map?.Hash == lowest && b.Map?.Hash == lowest);
    }

    [Fact]
    public async Task A_map_that_no_store_took_is_in_force_here_until_a_store_has_one()
    {
        var faulty = new FaultyLatencyStore(_store) { IsAway = true };
        LatencyMap own = LatencyWorld.Map(Now, 20), shared = LatencyWorld.Map(Now, 30);
        await using LatencyFeed a = await LatencyWorld.StartAsync(_time, [faulty]), b = await LatencyWorld.StartAsync(_time, [_store]);
        Assert.Equal(MapReceipt.HereAlone, await a.TryPutMapAsync(own, default));
        Assert.Equal(own.Hash, a.Map?.Hash);
        await b.TryPutMapAsync(shared, default);
        faulty.IsAway = false;
        await Eventually.True(() => a.Map?.Hash == shared.Hash);
    }

    [Fact]
    public async Task Without_stores_a_map_is_in_force_here()
    {
        await using LatencyFeed alone = await LatencyWorld.StartAsync(_time, []);
        LatencyMap map = LatencyWorld.Map(Now);
        Assert.Equal(MapReceipt.HereAlone, await alone.TryPutMapAsync(map, default));
        Assert.Equal(map.Hash, alone.Map?.Hash);
    }

    [Fact]
    public async Task A_damaged_map_is_refused_and_the_last_good_one_stays()
    {
        LatencyMap good = LatencyWorld.Map(Now - 1);
        await using LatencyFeed node = await LatencyWorld.StartAsync(_time, [_store]);
        await node.TryPutMapAsync(good, default);
        await _store.TryAddAsync(LatencyTableName.Map(Now), LatencyWorld.Map(Now).Octets.ToArray()[..^1], default);
        await Eventually.True(() => node.Refused == 1);
        Assert.Equal(good.Hash, node.Map?.Hash);
    }

    [Fact]
    public async Task A_map_made_by_a_clock_that_ran_ahead_gives_way_to_those_of_the_present()
    {
        LatencyMap early = LatencyWorld.Map(Now + 100, 30), present = LatencyWorld.Map(Now, 20);
        await using LatencyFeed node = await LatencyWorld.StartAsync(_time, []);
        await node.TryPutMapAsync(early, default);
        Assert.Equal(early.Hash, node.Map?.Hash);
        await node.TryPutMapAsync(present, default);
        Assert.Equal(present.Hash, node.Map?.Hash);
    }

    [Fact]
    public async Task A_restart_begins_with_the_map_of_the_disk()
    {
        LatencyMap map = LatencyWorld.Map(Now);
        await using (LatencyFeed before = await LatencyWorld.StartAsync(_time, [_store], new DiskState(_directory, _time)))
            await before.TryPutMapAsync(map, default);

        await using LatencyFeed after = await LatencyWorld.StartAsync(_time, [], new DiskState(_directory, _time));
        Assert.Equal(map.Hash, after.Map?.Hash);
    }

    [Fact]
    public async Task A_damaged_file_is_told_and_not_used()
    {
        byte[] octets = LatencyWorld.Map(Now).Octets.ToArray();
        await File.WriteAllBytesAsync(Path.Combine(_directory, "latency.map"), octets[..^1]);
        var log = new RecordedLog<LatencyFeed>();
        await using LatencyFeed feed = await LatencyWorld.StartAsync(_time, [], new DiskState(_directory, _time), log);
        Assert.Null(feed.Map);
        Assert.Contains("latency.map", Assert.Single(log.Warnings));
    }
}
