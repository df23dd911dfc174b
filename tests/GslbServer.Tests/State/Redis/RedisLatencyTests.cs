using System.Net;
using GslbServer.State;
using GslbServer.Steering;

namespace GslbServer.Tests;

/// <summary>Round trips on a real Redis.</summary>
public sealed class RedisLatencyTests
{
    private static readonly TimeProvider Time = TimeProvider.System;

    private static uint Now => LatencyTableName.EpochAt(Time.GetUtcNow(), LatencyWorld.Epoch);

    [Fact]
    public async Task Tables_and_maps_are_shared_and_fade_by_themselves()
    {
        using var redis = new PrivateRedis();
        await using RedisStore one = Store(redis), two = Store(redis);
        await using LatencyFeed balancer = await LatencyWorld.StartAsync(Time, [one.Latency]), node = await LatencyWorld.StartAsync(Time, [two.Latency]);
        uint epoch = Now;
        balancer.Publish(LatencyWorld.Rows("b:1", epoch));
        await Eventually.True(() => node.EpochsOf("b:1") is [var read] && read == epoch);

        LatencyMap map = LatencyWorld.Map(epoch, 20);
        Assert.Equal(MapReceipt.First, await node.TryPutMapAsync(map, default));
        Assert.Equal(MapReceipt.Late, await balancer.TryPutMapAsync(LatencyWorld.Map(epoch, 30), default));
        await Eventually.True(() => balancer.Map?.Hash == map.Hash);

        Assert.InRange(Ttl(redis, $"gslb:lat:{epoch}:b:1"), 7000, 7200);
        Assert.InRange(Ttl(redis, $"gslb:latmap:{epoch}"), 7000, 7200);
        Assert.InRange(Ttl(redis, "gslb:lat"), 7000, 7200);
    }

    [Fact]
    public async Task A_table_longer_than_a_piece_arrives_whole()
    {
        using var redis = new PrivateRedis();
        await using RedisStore store = Store(redis);
        LatencyRow[] rows = [.. Enumerable.Range(0, 60_000).Select(i =>
            new LatencyRow(LatencyKey.Prefix(false, (UInt128)(uint)(0x0B000000 + (i << 8)) << 96, 24), 0, LatencySource.Connection, 9, 200, 10, 0))];
        byte[] octets = LatencyRowsCodec.Encode(new LatencyRows("b", Now, ["eu"], [.. rows], []));
        Assert.True(octets.Length > 3 * 128 * 1024, $"{octets.Length} octets");
        var name = new LatencyTableName(Now, "b");
        Assert.True(await store.Latency.TryAddAsync(name, octets, default));
        Assert.False(await store.Latency.TryAddAsync(name, [1], default));
        Assert.Equal(octets, await store.Latency.ReadAsync(name, default));
    }

    [Fact]
    public async Task Foreign_keys_are_refused_when_read_and_replaced_when_written()
    {
        using var redis = new PrivateRedis();
        redis.Command("LPUSH", $"gslb:lat:{Now}:b", "x");
        redis.Command("SET", $"gslb:lat:{Now}:c", "text");
        redis.Command("SET", "gslb:assoc:a1b2c3d4", "text");
        redis.Command("ZADD", "gslb:lat", "1", $"{Now}:b", "2", $"{Now}:c", "3", "no name");
        await using RedisStore store = Store(redis);
        await using LatencyFeed node = await LatencyWorld.StartAsync(Time, [store.Latency]);
        await Eventually.True(() => node.Refused == 2);
        Assert.Empty(node.TablesUpTo(uint.MaxValue));
        Assert.Null(await node.TakeAssociationAsync("a1b2c3d4", default));

        redis.Command("SET", "gslb:lat", "text");
        node.Publish(LatencyWorld.Rows("b", Now));
        await Eventually.True(() => node.Published == 1);
        await using RedisStore another = Store(redis);
        Assert.NotNull(await another.Latency.ReadAsync((await another.Latency.ListAsync(default)).Single(), default));
    }

    [Fact]
    public async Task An_association_is_taken_once_and_fades()
    {
        using var redis = new PrivateRedis();
        await using RedisStore store = Store(redis);
        var association = new Association(IPAddress.Parse("2001:db8::53"), "");
        await store.Latency.WriteAssociationAsync("a1b2c3d4", association, default);
        Assert.InRange(Ttl(redis, "gslb:assoc:a1b2c3d4"), 50, 60);
        Assert.Equal(association, await store.Latency.TakeAssociationAsync("a1b2c3d4", default));
        Assert.Null(await store.Latency.TakeAssociationAsync("a1b2c3d4", default));
    }

    [Fact]
    public async Task A_table_told_while_Redis_was_down_is_there_when_it_returns()
    {
        using var redis = new PrivateRedis();
        await using RedisStore store = Store(redis);
        await using LatencyFeed balancer = await LatencyWorld.StartAsync(Time, [store.Latency]);
        await Eventually.True(() => balancer.Stores[0].IsReachable);
        redis.Kill();
        balancer.Publish(LatencyWorld.Rows("b", Now));
        await Eventually.True(() => !balancer.Stores[0].IsReachable);
        redis.Start();
        await Eventually.True(() => balancer.Published == 1);
        Assert.Contains(":1\r\n", redis.Command("ZCARD", "gslb:lat"));
    }

    private static RedisStore Store(PrivateRedis redis) => new(redis.Configuration, "gslb", Time);

    private static int Ttl(PrivateRedis redis, string key) => int.Parse(redis.Command("TTL", key).Trim(':', '\r', '\n'));
}
