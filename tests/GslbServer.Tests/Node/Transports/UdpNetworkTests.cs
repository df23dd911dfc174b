using System.Net.Sockets;
using GslbServer.Tests.Dns;
using Xunit.Abstractions;

namespace GslbServer.Tests.Transports;

/// <summary>What a network does to a listener: interfaces and addresses that go and come back, routes that end, queues that are full. In private networks, so as root on Linux.</summary>
public sealed class UdpNetworkTests(ITestOutputHelper output) : IDisposable
{
    private readonly SmallWorld _world = new();
    private readonly TwoHosts? _hosts = TwoHosts.TryCreate(output);

    public void Dispose()
    {
        _hosts?.Dispose();
        _world.Dispose();
    }

    [Theory]
    [InlineData("0.0.0.0", false)]
    [InlineData("192.0.2.1", false)]
    [InlineData("192.0.2.1", true)]
    [InlineData("::", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("2001:db8::1", true)]
    public void Interface_that_vanished_and_came_back_is_served_again(string address, bool portable) => WithListener(address, portable, listeners =>
    {
        AssertServes(listeners);
        _hosts!.Unplug();
        _hosts.Plug();
        AssertServes(listeners);
    });

    [Theory]
    [InlineData("0.0.0.0", false)]
    [InlineData("192.0.2.1", false)]
    [InlineData("192.0.2.1", true)]
    public void Address_that_was_removed_and_came_back_is_served_again(string address, bool portable) => WithListener(address, portable, listeners =>
    {
        AssertServes(listeners);
        _hosts!.Server.Ip("addr del 192.0.2.1/24 dev s0");
        _hosts.Server.Ip("addr add 192.0.2.1/24 dev s0");
        AssertServes(listeners);
    });

    [Theory]
    [InlineData("route add prohibit 192.0.2.2/32", false)]    // EACCES
    [InlineData("route add unreachable 192.0.2.2/32", false)] // EHOSTUNREACH
    [InlineData("route add blackhole 192.0.2.2/32", false)]   // EINVAL
    [InlineData("addr del 192.0.2.1/24 dev s0", false)]       // ENETUNREACH
    [InlineData("link del s0", false)]
    [InlineData("route add prohibit 192.0.2.2/32", true)]
    [InlineData("link del s0", true)]
    public void Answers_without_a_way_are_dropped_and_counted_one_by_one(string change, bool portable)
    {
        if (_hosts is null) return;
        UdpListeners listeners = _hosts.Listen(_world, "192.0.2.1", portable);
        try
        {
            using (Socket client = _hosts.Connect(listeners.LocalEndPoint))
            {
                client.Send(SmallWorld.HostQuery);
                long one = 0;
                SpinUntil(() => (one = ReceiveQueue(listeners.LocalEndPoint.Port)) > 0);
                for (int i = 0; i < 4; i++) client.Send(SmallWorld.HostQuery);
                SpinUntil(() => ReceiveQueue(listeners.LocalEndPoint.Port) == 5 * one);
            }

            _hosts.Server.Ip(change);
            listeners.Start();

            SpinUntil(() => _world.Count(Counter.UdpQueries) == 5 && _world.Count(Counter.DroppedUnsendable) == 5);
            if (change.StartsWith("route", StringComparison.Ordinal)) _hosts.Server.Ip(change.Replace("add", "del", StringComparison.Ordinal));
            else if (change.StartsWith("addr", StringComparison.Ordinal)) _hosts.Server.Ip(change.Replace("del", "add", StringComparison.Ordinal));
            else _hosts.Plug();
            AssertServes(listeners);
        }
        finally
        {
            listeners.Stop();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Full_send_buffer_drops_answers_and_never_waits_for_room(bool portable)
    {
        if (_hosts is null) return;
        // One answer a second leaves; the queue of the interface holds more than the socket's buffer.
        if (!_hosts.Server.Tool("tc", "qdisc add dev s0 root tbf rate 8kbit burst 1600 limit 100000000"))
        {
            output.WriteLine("Not run: needs tc(8) and the tbf queue of the kernel.");
            return;
        }

        WithListener("192.0.2.1", portable, listeners =>
        {
            byte[] query = new QueryMessage("large.example.org. A") { Opt = new(1232) }.ToWire();
            using Socket client = _hosts.Connect(listeners.LocalEndPoint);
            SpinUntil(() =>
            {
                for (int i = 0; i < 100; i++) client.Send(query);
                return _world.Count(Counter.DroppedSendBufferFull) > 1_000;
            });
            Assert.Equal(0, _world.Count(Counter.DroppedUnsendable));
            _hosts.Server.Tool("tc", "qdisc del dev s0 root");
            AssertServes(listeners);
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Small_path_MTU_does_not_break_an_answer_into_fragments(bool portable) => WithListener("192.0.2.1", portable, listeners =>
    {
        _hosts!.Server.Ip("route add 192.0.2.2/32 dev s0 mtu 600");
        using Socket client = _hosts.Connect(listeners.LocalEndPoint);
        byte[] answer = SmallWorld.Exchange(client, new QueryMessage("medium.example.org. A") { Opt = new(1232) }.ToWire());
        Assert.Equal("NOERROR qr aa rd", new Reply(answer).Status);
        Assert.InRange(answer.Length, 1_000, 1_232);
        Assert.Equal("0", FragmentsCreated());
    });

    private void WithListener(string address, bool portable, Action<UdpListeners> test)
    {
        if (_hosts is null) return;
        UdpListeners listeners = _hosts.Listen(_world, address, portable);
        listeners.Start();
        try
        {
            test(listeners);
        }
        finally
        {
            listeners.Stop();
        }
    }

    private void AssertServes(UdpListeners listeners)
    {
        using Socket client = _hosts!.Connect(listeners.LocalEndPoint);
        Assert.Equal("NOERROR qr aa rd", new Reply(SmallWorld.Exchange(client, SmallWorld.HostQuery)).Status);
    }

    private static void SpinUntil(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, SmallWorld.Patience));

    /// <summary>Octets that wait in the receive buffer of the server's socket, with what the kernel charges for each datagram.</summary>
    private long ReceiveQueue(int port) => _hosts!.Server.Run(() => File.ReadLines("/proc/thread-self/net/udp").Skip(1)
        .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(f => f[1].EndsWith($":{port:X4}", StringComparison.Ordinal))
        .Sum(f => Convert.ToInt64(f[4].Split(':')[1], 16)));

    private string FragmentsCreated() => _hosts!.Server.Run(() =>
    {
        string[][] lines = [.. File.ReadLines("/proc/thread-self/net/snmp").Where(l => l.StartsWith("Ip:", StringComparison.Ordinal)).Select(l => l.Split(' '))];
        return lines[1][Array.IndexOf(lines[0], "FragCreates")];
    });
}
