using System.Net;
using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

public sealed class ClientSubnetTests
{
    private static readonly TestServer Server = TestServer.Of("""
        $ORIGIN example.org.
        $TTL 300
        @      SOA ns1 hostmaster 1 3600 600 86400 60
        @      NS  ns1
        ns1    A   192.0.2.1
        region REGION 50 8
        region A   192.0.2.10
        www    STEER failover region
        alias  CNAME www
        """);

    private static readonly byte[] Address = [192, 0, 2, 10];

    private static Reply Ask(string question, byte[] subnet, TestServer.Decision? decide = null, byte scope = 0)
        => Server.Ask(new QueryMessage(question) { Opt = new() { Options = QueryMessage.Option(8, subnet) } }, decide, scope: scope);

    private static void AddOne(Outcome outcome, ref ResponseComposer response) => response.AddAddresses(Address, 0, 30);

    [Theory]
    [InlineData("0001200001020304", "1.2.3.4/32")]
    [InlineData("00011800C63364", "198.51.100.0/24")]
    [InlineData("0001190001020380", "1.2.3.128/25")]
    [InlineData("00010000", "0.0.0.0/0")]
    [InlineData("0002380020010DB8000100", "2001:db8:1::/56")]
    [InlineData("0002000000000000", null)] // more address than 0 bits need
    [InlineData("00020000", "::/0")]
    [InlineData("0002800020010DB8000000000000000000000001", "2001:db8::1/128")]
    [InlineData("00000000", "0.0.0.0/0")] // dig +subnet=0
    public void Option_is_read(string hex, string? network)
    {
        Rcode rcode = ClientSubnet.TryParse(Convert.FromHexString(hex), out ClientSubnet subnet);
        Assert.Equal(network is null ? Rcode.FormErr : Rcode.NoError, rcode);
        if (network is not null) Assert.Equal(IPNetwork.Parse(network), subnet.ToNetwork());
    }

    [Theory]
    [InlineData("")]
    [InlineData("000118")]
    [InlineData("00011800C633")] // too few octets
    [InlineData("00011800C6336400")] // too many
    [InlineData("00011818C63364")] // a scope in a query
    [InlineData("00011700C63365")] // a bit beyond the prefix
    [InlineData("0001210001020304FF")] // 33 bits of IPv4
    [InlineData("000281000000000000000000000000000000000000")] // 129 bits of IPv6
    [InlineData("0000180001020304")] // an address of no family
    [InlineData("00031800C63364")] // a family nobody knows
    public void Malformed_option_is_a_format_error_and_not_echoed(string hex)
    {
        Reply reply = Ask("ns1.example.org. A", Convert.FromHexString(hex)).Is("FORMERR qr rd");
        Assert.Empty(reply.Opt!.Options);
    }

    [Theory]
    [InlineData("www.example.org. A", "00011800C63364", 24)]
    [InlineData("alias.example.org. A", "00011800C63364", 24)]
    [InlineData("www.example.org. A", "00010000", 0)] // no prefix given, nothing learnt from it
    [InlineData("www.example.org. TXT", "00011800C63364", 0)] // other types are static
    [InlineData("ns1.example.org. A", "00011800C63364", 0)]
    [InlineData("nope.example.org. A", "00011800C63364", 0)]
    [InlineData("www.example.com. A", "00011800C63364", 0)]
    [InlineData("ns1.example.org. A", "00000000", 0)]
    public void Option_is_echoed_with_the_scope_of_the_answer(string question, string hex, byte scope)
    {
        byte[] subnet = Convert.FromHexString(hex);
        Reply reply = Ask(question, subnet, AddOne, scope: 24);
        subnet[3] = scope;
        Assert.Equal(subnet, reply.Opt!.Options[8]);
    }

    [Fact]
    public void Negative_steered_answer_has_scope_0()
    {
        Reply reply = Ask("www.example.org. A", [0, 1, 24, 0, 198, 51, 100], (Outcome _, ref ResponseComposer response) => response.AddNoData(), scope: 24);
        Assert.Equal([0, 1, 24, 0, 198, 51, 100], reply.Opt!.Options[8]);
    }

    [Fact]
    public void Of_several_options_the_first_counts()
    {
        byte[] options = [.. QueryMessage.Option(8, 0, 1, 8, 0, 10), .. QueryMessage.Option(8, 0, 1, 8, 0, 11)];
        Reply reply = Server.Ask(new QueryMessage("www.example.org. A") { Opt = new() { Options = options } }, AddOne, scope: 8);
        Assert.Equal([0, 1, 8, 8, 10], reply.Opt!.Options[8]);
    }
}
