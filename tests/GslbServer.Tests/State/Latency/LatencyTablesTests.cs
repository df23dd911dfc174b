using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer.Tests;

/// <summary>Tables of round trips that are shared, damaged, foreign, early and late.</summary>
public sealed class LatencyTablesTests
{
    private readonly SteppedTime _time = new();
    private readonly MemoryLatencyStore _store;

    public LatencyTablesTests() => _store = new MemoryLatencyStore(_time);

    private uint Now => LatencyTableName.EpochAt(_time.GetUtcNow(), LatencyWorld.Epoch);

    [Fact]
    public async Task What_one_tells_all_read()
    {
        await using LatencyFeed balancer = await LatencyWorld.StartAsync(_time, [_store]), node = await LatencyWorld.StartAsync(_time, [_store]);
        int changes = 0;
        node.Changed += () => Interlocked.Increment(ref changes);
        balancer.Publish(LatencyWorld.Rows("b", Now));

        await Eventually.True(() => node.EpochsOf("b").Length == 1 && changes > 0);
        Assert.Equal(LatencyRowsCodec.Encode(LatencyWorld.Rows("b", Now)), LatencyRowsCodec.Encode(Assert.Single(node.TablesUpTo(Now))));
        Assert.Equal(1, balancer.Published);
    }

    [Fact]
    public async Task A_map_of_an_epoch_follows_from_tables_up_to_it_alone()
    {
        await using LatencyFeed node = await LatencyWorld.StartAsync(_time, [_store]);
        for (uint epoch = Now - 3; epoch <= Now; epoch++)
            await _store.TryAddAsync(new LatencyTableName(epoch, "b"), LatencyRowsCodec.Encode(LatencyWorld.Rows("b", epoch)), default);

        await Eventually.True(() => node.EpochsOf("b") is [var newest] && newest == Now);
        Assert.Equal([Now - 1], node.EpochsOf("b", upTo: Now - 1));
        Assert.Equal([Now - 2], node.EpochsOf("b", upTo: Now - 2));
        Assert.Empty(node.EpochsOf("b", upTo: Now - 3));
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("changed")]
    [InlineData("text")]
    [InlineData("empty")]
    [InlineData("map")]
    [InlineData("another writer's")]
    [InlineData("another epoch's")]
    public async Task A_bad_table_is_refused_whole_and_the_last_good_one_stays(string bad)
    {
        var log = new RecordedLog<LatencyFeed>();
        await using LatencyFeed node = await LatencyWorld.StartAsync(_time, [_store], log: log);
        await _store.TryAddAsync(new LatencyTableName(Now - 1, "b"), LatencyRowsCodec.Encode(LatencyWorld.Rows("b", Now - 1)), default);
        await Eventually.True(() => node.EpochsOf("b").Length == 1);

        byte[] good = LatencyRowsCodec.Encode(LatencyWorld.Rows("b", Now));
        byte[] octets = bad switch
        {
            "cut" => good[..^3],
            "changed" => [.. good[..^1], (byte)(good[^1] ^ 1)],
            "text" => "{ \"rows\": [] }"u8.ToArray(),
            "empty" => [],
            "map" => LatencyWorld.Map(Now).Octets.ToArray(),
            "another writer's" => LatencyRowsCodec.Encode(LatencyWorld.Rows("c", Now)),
            _ => LatencyRowsCodec.Encode(LatencyWorld.Rows("b", Now + 1)),
        };
        await _store.TryAddAsync(new LatencyTableName(Now, "b"), octets, default);
        await Eventually.True(() => node.Refused == 1);
        // What is refused is not read again each second.
        await _store.TryAddAsync(new LatencyTableName(Now, "d"), LatencyRowsCodec.Encode(LatencyWorld.Rows("d", Now)), default);
        await Eventually.True(() => node.EpochsOf("d").Length == 1);

        Assert.Equal([Now - 1], node.EpochsOf("b"));
        Assert.Empty(node.EpochsOf("c"));
        Assert.Equal(1, node.Refused);
        Assert.Contains($"Table {Now}:b", Assert.Single(log.Warnings));
    }

    [Fact]
    public async Task A_table_of_a_time_to_come_is_refused_and_counted_once()
    {
        await using LatencyFeed node = await LatencyWorld.StartAsync(_time, [_store]);
        await _store.TryAddAsync(new LatencyTableName(Now + 2, "b"), LatencyRowsCodec.Encode(LatencyWorld.Rows("b", Now + 2)), default);
        await _store.TryAddAsync(new LatencyTableName(Now + 1, "c"), LatencyRowsCodec.Encode(LatencyWorld.Rows("c", Now + 1)), default);
        await Eventually.True(() => node.EpochsOf("c").Length == 1);
        await _store.TryAddAsync(new LatencyTableName(Now, "d"), LatencyRowsCodec.Encode(LatencyWorld.Rows("d", Now)), default);
        await Eventually.True(() => node.EpochsOf("d").Length == 1);
        Assert.Empty(node.EpochsOf("b"));
        Assert.Equal(1, node.Refused);
    }

    [Fact]
    public async Task A_table_is_told_again_until_the_store_returns_and_only_the_newest()
    {
        var faulty = new FaultyLatencyStore(_store) { IsAway = true };
        var log = new RecordedLog<LatencyFeed>();
        await using LatencyFeed balancer = await LatencyWorld.StartAsync(_time, [faulty], log: log, reads: false);
        balancer.Publish(LatencyWorld.Rows("b", Now - 1));
        await Eventually.True(() => log.Warnings.Count > 0);
        balancer.Publish(LatencyWorld.Rows("b", Now));
        Assert.NotNull(Assert.Single(balancer.Stores).Error);
        // What this process knows it knows without any store.
        Assert.Equal([Now], balancer.EpochsOf("b"));

        faulty.IsAway = false;
        await Eventually.True(() => balancer.Published == 1 && balancer.Stores[0].IsReachable);
        Assert.Equal([new LatencyTableName(Now, "b")], await _store.ListAsync(default));
        Assert.Single(log.Warnings);
    }

    [Fact]
    public async Task Two_processes_of_one_name_are_told_apart_and_warned_of_once()
    {
        var log = new RecordedLog<LatencyFeed>();
        await using LatencyFeed one = await LatencyWorld.StartAsync(_time, [_store], reads: false), other = await LatencyWorld.StartAsync(_time, [_store], log: log, reads: false);
        one.Publish(LatencyWorld.Rows("balancer-b", Now, 20));
        await Eventually.True(() => one.Published == 1);
        // The same octets again are an answer that got lost, nobody else.
        other.Publish(LatencyWorld.Rows("balancer-b", Now, 20));
        other.Publish(LatencyWorld.Rows("balancer-b", Now, 90));
        await Eventually.True(() => log.Warnings.Count > 0);
        Assert.Contains("Another process tells round trips as balancer-b", Assert.Single(log.Warnings), StringComparison.Ordinal);
        Assert.Equal((0, 1, 0), (one.Namesakes, other.Namesakes, other.Published));
    }

    [Fact]
    public async Task A_start_finds_the_last_table_that_its_name_told()
    {
        await _store.TryAddAsync(new LatencyTableName(Now - 2, "b"), LatencyRowsCodec.Encode(LatencyWorld.Rows("b", Now - 2, 20)), default);
        await _store.TryAddAsync(new LatencyTableName(Now - 1, "b"), LatencyRowsCodec.Encode(LatencyWorld.Rows("b", Now - 1, 30)), default);
        await _store.TryAddAsync(new LatencyTableName(Now - 1, "c"), LatencyRowsCodec.Encode(LatencyWorld.Rows("c", Now - 1, 40)), default);
        await _store.TryAddAsync(new LatencyTableName(Now - 1, "half"), LatencyRowsCodec.Encode(LatencyWorld.Rows("half", Now - 1))[..^3], default);
        await using LatencyFeed balancer = await LatencyWorld.StartAsync(_time, [_store], reads: false), alone = await LatencyWorld.StartAsync(_time, [], reads: false);
        Assert.Equal((Now - 1, 300), await balancer.ReadLastAsync("b", default) is { } rows ? (rows.Epoch, (int)rows.Rows[0].Median) : default);
        Assert.Null(await balancer.ReadLastAsync("nobody", default));
        Assert.Null(await balancer.ReadLastAsync("half", default));
        Assert.Null(await alone.ReadLastAsync("b", default));
    }

    [Fact]
    public async Task Tables_are_written_to_the_own_store_and_read_from_all()
    {
        var other = new MemoryLatencyStore(_time, "other");
        await using LatencyFeed here = await LatencyWorld.StartAsync(_time, [_store, other]), there = await LatencyWorld.StartAsync(_time, [other, _store]);
        here.Publish(LatencyWorld.Rows("here", Now));
        there.Publish(LatencyWorld.Rows("there", Now));

        await Eventually.True(() => here.EpochsOf("there").Length == 1 && there.EpochsOf("here").Length == 1);
        Assert.Equal("here", Assert.Single(await _store.ListAsync(default)).Writer);
        Assert.Equal("there", Assert.Single(await other.ListAsync(default)).Writer);
    }

    [Fact]
    public async Task Tables_fade_after_two_hours_and_writers_are_forgotten()
    {
        await using LatencyFeed node = await LatencyWorld.StartAsync(_time, [_store]);
        node.Publish(LatencyWorld.Rows("b", Now));
        await Eventually.True(() => node.Published == 1 && node.EpochsOf("b").Length == 1);
        _time.Step(TimeSpan.FromHours(2).TotalSeconds + 301);
        await Eventually.True(() => node.EpochsOf("b").Length == 0);
        Assert.Empty(await _store.ListAsync(default));
    }

    [Fact]
    public async Task An_association_counts_once_and_is_looked_for_in_all_stores()
    {
        var other = new MemoryLatencyStore(_time, "other");
        await using LatencyFeed node = await LatencyWorld.StartAsync(_time, [other]), balancer = await LatencyWorld.StartAsync(_time, [_store, other]);
        var association = new Association(System.Net.IPAddress.Parse("192.0.2.53"), "198.51.100.0/24");
        Assert.True(await node.TryWriteAssociationAsync("a1b2c3d4", association, default));
        Assert.True(await node.TryWriteAssociationAsync("e5f6g7h8", association, default));

        Assert.Equal(association, await balancer.TakeAssociationAsync("a1b2c3d4", default));
        Assert.Null(await balancer.TakeAssociationAsync("a1b2c3d4", default));
        _time.Step(61);
        Assert.Null(await balancer.TakeAssociationAsync("e5f6g7h8", default));
    }

    [Theory]
    [InlineData("a1b2c3d4", true)]
    [InlineData("a1b2c3d", false)]
    [InlineData("A1B2C3D4", false)]
    [InlineData("a1b2c3d4:x", false)]
    [InlineData("a1b2c3d4*", false)]
    [InlineData("", false)]
    public void Nonces_are_plain_words(string word, bool isNonce) => Assert.Equal(isNonce, Association.IsNonce(word));
}
