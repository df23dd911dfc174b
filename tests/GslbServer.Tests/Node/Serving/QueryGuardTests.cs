using System.Net;
using GslbServer.Dns;
using GslbServer.Steering;
using GslbServer.Tests.Dns;
using GslbServer.Tests.Transports;

namespace GslbServer.Tests.Serving;

/// <summary>Rate limiting and validation as a client sees them.</summary>
public sealed class QueryGuardTests
{
    private static readonly byte[] ClientCookie = QueryMessage.Option(10, 1, 2, 3, 4, 5, 6, 7, 8);

    [Fact]
    public void Over_the_limit_every_second_response_is_truncated_and_the_rest_is_silence()
    {
        using var world = new SmallWorld(rates: new RateLimitOptions(5, Slip: 2, ValidateAbove: 0, []));
        string[] statuses = [.. Enumerable.Range(0, 9).Select(_ => Ask(world, "host.example.org. A")?.Status ?? "silence")];
        Assert.Equal([.. Enumerable.Repeat("NOERROR qr aa rd", 5), "NOERROR qr tc rd", "silence", "NOERROR qr tc rd", "silence"], statuses);
        Assert.Equal((2, 2), (world.Count(Counter.RateSlipped), world.Count(Counter.RateDropped)));
    }

    [Theory]
    [InlineData("host.example.org. A", "ns.example.org. A", false)]
    [InlineData("host.example.org. A", "HOST.example.org. A", true)]
    [InlineData("host.example.org. AAAA", "ns.example.org. AAAA", true)] // NODATA of one zone
    [InlineData("a.example.org. A", "b.example.org. A", true)] // NXDOMAIN of one zone
    [InlineData("a.example.org. A", "host.example.org. A", false)]
    [InlineData("a.sub.example.org. A", "b.sub.example.org. TXT", true)] // one referral
    [InlineData("a.example.com. A", "b.example.net. A", true)] // errors
    [InlineData("www.example.org. A", "www.example.org. A", true)]
    [InlineData("x.wild.example.org. A", "y.wild.example.org. A", true)]
    public void Responses_of_one_class_share_a_limit(string first, string second, bool isShared)
    {
        using var world = new SmallWorld(rates: new RateLimitOptions(3, Slip: 0, ValidateAbove: 0, []));
        for (int i = 0; i < 3; i++) Assert.NotNull(Ask(world, first));
        Assert.Equal(isShared, Ask(world, second) is null);
    }

    [Fact]
    public void Error_that_slips_is_sent_as_it_is()
    {
        using var world = new SmallWorld(rates: new RateLimitOptions(1, Slip: 1, ValidateAbove: 0, []));
        for (int i = 0; i < 3; i++) Assert.Equal("REFUSED qr rd", Ask(world, "www.example.com. A")!.Status);
        Assert.Equal(2, world.Count(Counter.RateSlipped));
    }

    [Theory]
    [InlineData("www.example.org. A")] // by the short cut
    [InlineData("www.example.org. AAAA")] // by the general path: there are none
    public void Steered_answers_say_while_they_go_by_old_health(string question)
    {
        using var world = new SmallWorld(isStale: true);
        byte[] error = Ask(world, question, [])!.Opt!.Options[15];
        Assert.Equal(3, error[0] << 8 | error[1]);
        Assert.Empty(Ask(world, "host.example.org. A", [])!.Opt!.Options);
        Assert.Null(Ask(world, question)!.Opt);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.200", true)]
    [InlineData("192.0.2.1", "192.0.3.1", false)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:ff::1", true)]
    [InlineData("2001:db8:0:1::1", "2001:db8:0:100::1", false)]
    public void Clients_of_one_prefix_share_a_limit(string first, string second, bool isShared)
    {
        using var world = new SmallWorld(rates: new RateLimitOptions(3, Slip: 0, ValidateAbove: 0, []));
        for (int i = 0; i < 3; i++) Assert.NotNull(Ask(world, "host.example.org. A", client: first));
        Assert.Equal(isShared, Ask(world, "host.example.org. A", client: second) is null);
    }

    [Fact]
    public void Who_shows_a_cookie_is_never_limited_and_who_wants_one_gets_BADCOOKIE_instead_of_truncation()
    {
        using var world = new SmallWorld(rates: new RateLimitOptions(1, Slip: 1, ValidateAbove: 0, []));
        Reply first = Ask(world, "host.example.org. A", ClientCookie)!;
        Assert.Equal("NOERROR qr aa rd", first.Status);
        Reply limited = Ask(world, "host.example.org. A", ClientCookie)!;
        Assert.Equal("BADCOOKIE qr rd", limited.Status);
        byte[] cookie = QueryMessage.Option(10, limited.Opt!.Options[10]);
        for (int i = 0; i < 20; i++) Assert.Equal("NOERROR qr aa rd", Ask(world, "host.example.org. A", cookie)!.Status);
        Assert.Equal(20, world.Count(Counter.GoodCookies));
        Assert.Equal("BADCOOKIE qr rd", Ask(world, "host.example.org. A", cookie, client: "192.0.2.2")!.Status); // another's
    }

    [Fact]
    public void Bad_cookie_without_pressure_is_answered_as_none()
    {
        using var world = new SmallWorld();
        Reply reply = Ask(world, "host.example.org. A", QueryMessage.Option(10, new byte[24]))!;
        Assert.Equal((24, 1), (reply.Is("NOERROR qr aa rd", "host.example.org. 300 A 192.0.2.1").Opt!.Options[10].Length, (int)world.Count(Counter.BadCookies)));
    }

    [Fact]
    public void Exempt_networks_and_streams_are_not_limited()
    {
        using var world = new SmallWorld(rates: new RateLimitOptions(1, Slip: 0, ValidateAbove: 1, [IPNetwork.Parse("198.51.100.0/24")]));
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal("NOERROR qr aa rd", Ask(world, "host.example.org. A", client: "198.51.100.7")!.Status);
            Assert.Equal("NOERROR qr aa rd", Ask(world, "host.example.org. A", arrival: new Arrival(Transport.Tcp))!.Status);
        }
    }

    [Fact]
    public void Under_a_flood_of_the_unknown_only_those_with_a_cookie_are_answered_over_UDP()
    {
        using var world = new SmallWorld(rates: new RateLimitOptions(0, Slip: 2, ValidateAbove: 10, []));
        for (int i = 0; i < 10; i++) Assert.Equal("NOERROR qr aa rd", Ask(world, "host.example.org. A", client: $"192.0.{i}.1")!.Status);
        Assert.Equal("NOERROR qr tc rd", Ask(world, "host.example.org. A")!.Status);
        Reply challenge = Ask(world, "host.example.org. A", ClientCookie)!;
        Assert.Equal("BADCOOKIE qr rd", challenge.Status);
        Assert.Equal("NOERROR qr aa rd", Ask(world, "host.example.org. A", QueryMessage.Option(10, challenge.Opt!.Options[10]))!.Status);
        Assert.Equal(2, world.Count(Counter.Validations));
    }

    /// <summary>What a forged query can do to the one whose address it bears: octets answered for each octet asked. BIND, Knot and NSD answer no less.</summary>
    [Theory]
    [InlineData("host.example.org. A", null, 1.6)]
    [InlineData("host.example.org. A", "", 1.4)]
    [InlineData("nope.example.org. A", "", 2.2)]
    [InlineData("example.org. ANY", "", 1.6)]
    [InlineData("www.example.com. A", null, 1.0)]
    [InlineData("www.example.com. A", "", 1.2)]
    [InlineData(". NS", null, 1.0)]
    [InlineData(". NS", "", 1.25)]
    [InlineData("example.org. AXFR", null, 1.0)]
    [InlineData("host.example.org. TYPE41", null, 1.0)]
    [InlineData("host.example.org. A", "cookie", 1.7)]
    [InlineData("huge.example.org. TXT", null, 1.0)]
    public void Nothing_is_amplified_beyond_what_peers_give(string question, string? options, double most)
    {
        using var world = new SmallWorld();
        byte[] query = new QueryMessage(question) { Opt = options is null ? null : new(4096) { Options = options == "cookie" ? ClientCookie : [] } }.ToWire();
        Reply reply = Send(world, query, "192.0.2.1", Arrival.Datagram)!;
        Assert.InRange((double)reply.Length / query.Length, 0, most);
    }

    [Theory]
    [InlineData("0001", "short")]
    [InlineData("000180000001000000000000016100000100", "response")]
    [InlineData("000178000000000000000000", "opcode")]
    [InlineData("000100000000000000000000", "questions")]
    [InlineData("00010000000200000000000001610000010001", "questions")]
    [InlineData("000100000001000000000000c00c00010001", "pointer")]
    [InlineData("0001000000010000000000004161000001", "name")]
    [InlineData("00010000000100000000000001610000", "truncated")]
    [InlineData("0001000000010000000000000161000001000100", "overlong")]
    [InlineData("000100000001000000000001016100000100010000290000000000000004000a00", "truncated")]
    [InlineData("00010000000100000000000101610000010001000029000000000000000300", "truncated")]
    [InlineData("00010000000100000000000101610000010001000029000000000000000400030001", "opt")]
    [InlineData("000100000001000000000001016100000100010000290000000000000008000800040009" + "1800", "subnet")]
    [InlineData("000100000001000000000001016100000100010000290000000000000005000a000100", "cookie")]
    [InlineData("0001000000010000000000010161000001000100002900000001" + "00000000", "edns_version")]
    [InlineData("00010000000100000000000001610000010007", "class")]
    public void Bad_input_is_counted_by_its_kind(string octets, string kind)
    {
        using var world = new SmallWorld();
        Send(world, Convert.FromHexString(octets), "192.0.2.1", Arrival.Datagram);
        (string, long)[] counted = [.. world.Counters.Read().Where(c => c.Name == "gslb_dns_malformed_total" && c.Value > 0).Select(c => (Assert.Single(c.Labels).Value, c.Value))];
        Assert.Equal([(kind, 1)], counted);
    }

    private static Reply? Ask(SmallWorld world, string question, byte[]? options = null, string client = "192.0.2.1", Arrival? arrival = null)
        => Send(world, new QueryMessage(question) { Opt = options is null ? null : new() { Options = options } }.ToWire(), client, arrival ?? Arrival.Datagram);

    private static Reply? Send(SmallWorld world, byte[] packet, string client, Arrival arrival)
    {
        byte[] response = new byte[MessageLimits.Stream];
        var random = new Draw(1);
        int length = world.Handler.Handle(packet, Client.From(IPAddress.Parse(client)), response.AsSpan(0, arrival.IsStream ? response.Length : MessageLimits.Udp), arrival,
            world.Counters.ForThisThread, ref random);
        return length == 0 ? null : new Reply(response.AsSpan(0, length));
    }
}
