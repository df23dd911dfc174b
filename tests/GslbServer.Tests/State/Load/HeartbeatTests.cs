using System.Text;
using GslbServer.State;
using GslbServer.Steering;
using static GslbServer.Tests.Steering.LoadWords;

namespace GslbServer.Tests;

/// <summary>Heartbeats of balancers on their way to nodes: believed once they advance, garbage counted.</summary>
public sealed class HeartbeatTests
{
    private readonly SteppedTime _time = new();

    [Fact]
    public async Task A_balancer_is_fresh_once_its_heartbeat_was_seen_to_advance_and_for_six_seconds()
    {
        var store = new MemoryStore(_time);
        var node = new SteppedNode("a", _time, store);
        await store.Heartbeats.WriteAsync(Beat(sequence: 1), default);
        await node.RoundAsync();
        Assert.False(IsFresh(node));
        await store.Heartbeats.WriteAsync(Beat(sequence: 2), default);
        await node.RoundAsync();
        Assert.True(IsFresh(node));
        _time.Step(7);
        await node.RoundAsync();
        Assert.False(IsFresh(node));
    }

    [Fact]
    public void Single_backends_travel_along_bounded_and_what_cannot_be_is_no_heartbeat()
    {
        IReadOnlyList<BackendLoad> all = [.. Enumerable.Range(0, 40).Select(i => new BackendLoad("web", $"b{i:00}", i == 39 ? "down" : "up", i)), new("long", new string('x', 200), "ejected", 0)];
        BalancerLoad told = Beat(sequence: 1) with { Backends = BackendLoad.Told(all) };
        byte[] written = HeartbeatRecord.Write(told);
        Assert.True(HeartbeatRecord.TryRead(written, out BalancerLoad? read));
        Assert.Equal(told.Backends, read.Backends);
        Assert.Equal((BackendLoad.Most, BackendLoad.MaxName), (read.Backends.Count, read.Backends[0].Name.Length));
        Assert.Equal(["b25", "b26", "b27", "b28", "b29", "b30", "b31", "b32", "b33", "b34", "b35", "b36", "b37", "b38", "b39"], read.Backends.Skip(1).Select(one => one.Name));
        Assert.True(written.Length < 2048, $"{written.Length} octets");
        Assert.False(HeartbeatRecord.TryRead(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(written).Replace("\"down\"", "\"well\"", StringComparison.Ordinal)), out _));
        Assert.True(HeartbeatRecord.TryRead(HeartbeatRecord.Write(Beat(sequence: 2)), out BalancerLoad? none));
        Assert.Empty(none.Backends);
    }

    /// <summary>Silence is news of balancers only while somebody listens.</summary>
    [Fact]
    public async Task While_no_store_is_read_the_last_word_of_balancers_stands()
    {
        var store = new FaultyStore(_time);
        var node = new SteppedNode("a", _time, store);
        Topology topology = GslbServer.Tests.Steering.SteeringWorld.Example().Steer("www", "geo eu-west us-east check=web").Topology;
        foreach (long sequence in (long[])[1, 2])
        {
            await store.Heartbeats.WriteAsync(Beat(serving: false, sequence: sequence), default);
            await node.RoundAsync();
        }

        store.IsAway = true;
        for (int second = 0; second < 300; second += 10)
        {
            _time.Step(10);
            await node.RoundAsync();
            node.Shared.Age(out _);
            Assert.Equal(RegionNews.NotServing, News());
        }

        // Back again, and their heartbeats go on.
        store.IsAway = false;
        await store.Heartbeats.WriteAsync(Beat(serving: false, sequence: 300), default);
        await node.RoundAsync();
        Assert.Equal(RegionNews.NotServing, News());
        _time.Step(7);
        await node.RoundAsync();
        Assert.Equal(RegionNews.None, News());

        RegionNews News() => LoadMerge.Sum(topology, node.Shared.Balancers, node.Shared.HeardUntil).Single(load => load.Label == "eu-west").News;
    }

    [Fact]
    public async Task A_store_set_back_makes_no_old_heartbeat_young()
    {
        var store = new MemoryStore(_time);
        var node = new SteppedNode("a", _time, store);
        foreach (long sequence in (long[])[5, 6])
        {
            await store.Heartbeats.WriteAsync(Beat(sequence: sequence), default);
            await node.RoundAsync();
        }

        _time.Step(7);
        foreach (long sequence in (long[])[3, 4, 6])
        {
            await store.Heartbeats.WriteAsync(Beat(sequence: sequence, draining: true), default);
            await node.RoundAsync();
        }

        Assert.False(IsFresh(node));
        Assert.False(node.Shared.Balancers.Single().Load.Draining);
    }

    [Fact]
    public void A_heartbeat_survives_its_way()
    {
        BalancerLoad load = Beat(rps: 12.5, capacity: 100, use: 0.25, draining: true);
        Assert.True(HeartbeatRecord.TryRead(HeartbeatRecord.Write(load), out BalancerLoad? read));
        Assert.Equal(load, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("[]")]
    [InlineData("{\"v\":1}")]
    [InlineData("\"v\":1|\"v\":2")]
    [InlineData("\"rps\":0|\"rps\":-1")]
    [InlineData("\"rps\":0|\"rps\":1e300")]
    [InlineData("\"rps\":0|\"rps\":\"NaN\"")]
    [InlineData("\"err5xx\":0|\"err5xx\":2")]
    [InlineData("\"live\":2|\"live\":-2")]
    [InlineData("\"seq\":1|\"seq\":-1")]
    [InlineData("\"region\":\"eu-west\"|\"region\":null")]
    [InlineData("\"region\":\"eu-west\"|\"region\":\"\"")]
    public void What_cannot_be_is_not_read(string change)
    {
        string text = change;
        if (change.Split('|') is [var from, var to])
        {
            string sound = Encoding.UTF8.GetString(HeartbeatRecord.Write(Beat()));
            Assert.Contains(from, sound, StringComparison.Ordinal);
            text = sound.Replace(from, to, StringComparison.Ordinal);
        }

        Assert.False(HeartbeatRecord.TryRead(Encoding.UTF8.GetBytes(text), out _));
    }

    [Fact]
    public void Mutated_heartbeats_never_throw()
    {
        var random = new Random(11);
        byte[] sound = HeartbeatRecord.Write(Beat(rps: 5, capacity: 10, use: 0.5));
        for (int run = 0; run < 20_000; run++)
        {
            byte[] octets = [.. sound];
            for (int i = random.Next(1, 5); i > 0; i--)
                octets[random.Next(octets.Length)] = (byte)random.Next(256);
            HeartbeatRecord.TryRead(octets.AsSpan(0, random.Next(octets.Length + 1)), out _);
        }
    }

    [Fact]
    public void Prices_of_a_report_survive_their_way_and_impossible_ones_are_left_out()
    {
        VantageReport report = StateWorld.Report("a") with { Prices = [new PriceVote("eu-west", 12.5), new PriceVote("us-east", 9_999)] };
        Assert.True(StateJson.TryReadReport(StateJson.Write(report), out VantageReport? read));
        Assert.Equal([new PriceVote("eu-west", 12.5)], read.Prices);
    }

    private static bool IsFresh(SteppedNode node) => node.Shared.Balancers.Single().IsFresh(node.Shared.Now);
}
