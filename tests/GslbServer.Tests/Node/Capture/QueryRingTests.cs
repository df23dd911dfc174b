using System.Net;
using GslbServer.Steering;

namespace GslbServer.Tests.Capture;

/// <summary>From a serving thread to the query log and dnstap: in order, whole, within bounds.</summary>
public sealed class QueryRingTests
{
    private static readonly Client Resolver = Client.From(IPAddress.Parse("192.0.2.53"));

    private readonly CaptureClock _clock = new(TimeProvider.System);

    [Fact]
    public void What_is_put_in_comes_out_in_order_and_whole_however_often_the_ring_turns()
    {
        var ring = new QueryRing(_clock, logEvery: 1, tapEvery: 0);
        byte[] octets = [.. Enumerable.Range(0, 60_000).Select(i => (byte)i)];
        int put = 0, taken = 0;
        for (int round = 0; round < 200; round++)
        {
            for (int i = 0; i < 17; i++, put++)
            {
                ring.Offer(octets.AsSpan(0, 12 + (put % 300)), octets.AsSpan(put % 7, put * 37 % 50_000), Resolver, Transport.Tcp, put);
            }

            for (; ring.TryTake(out CapturedQuery query); ring.Release(query), taken++)
            {
                Assert.Equal((taken, Transport.Tcp, Resolver, CaptureSinks.Log), (query.Head.Region, query.Head.Transport, query.Head.Resolver, query.Head.Sinks));
                Assert.True(query.Packet.SequenceEqual(octets.AsSpan(0, 12 + (taken % 300))));
                Assert.True(query.Response.SequenceEqual(octets.AsSpan(taken % 7, taken * 37 % 50_000)));
            }
        }

        Assert.Equal((put, 0), (taken, ring.Dropped));
    }

    [Fact]
    public void A_full_ring_drops_what_comes_and_counts_it_and_what_it_holds_stays_whole()
    {
        var ring = new QueryRing(_clock, logEvery: 1, tapEvery: 0);
        byte[] response = new byte[60_000];
        for (int i = 0; i < 100; i++)
        {
            ring.Offer([1, 2, 3], response, Resolver, Transport.Udp, i);
        }

        int kept = 0;
        for (; ring.TryTake(out CapturedQuery query); ring.Release(query))
        {
            Assert.Equal(kept++, query.Head.Region);
        }

        Assert.InRange(kept, 60, 70);
        Assert.Equal(100 - kept, ring.Dropped);
        ring.Offer([1, 2, 3], response, Resolver, Transport.Udp, 7);
        Assert.True(ring.TryTake(out CapturedQuery again));
        Assert.Equal(7, again.Head.Region);
    }

    [Fact]
    public void Each_reader_has_a_sample_of_its_own()
    {
        var ring = new QueryRing(_clock, logEvery: 3, tapEvery: 5);
        for (int i = 0; i < 15; i++)
        {
            ring.Offer([1], [], Resolver, Transport.Udp, i);
        }

        var seen = new List<(int, CaptureSinks)>();
        for (; ring.TryTake(out CapturedQuery query); ring.Release(query))
        {
            seen.Add((query.Head.Region, query.Head.Sinks));
        }

        Assert.Equal([0, 3, 6, 9, 12], seen.Where(one => one.Item2.HasFlag(CaptureSinks.Log)).Select(one => one.Item1));
        Assert.Equal([0, 5, 10], seen.Where(one => one.Item2.HasFlag(CaptureSinks.Dnstap)).Select(one => one.Item1));
    }

    [Fact]
    public void A_writer_and_a_reader_at_once_lose_nothing_but_what_is_counted()
    {
        var ring = new QueryRing(_clock, logEvery: 1, tapEvery: 0);
        const int count = 200_000;
        var writer = new Thread(() =>
        {
            byte[] octets = new byte[400];
            for (int i = 0; i < count; i++)
            {
                ring.Offer(octets.AsSpan(0, 50), octets, Resolver, Transport.Udp, i);
            }
        });
        writer.Start();
        int taken = 0, last = -1;
        while (writer.IsAlive || ring.TryTake(out _))
        {
            for (; ring.TryTake(out CapturedQuery query); ring.Release(query), taken++)
            {
                Assert.True(query.Head.Region > last);
                last = query.Head.Region;
            }
        }

        Assert.Equal(count, taken + ring.Dropped);
    }

    [Fact]
    public async Task A_thread_that_ended_leaves_its_counts_to_the_next_one()
    {
        using var counters = new Counters();
        for (int i = 0; i < 20; i++)
        {
            var thread = new Thread(() => counters.ForThisThread.Add(Counter.TcpQueries));
            thread.Start();
            thread.Join();
        }

        await Task.Yield();
        Assert.Single(counters.Blocks);
        Assert.Equal(20, counters.Read().Single(c => c.Labels.Contains(("transport", "tcp"))).Value);
    }
}
