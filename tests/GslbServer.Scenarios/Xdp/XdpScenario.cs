using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Xdp;

/// <summary>DNS around the kernel, on a real interface: what is answered, what is left to the kernel, what is dropped and why.</summary>
public sealed class XdpScenario(XdpWorld world) : IClassFixture<XdpWorld>
{
    private const ushort Txt = 16;

    [Theory]
    [InlineData(Cable.Server4)]
    [InlineData(Cable.Server6)]
    public async Task Answers_are_those_of_sockets_octet_by_octet(string server)
    {
        using Socket around = world.Connect(server, XdpWorld.XdpPort), through = world.Connect(server, XdpWorld.SocketPort);
        long before = await world.ReceivedAsync();
        int taken = 0;
        foreach (byte[] query in Queries())
        {
            byte[]? expected = Ask(through, query), found = Ask(around, query);
            Assert.True(expected.AsSpan().SequenceEqual(found), $"asked {Convert.ToHexString(query)}\nsockets say {Hex(expected)}\nAF_XDP says {Hex(found)}");
            taken += IsLeftToSockets(query) ? 0 : 2;
        }

        Assert.Equal(before + taken, await world.ReceivedAsync());

        static string Hex(byte[]? message) => message is null ? "nothing" : Convert.ToHexString(message);
    }

    [Fact]
    public async Task Dig_is_answered_around_the_kernel_over_UDP_and_by_it_over_TCP()
    {
        long before = await world.ReceivedAsync();
        ToolResult udp = await world.Cable.Client.RunAsync("dig", "+short", $"@{Cable.Server4}", "www.example.org", "+subnet=198.51.100.0/24");
        Assert.Equal("198.51.100.10", udp.Text);
        Assert.Equal(before + 1, await world.ReceivedAsync());
        // Too long for UDP: truncated, then asked again over TCP.
        ToolResult tcp = await world.Cable.Client.RunAsync("dig", "+short", $"@{Cable.Server6}", "TXT", "long.example.org");
        Assert.Contains("iiii", tcp.Text);
        Assert.Equal(before + 2, await world.ReceivedAsync());
    }

    [Fact]
    public async Task Frames_that_are_wrong_are_dropped_by_cause_and_answer_nobody()
    {
        await DroppedAsync("length", Packet() with { UdpLengthOff = 40 }, Packet() with { UdpLengthOff = -60 }, Packet() with { IpLengthOff = 40 }, Packet6() with { UdpLengthOff = 1 });
        await DroppedAsync("checksum", Packet() with { Checksum = 0x1234 }, Packet() with { BreaksHeaderChecksum = true }, Packet6() with { Checksum = 0x1234 }, Packet6() with { Checksum = 0 });
        await DroppedAsync("source", Packet() with { Source = IPAddress.Parse("127.0.0.1") }, Packet() with { Source = IPAddress.Parse("0.0.0.0") }, Packet() with { Source = IPAddress.Parse("224.0.0.1") },
            Packet() with { Source = IPAddress.Parse(Cable.Server4) }, Packet6() with { Source = IPAddress.IPv6Any }, Packet6() with { Source = IPAddress.Parse("ff02::1") },
            Packet6() with { Source = IPAddress.Parse("::ffff:10.8.0.2") }, Packet() with { From = PhysicalAddress.Parse("FFFFFFFFFFFF") }, Packet() with { From = PhysicalAddress.Parse("030000000001") });
        await DroppedAsync("port_zero", Packet() with { SourcePort = 0 });
    }

    [Fact]
    public async Task Frames_that_are_odd_and_right_are_answered()
    {
        await AnsweredAsync("no checksum over IPv4", Packet() with { Checksum = 0 });
        await AnsweredAsync("padding behind the datagram", Packet() with { Padding = 22 });
        await AnsweredAsync("a checksum left to hardware", Packet() with { Checksum = Pseudo(Packet()) });
        await AnsweredAsync("IPv6", Packet6());
        byte[] tagged = await AnsweredAsync("one VLAN tag", Packet() with { Vlan = 0x2005 });
        Assert.Equal([0x81, 0x00, 0x20, 0x05, 0x08, 0x00], tagged[12..18]);
    }

    [Fact]
    public async Task What_is_not_a_plain_datagram_of_ours_is_left_to_the_kernel()
    {
        long before = await world.ReceivedAsync();
        // The kernel takes options and fragments, and its sockets answer.
        await AnsweredAsync("IPv4 options", Packet() with { Options = [1, 1, 1, 1] });
        UdpPacket whole = Packet();
        byte[] datagram = whole.Datagram();
        using RawFrames wire = world.Cable.Client.RawFrames();
        wire.Send((whole with { Fragment = 0x2000 }).Frame(datagram[..24]));
        wire.Send((whole with { Fragment = 3 }).Frame(datagram[24..]));
        Assert.NotNull(AnswerOn(wire, whole.SourcePort));
        // Two tags, and no UDP at all.
        wire.Send([.. (whole with { Vlan = 5 }).Frame()[..12], 0x81, 0x00, 0x00, 0x05, .. (whole with { Vlan = 6 }).Frame()[12..]]);
        wire.Send([.. whole.Frame()[..12], 0x08, 0x06, .. new byte[28]]);
        wire.Send(whole.Frame()[..20]);
        // To a group; to another station, as a segment floods it; to another port, where nobody is.
        wire.Send((whole with { To = PhysicalAddress.Parse("020000000099") }).Frame());
        wire.Send((whole with { To = PhysicalAddress.Parse("FFFFFFFFFFFF") }).Frame());
        wire.Send((whole with { DestinationPort = 54 }).Frame());
        Assert.Equal(before, await world.ReceivedAsync());
        Assert.Equal(0, (await world.Cable.Client.RunAsync("dig", "+short", "-p", $"{XdpWorld.SocketPort}", $"@{Cable.Server4}", "www.example.org")).ExitCode);
    }

    [Fact]
    public async Task A_killed_node_leaves_a_clean_interface_and_the_next_takes_it()
    {
        Assert.Contains("xdp", (await world.Cable.Server.RunAsync("ip", "link", "show", Cable.Interface)).Text);
        world.Node.Send(Signal.Kill);
        await world.Node.WaitForExitAsync();
        await Eventually.TrueAsync(async () => !(await world.Cable.Server.RunAsync("ip", "link", "show", Cable.Interface)).Text.Contains("xdp"), () => "the program is still attached");
        await world.RestartAsync(Signal.Kill);
        await AnsweredAroundAsync();
        await world.RestartAsync(Signal.Term);
        await AnsweredAroundAsync();
    }

    [Fact]
    public async Task A_second_program_is_told_that_the_interface_is_taken_and_serves_by_sockets_until_it_is_free()
    {
        await using RunningProgram second = world.Start(5354, 8055, "second", true, "--xdp", Cable.Interface);
        await second.WaitForLineAsync("Sockets serve alone");
        Assert.Equal("192.0.2.10", (await world.Cable.Client.RunAsync("dig", "+short", "-p", "5354", $"@{Cable.Server4}", "www.example.org", "+subnet=192.0.2.0/24")).Text);
        world.Node.Send(Signal.Kill);
        await second.WaitForLineAsync($"AF_XDP on {Cable.Interface}: native mode");
        second.Send(Signal.Term);
        Assert.Equal(0, await second.WaitForExitAsync());
        await world.RestartAsync(Signal.Kill);
    }

    [Fact]
    public async Task The_interface_goes_down_and_comes_up_and_is_pulled_out_and_plugged_in()
    {
        await world.Cable.Server.LinkAsync("set", Cable.Interface, "down");
        await world.Cable.Server.LinkAsync("set", Cable.Interface, "up");
        // IPv6 addresses go with the link.
        await world.Cable.Server.RunAsync("ip", "address", "add", $"{Cable.Server6}/64", "dev", Cable.Interface, "nodad");
        await AnsweredAroundAsync();
        int from = world.Node.Output.Lines.Length;
        await world.Cable.PullOutAsync();
        await world.Node.WaitForLineAsync("is gone", from: from);
        await world.Cable.PlugInAsync();
        await world.TakenAsync(from);
        await world.RefreshAsync();
        await AnsweredAroundAsync();
    }

    [Fact]
    public async Task A_flood_that_the_node_does_not_take_is_counted_and_it_serves_on()
    {
        const int flood = 30_000;
        using Socket socket = world.Connect(Cable.Server4, XdpWorld.XdpPort);
        world.Node.Send(Signal.Stop);
        for (int i = 0; i < flood; i++) socket.Send(DnsMessage.Query((ushort)i, "www.example.org"));
        world.Node.Send(Signal.Continue);
        await AnsweredAroundAsync();
        Assert.True(await world.DroppedAsync("receive_ring_full") + await world.DroppedAsync("fill_ring_empty") > 0, "no frame was dropped");
    }

    [Fact]
    public async Task Queries_allocate_nothing()
    {
        const int queries = 300_000, smallestObject = 24;
        byte[][] asked = [DnsMessage.Query(1, "www.example.org"), DnsMessage.Query(2, "www.example.org", IPAddress.Parse("198.51.100.0")), DnsMessage.Query(3, "nothing.example.org")];
        using Socket socket = world.Connect(Cable.Server4, XdpWorld.XdpPort);
        (long received, long allocated) = (await world.ReceivedAsync(), await world.CountAsync("gslb_allocated_bytes_total"));
        for (int i = 0; i < queries; i++) socket.Send(asked[i % asked.Length]);
        await AnsweredAroundAsync();
        received = await world.ReceivedAsync() - received;
        allocated = await world.CountAsync("gslb_allocated_bytes_total") - allocated;
        Assert.True(received > queries / 10, $"{received} of {queries} came");
        // All else that a node does meanwhile allocates a little; one object in each third query would be more.
        Assert.True(allocated < received * smallestObject / 3, $"{allocated} octets in {received} queries");
    }

    [Fact]
    public async Task Reloads_under_load_lose_no_query()
    {
        using Socket socket = world.Connect(Cable.Server4, XdpWorld.XdpPort);
        for (int round = 0; round < 5; round++)
        {
            world.WriteZone(100 + round);
            world.Reload();
            for (int i = 0; i < 1000; i++) Assert.NotNull(Receive(socket, DnsMessage.Query((ushort)i, "www.example.org")));
        }

        await Eventually.TrueAsync(async () => (await world.Cable.Client.RunAsync("dig", "+short", $"@{Cable.Server4}", "SOA", "example.org")).Text.Contains(" 104 "), () => "the last reload is not in force");
    }

    [Fact]
    public async Task A_failover_under_load_loses_no_query()
    {
        await using RunningProgram near = world.Cable.Server.Start("python3", "-u", "-m", "http.server", "8080", "--bind", Cable.Server4);
        await using RunningProgram far = world.Cable.Client.Start("python3", "-u", "-m", "http.server", "8080", "--bind", Cable.Client4);
        using Socket socket = world.Connect(Cable.Server4, XdpWorld.XdpPort);
        long before = await world.ReceivedAsync();
        int asked = AskUntil(socket, Cable.Server4);
        near.Send(Signal.Kill);
        asked += AskUntil(socket, Cable.Client4);
        Assert.True(await world.ReceivedAsync() >= before + asked, "answered, but not around the kernel");

        int AskUntil(Socket socket, string address)
        {
            var time = System.Diagnostics.Stopwatch.StartNew();
            for (int asked = 1; ; asked++)
            {
                byte[]? answer = Receive(socket, DnsMessage.Query((ushort)asked, "fail.example.org", payload: 0));
                Assert.True(answer is not null, $"query {asked} has no answer");
                if (answer.AsSpan(^4..).SequenceEqual(IPAddress.Parse(address).GetAddressBytes())) return asked;
                Assert.True(time.Elapsed < Eventually.Deadline, $"never {address}\n{world.Node.Output}");
            }
        }
    }

    [Fact]
    public async Task Answers_are_truncated_where_the_interface_takes_no_more()
    {
        await world.Cable.Server.LinkAsync("set", Cable.Interface, "mtu", "700");
        try
        {
            // Below 1280 octets there is no IPv6.
            await world.RestartAsync(Signal.Term, withIPv6: false);
            using Socket socket = world.Connect(Cable.Server4, XdpWorld.XdpPort);
            byte[] truncated = Receive(socket, DnsMessage.Query(1, "middle.example.org", type: Txt))!;
            Assert.Equal(0x02, truncated[2] & 0x02);
        }
        finally
        {
            await world.Cable.Server.LinkAsync("set", Cable.Interface, "mtu", "1500");
            await world.Cable.Server.RunAsync("ip", "address", "add", $"{Cable.Server6}/64", "dev", Cable.Interface, "nodad");
            await world.RestartAsync(Signal.Term);
        }

        using Socket again = world.Connect(Cable.Server4, XdpWorld.XdpPort);
        Assert.Equal(0, Receive(again, DnsMessage.Query(1, "middle.example.org", type: Txt))![2] & 0x02);
    }

    [Fact]
    public async Task A_node_that_may_not_says_what_is_missing_and_serves_by_sockets()
    {
        const string without = "-net_admin,-net_raw,-bpf,-sys_admin,-ipc_lock";
        await using RunningProgram node = world.Cable.Server.Start("setpriv", $"--bounding-set={without}", $"--inh-caps={without}", BuiltProgram.DotnetHost, BuiltProgram.Gslb.Path, "serve",
            "--listen", $"{Cable.Server4}:5355", "--admin", "127.0.0.1:8056", "--zones", world.ZoneFolder, "--state", "none", "--threads", "1", "--xdp", Cable.Interface);
        foreach (string missing in new[] { "CAP_NET_ADMIN is missing", "CAP_NET_RAW is missing", "CAP_BPF is missing", "the memlock limit of" })
            Assert.Contains("Sockets serve alone", await node.WaitForLineAsync($"No AF_XDP on {Cable.Interface}: {missing}"));
        Assert.Equal("192.0.2.10", (await world.Cable.Client.RunAsync("dig", "+short", "+tries=5", "-p", "5355", $"@{Cable.Server4}", "www.example.org", "+subnet=192.0.2.0/24")).Text);
    }

    [Fact]
    public async Task An_interface_that_is_not_there_is_named()
    {
        await using RunningProgram node = world.Start(5356, 8057, "elsewhere", true, "--xdp", "eth77@0-1");
        Assert.Contains("there is no interface eth77", await node.WaitForLineAsync("No AF_XDP on eth77@0,1"));
    }

    private static ushort Id(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadUInt16BigEndian(message);

    private static IEnumerable<byte[]> Queries()
    {
        string[] names = ["example.org", "www.example.org", "ns1.example.org", "alias.example.org", "x.tree.example.org", "a.wild.example.org", "a.below.example.org", "nothing.example.org",
            "long.example.org", "middle.example.org", "elsewhere.test", "."];
        ushort[] types = [1, 2, 5, 6, 15, 16, 28, 33, 39, 43, 48, 64, 65, 255, 41, 250, 251, 252, 999];
        ushort id = 1;
        var all = new List<byte[]>();
        foreach (string name in names)
        {
            foreach (ushort type in types)
            {
                all.Add(DnsMessage.Query(id++, name, type: type, payload: 0));
                all.Add(DnsMessage.Query(id++, name, type: type, payload: 512));
                all.Add(DnsMessage.Query(id++, name, IPAddress.Parse("198.51.100.0"), type, payload: 4096));
            }
        }

        var random = new Random(20_261_129);
        return [.. all, .. Enumerable.Range(0, 500).Select(_ => QueryMutation.Of(random, all[random.Next(all.Count)]))];
    }

    /// <summary>Other opcodes than QUERY, and what is too short to have one.</summary>
    private static bool IsLeftToSockets(byte[] query) => query.Length < 3 || (query[2] & 0x78) != 0;

    /// <summary>The answer, or null where the next query is answered first.</summary>
    private static byte[]? Ask(Socket socket, byte[] query)
    {
        const ushort sentinel = 0xFFFE;
        byte[] next = DnsMessage.Query(sentinel, "ns1.example.org");
        // It must not overtake: the same way, and so the same kind.
        if (IsLeftToSockets(query)) next[2] = 0x10;
        socket.Send(query);
        socket.Send(next);
        byte[]? answer = null;
        byte[] buffer = new byte[4096];
        while (true)
        {
            byte[] message = buffer[..socket.Receive(buffer)];
            if (message.Length > 2 && Id(message) == sentinel) return answer;
            answer = message;
        }
    }

    private static byte[]? Receive(Socket socket, byte[] query)
    {
        byte[] buffer = new byte[4096];
        socket.Send(query);
        try
        {
            while (true)
            {
                byte[] message = buffer[..socket.Receive(buffer)];
                if (Id(message) == Id(query)) return message;
            }
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private async Task AnsweredAroundAsync()
    {
        using Socket socket = world.Connect(Cable.Server4, XdpWorld.XdpPort);
        socket.ReceiveTimeout = 500;
        long before = await world.ReceivedAsync();
        ushort id = 30_000;
        await Eventually.TrueAsync(() => Receive(socket, DnsMessage.Query(++id, "www.example.org")) is not null, () => $"no answer\n{world.Node.Output}");
        await Eventually.TrueAsync(async () => await world.ReceivedAsync() > before, () => "answered, but not around the kernel");
    }

    private UdpPacket Packet() => new(world.ClientHardware, world.ServerHardware, IPAddress.Parse(Cable.Client4), IPAddress.Parse(Cable.Server4), 4444, XdpWorld.XdpPort,
        DnsMessage.Query(77, "www.example.org"));

    private UdpPacket Packet6() => Packet() with { Source = IPAddress.Parse(Cable.Client6), Destination = IPAddress.Parse(Cable.Server6) };

    /// <summary>The sum of the pseudo header alone, not complemented: what a kernel leaves for the network card to complete.</summary>
    private static ushort Pseudo(UdpPacket packet) =>
        (ushort)~UdpPacket.Complement([.. packet.Source.GetAddressBytes(), .. packet.Destination.GetAddressBytes(), 0, 17, 0, (byte)(8 + packet.Payload.Length)]);

    private async Task DroppedAsync(string reason, params UdpPacket[] packets)
    {
        using RawFrames wire = world.Cable.Client.RawFrames();
        long received = await world.ReceivedAsync(), dropped = await world.DroppedAsync(reason), answered = await world.CountAsync("gslb_xdp_answered_total");
        foreach (UdpPacket packet in packets) wire.Send(packet.Frame());
        await Eventually.TrueAsync(async () => await world.ReceivedAsync() == received + packets.Length, () => $"{reason}: not all frames came");
        Assert.Equal((reason, dropped + packets.Length), (reason, await world.DroppedAsync(reason)));
        Assert.Equal(answered, await world.CountAsync("gslb_xdp_answered_total"));
    }

    private Task<byte[]> AnsweredAsync(string what, UdpPacket packet)
    {
        using RawFrames wire = world.Cable.Client.RawFrames();
        wire.Send(packet.Frame());
        byte[]? answer = AnswerOn(wire, packet.SourcePort);
        Assert.True(answer is not null, $"{what}: no answer");
        Assert.Equal((what, world.ClientHardware.ToString()), (what, Convert.ToHexString(answer[..6])));
        return Task.FromResult(answer);
    }

    /// <summary>The next frame from the server with a datagram to this port.</summary>
    private byte[]? AnswerOn(RawFrames wire, int port)
    {
        for (int i = 0; i < 50; i++)
        {
            if (wire.Receive() is not { } frame || !frame.AsSpan(6, 6).SequenceEqual(world.ServerHardware.GetAddressBytes())) continue;
            int network = frame[12] == 0x81 ? 18 : 14, udp = network + (frame[network] >> 4 == 6 ? 40 : 20);
            if (frame.Length > udp + 8 && frame[udp + 2] << 8 == (port & 0xFF00) && frame[udp + 3] == (port & 0xFF)) return frame;
        }

        return null;
    }
}
