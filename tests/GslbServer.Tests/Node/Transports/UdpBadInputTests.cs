using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using GslbServer.Tests.Dns;
using Xunit.Abstractions;

namespace GslbServer.Tests.Transports;

/// <summary>What can arrive, or fail to: counted each by its own count, and the next query is answered. Both listeners.</summary>
public sealed partial class UdpBadInputTests(ITestOutputHelper output) : IDisposable
{
    private readonly SmallWorld _world = new();

    public static TheoryData<bool> Listeners => [false, true]; // portable

    public void Dispose() => _world.Dispose();

    [Theory]
    [MemberData(nameof(Listeners))]
    public void Datagrams_too_short_to_be_a_query_are_counted(bool portable) => WithListener(portable, listeners =>
    {
        using Socket client = SmallWorld.Connect(IPAddress.Loopback, listeners.LocalEndPoint.Port);
        foreach (int length in (int[])[0, 1, 2, 11]) client.Send(new byte[length]);
        AssertServes(client);
        Assert.Equal((5, 4), (_world.Count(Counter.UdpQueries), _world.Count(Counter.DroppedUnreadable)));
    });

    [Theory]
    [InlineData(false, UdpListeners.RequestSize, 0)]
    [InlineData(true, UdpListeners.RequestSize, 0)]
    [InlineData(false, UdpListeners.RequestSize + 1, 1)]
    [InlineData(true, UdpListeners.RequestSize + 1, 1)]
    [InlineData(false, 65_000, 1)]
    [InlineData(true, 65_000, 1)]
    public void Datagram_longer_than_a_query_may_be_is_dropped_and_counted(bool portable, int length, int dropped) => WithListener(portable, listeners =>
    {
        using Socket client = SmallWorld.Connect(IPAddress.Loopback, listeners.LocalEndPoint.Port);
        // A whole query with octets behind it: to answer what was left of a cut one would be to answer something else.
        client.Send([.. SmallWorld.HostQuery, .. new byte[length - SmallWorld.HostQuery.Length]]);
        if (dropped == 0) Assert.Equal("FORMERR", Receive(client).Status.Split(' ')[0]);
        AssertServes(client);
        Assert.Equal(dropped, _world.Count(Counter.DroppedOversized));
    });

    [Theory]
    [MemberData(nameof(Listeners))]
    public void Query_from_port_0_is_dropped_and_counted(bool portable) => WithListener(portable, listeners =>
    {
        int port = listeners.LocalEndPoint.Port;
        if (!TrySendRaw(sourcePort: 0, port)) return;
        using Socket client = SmallWorld.Connect(IPAddress.Loopback, port);
        AssertServes(client);
        Assert.Equal((1, 1), (_world.Count(Counter.UdpQueries), _world.Count(Counter.DroppedPortZero)));
    });

    [Theory]
    [MemberData(nameof(Listeners))]
    public void Client_that_is_gone_before_its_answer_disturbs_nobody(bool portable) => WithListener(portable, listeners =>
    {
        using Socket client = SmallWorld.Connect(IPAddress.Loopback, listeners.LocalEndPoint.Port);
        for (int i = 0; i < 100; i++)
        {
            using (Socket gone = SmallWorld.Connect(IPAddress.Loopback, listeners.LocalEndPoint.Port)) gone.Send(SmallWorld.HostQuery);
            AssertServes(client);
        }
    });

    [Theory]
    [MemberData(nameof(Listeners))]
    public void Client_that_never_reads_disturbs_nobody(bool portable) => WithListener(portable, listeners =>
    {
        using Socket deaf = SmallWorld.Connect(IPAddress.Loopback, listeners.LocalEndPoint.Port);
        deaf.ReceiveBufferSize = 4_096;
        using Socket client = SmallWorld.Connect(IPAddress.Loopback, listeners.LocalEndPoint.Port);
        for (int i = 0; i < 1_000; i++)
        {
            deaf.Send(SmallWorld.HostQuery);
            if (i % 50 == 0) AssertServes(client);
        }

        Assert.Equal(0, _world.Count(Counter.DroppedUnsendable) + _world.Count(Counter.DroppedSendBufferFull));
    });

    [Theory]
    [MemberData(nameof(Listeners))]
    public void What_the_full_receive_buffer_cost_is_counted_and_what_it_held_is_answered_at_a_stop(bool portable)
    {
        if (!OperatingSystem.IsLinux()) return; // only Linux says what it dropped
        var listeners = new UdpListeners(new IPEndPoint(IPAddress.Loopback, 0), 1, _world.Handler, _world.Counters, portable);
        using Socket client = SmallWorld.Connect(IPAddress.Loopback, listeners.LocalEndPoint.Port);
        int sent = 0;
        for (; listeners.KernelDrops == 0 && sent < 1_000_000; sent++) client.Send(SmallWorld.HostQuery);
        long dropped = listeners.KernelDrops;
        Assert.InRange(dropped, 1, sent);

        listeners.Start();
        listeners.Stop();

        Assert.Equal(sent - dropped, _world.Count(Counter.UdpQueries));
    }

    [Theory]
    [MemberData(nameof(Listeners))]
    public void Socket_that_only_fails_is_tried_seldom_and_serves_again_when_it_works(bool portable)
    {
        if (!OperatingSystem.IsLinux()) return; // breaks the socket by its descriptor
        WithListener(portable, listeners =>
        {
            using Socket client = SmallWorld.Connect(IPAddress.Loopback, listeners.LocalEndPoint.Port);
            AssertServes(client);
            int descriptor = Descriptor(listeners.LocalEndPoint.Port);
            int kept = Duplicate(descriptor);
            using FileStream nothing = File.OpenRead("/dev/null");
            var clock = System.Diagnostics.Stopwatch.StartNew();
            Assert.Equal(descriptor, Replace((int)nothing.SafeFileHandle.DangerousGetHandle(), descriptor)); // now every receive fails: ENOTSOCK
            Assert.True(SpinWait.SpinUntil(() => _world.Count(Counter.ReceiveErrors) >= 10, SmallWorld.Patience));
            long errors = _world.Count(Counter.ReceiveErrors);
            clock.Stop();

            // However slow this machine is, a wait is never shorter than it says: so many waits fit into the time that passed, and two more by rounding.
            Assert.InRange(errors, 10, (clock.ElapsedMilliseconds + 1) / (long)ReceiveErrors.Pause.TotalMilliseconds + 3);
            Assert.Equal(descriptor, Replace(kept, descriptor));
            Close(kept);
            AssertServes(client);
        });
    }

    private void WithListener(bool portable, Action<UdpListeners> test)
    {
        UdpListeners listeners = _world.ListenUdp(IPAddress.Loopback, portable, threads: 1);
        try
        {
            test(listeners);
        }
        finally
        {
            listeners.Stop();
        }
    }

    private static Reply Receive(Socket client)
    {
        byte[] buffer = new byte[2048];
        return new Reply(buffer.AsSpan(0, client.Receive(buffer)));
    }

    private static void AssertServes(Socket client) => Assert.Equal("NOERROR qr aa rd", new Reply(SmallWorld.Exchange(client, SmallWorld.HostQuery)).Status);

    /// <summary>Writes the UDP header itself, which only root may.</summary>
    private bool TrySendRaw(ushort sourcePort, int port)
    {
        try
        {
            using var raw = new Socket(AddressFamily.InterNetwork, SocketType.Raw, ProtocolType.Udp);
            byte[] datagram = [.. QueryMessage.Short(sourcePort), .. QueryMessage.Short(port), .. QueryMessage.Short(8 + SmallWorld.HostQuery.Length), 0, 0, .. SmallWorld.HostQuery];
            raw.SendTo(datagram, new IPEndPoint(IPAddress.Loopback, 0));
            return true;
        }
        catch (SocketException e)
        {
            output.WriteLine($"Not run: raw sockets need root ({e.SocketErrorCode}).");
            return false;
        }
    }

    /// <summary>By the inode of the socket on that port.</summary>
    private static int Descriptor(int port)
    {
        string inode = File.ReadLines("/proc/self/net/udp").Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Single(f => f[1].EndsWith($":{port:X4}", StringComparison.Ordinal))[9];
        return int.Parse(Path.GetFileName(Directory.EnumerateFiles("/proc/self/fd").Single(f => new FileInfo(f).LinkTarget == $"socket:[{inode}]")));
    }

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Replace(int descriptor, int replaced);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
