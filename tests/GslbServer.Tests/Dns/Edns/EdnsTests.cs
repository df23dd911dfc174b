using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

public sealed class EdnsTests
{
    private static readonly TestServer Server = TestServer.Of("""
        $ORIGIN example.org.
        $TTL 300
        @    SOA ns1 hostmaster 1 3600 600 86400 60
        @    NS  ns1
        ns1  A   192.0.2.1
        """);

    private const string Answer = "ns1.example.org. 300 A 192.0.2.1";

    private static Reply Ask(QueryMessage.Edns? opt, string question = "ns1.example.org. A") => Server.Ask(new QueryMessage(question) { Opt = opt });

    [Fact]
    public void Query_without_opt_gets_none() => Assert.Null(Ask(null).Is("NOERROR qr aa rd", Answer).Opt);

    [Theory]
    [InlineData("ns1.example.org. A", "NOERROR qr aa rd")]
    [InlineData("nope.example.org. A", "NXDOMAIN qr aa rd")]
    [InlineData("www.example.com. A", "REFUSED qr rd")]
    public void Query_with_opt_gets_one_whatever_the_answer(string question, string status)
    {
        Reply reply = Ask(new(), question);
        Assert.Equal(status, reply.Status);
        Assert.Equal((1232, 0, 0), (reply.Opt!.Size, reply.Opt.Version, reply.Opt.Flags));
        Assert.DoesNotContain(reply.Opt.Options.Keys, code => code != 15); // an extended error may come unasked
    }

    [Fact]
    public void Dnssec_ok_is_echoed() => Assert.Equal(0x8000, Ask(new() { DnssecOk = true }).Opt!.Flags);

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    public void Unknown_version_is_badvers_without_data(byte version)
        => Assert.Equal(0, Ask(new() { Version = version, DnssecOk = true }).Is("BADVERS qr rd").Opt!.Version);

    [Fact]
    public void Options_of_an_unknown_version_are_not_read() => Ask(new() { Version = 1, Options = [0, 8, 0, 1, 0] }).Is("BADVERS qr rd");

    [Fact]
    public void Unknown_option_is_ignored() => Assert.Empty(Ask(new() { Options = QueryMessage.Option(65001, 1, 2, 3) }).Is("NOERROR qr aa rd", Answer).Opt!.Options);

    [Fact]
    public void Nsid_is_told_to_those_who_ask()
        => Assert.Equal("ns1-ams"u8.ToArray(), Ask(new() { Options = QueryMessage.Option(3) }).Opt!.Options[3]);

    [Theory]
    [InlineData(new byte[] { 0 })]
    [InlineData(new byte[] { 0, 10, 0 })]
    [InlineData(new byte[] { 0, 10, 0, 8, 1, 2, 3 })]
    [InlineData(new byte[] { 0, 3, 0, 0, 0xFF })]
    public void Options_that_do_not_add_up_are_a_format_error(byte[] options)
        => Assert.NotNull(Ask(new() { Options = options }).Is("FORMERR qr rd").Opt);

    [Fact]
    public void Two_opts_are_a_format_error()
    {
        var query = new QueryMessage("ns1.example.org. A") { Opt = new() };
        byte[] packet = [.. query.ToWire(), .. QueryMessage.OptRecord(new())];
        packet[11] = 2;
        Server.Send(packet)!.Is("FORMERR qr rd");
    }

    [Fact]
    public void Opt_with_an_owner_is_a_format_error()
    {
        byte[] packet = [.. new QueryMessage("ns1.example.org. A").ToWire(), 1, (byte)'a', .. QueryMessage.OptRecord(new())];
        packet[11] = 1;
        Server.Send(packet)!.Is("FORMERR qr rd");
    }

    [Theory]
    [InlineData(7)]
    [InlineData(9)]
    public void Opt_outside_the_additional_section_is_a_format_error(int countAt)
    {
        byte[] packet = [.. new QueryMessage("ns1.example.org. A").ToWire(), .. QueryMessage.OptRecord(new())];
        packet[countAt] = 1;
        Server.Send(packet)!.Is("FORMERR qr rd");
    }

    [Theory]
    [InlineData(null, 512)]
    [InlineData(0, 512)]
    [InlineData(100, 512)]
    [InlineData(512, 512)]
    [InlineData(900, 900)]
    [InlineData(1232, 1232)]
    [InlineData(4096, 1232)]
    [InlineData(65535, 1232)]
    public void Udp_answer_is_limited_by_both_sides(int? size, int limit)
    {
        byte[] packet = new QueryMessage("ns1.example.org. A") { Opt = size is { } octets ? new((ushort)octets) : null }.ToWire();
        QueryReader.Read(packet, out Query query, out _);
        Assert.Equal(limit, query.UdpLimit);
    }

    [Fact]
    public void Long_node_name_leaves_room_in_512_octets()
    {
        string question = $"{new string('a', 63)}.{new string('b', 63)}.{new string('c', 63)}.{new string('d', 49)}.example.org. A";
        byte[] options = [.. QueryMessage.Option(3), .. QueryMessage.Option(8, [0, 2, 128, 0, .. new byte[16]])];
        byte[] packet = new QueryMessage(question) { Opt = new(0) { Options = options } }.ToWire();
        Assert.Equal(QueryVerdict.Answer, QueryReader.Read(packet, out Query query, out _));
        byte[] buffer = new byte[512];
        var response = new ResponseComposer(Server.Zones, packet, query, buffer, 512, new ServerIdentity(new string('é', 200), ""));
        response.Compose();
        Reply reply = new(buffer.AsSpan(0, response.Finish(0)));
        Assert.Equal(3, reply.Rcode);
        Assert.Equal(128, reply.Opt!.Options[3].Length);
    }
}
