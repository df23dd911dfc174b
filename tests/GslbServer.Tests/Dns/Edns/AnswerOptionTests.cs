using System.Text;
using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

/// <summary>Extended errors (RFC 8914), padding (RFC 7830, 8467) and the idle time (RFC 7828).</summary>
public sealed class AnswerOptionTests
{
    private static readonly TestServer Server = TestServer.Of("""
        $ORIGIN example.org.
        $TTL 300
        @      SOA    ns1 hostmaster 1 3600 600 86400 60
        @      NS     ns1
        ns1    A      192.0.2.1
        region REGION 0 0
        www    STEER  failover region
        $GENERATE 1-28 big A 192.0.2.$
        """);

    [Theory]
    [InlineData("www.example.com. A", "20 ")]
    [InlineData(". NS", "20 ")]
    [InlineData("example.org. HS A", "20 ")]
    [InlineData("example.org. AXFR", "18 ")]
    [InlineData("example.org. TYPE254", "21 ")]
    [InlineData("ns1.example.org. A", null)]
    [InlineData("nope.example.org. A", null)]
    public void Error_says_why_to_those_with_EDNS(string question, string? error)
    {
        Assert.Equal(error, ErrorOf(Server.Ask(new QueryMessage(question) { Opt = new() })));
        Assert.Null(Server.Ask(question).Opt);
    }

    [Fact]
    public void Failure_of_steering_says_why()
    {
        Reply reply = Server.Ask(new QueryMessage("www.example.org. A") { Opt = new() },
            (Outcome _, ref ResponseComposer response) => response.Fail(Rcode.ServFail, ExtendedError.AllTargetsDown));
        Assert.Equal("0 all targets are down", ErrorOf(reply.Is("SERVFAIL qr rd")));
    }

    [Theory]
    [InlineData(ExtendedError.StaleState, "3 health may be out of date")]
    [InlineData(ExtendedError.SignatureShed, "10 signing is overloaded")]
    public void Answer_may_say_that_it_is_less_than_it_could_be(ExtendedError error, string text)
    {
        Reply reply = Server.Ask(new QueryMessage("www.example.org. A") { Opt = new() }, (Outcome _, ref ResponseComposer response) =>
        {
            response.AddAddresses([192, 0, 2, 1], 0, 30);
            response.SetExtendedError(error);
        });
        Assert.Equal(text, ErrorOf(reply.Is("NOERROR qr aa rd", "www.example.org. 30 A 192.0.2.1")));
    }

    [Fact]
    public void Extended_error_never_costs_a_record()
    {
        Reply reply = Server.Ask(new QueryMessage("big.example.org. A") { Opt = new(512) }); // 28 records leave less than its room
        Assert.Equal(28, reply.Answer.Count);
        byte[] packet = new QueryMessage("big.example.org. A") { Opt = new(512) }.ToWire();
        QueryReader.Read(packet, out Query query, out _);
        byte[] buffer = new byte[512];
        var response = new ResponseComposer(Server.Zones, packet, query, buffer, 512, TestServer.Identity);
        response.Compose();
        response.SetExtendedError(ExtendedError.StaleState);
        reply = new Reply(buffer.AsSpan(0, response.Finish(0)));
        Assert.Equal((28, false), (reply.Answer.Count, reply.Opt!.Options.ContainsKey(15)));
    }

    [Theory]
    [InlineData("ns1.example.org. A")]
    [InlineData("big.example.org. A")]
    [InlineData("nope.example.org. A")]
    [InlineData("www.example.com. A")]
    public void Padded_response_is_a_multiple_of_the_block(string question)
    {
        byte[] packet = new QueryMessage(question) { Opt = new() { Options = QueryMessage.Option(12, new byte[7]) } }.ToWire();
        Assert.Equal(QueryVerdict.Answer, QueryReader.Read(packet, out Query query, out _));
        Assert.True(query.WantsPadding);
        query.PaddingBlock = 468;
        byte[] buffer = new byte[MessageLimits.Stream];
        var response = new ResponseComposer(Server.Zones, packet, query, buffer, MessageLimits.Stream, TestServer.Identity);
        response.Compose();
        Reply reply = new(buffer.AsSpan(0, response.Finish(0)));
        Assert.Equal(0, reply.Length % 468);
        Assert.All(reply.Opt!.Options[12], octet => Assert.Equal(0, octet));
    }

    [Fact]
    public void Idle_time_is_told_in_units_of_100_milliseconds()
    {
        byte[] packet = new QueryMessage("ns1.example.org. A") { Opt = new() { Options = QueryMessage.Option(11) } }.ToWire();
        QueryReader.Read(packet, out Query query, out _);
        Assert.True(query.WantsKeepAlive);
        query.KeepAlive = 200;
        byte[] buffer = new byte[512];
        var response = new ResponseComposer(Server.Zones, packet, query, buffer, 512, TestServer.Identity);
        response.Compose();
        Assert.Equal([0, 200], new Reply(buffer.AsSpan(0, response.Finish(0))).Opt!.Options[11]);
    }

    private static string? ErrorOf(Reply reply)
        => reply.Opt!.Options.TryGetValue(15, out byte[]? data) ? $"{data[0] << 8 | data[1]} {Encoding.ASCII.GetString(data, 2, data.Length - 2)}" : null;
}
