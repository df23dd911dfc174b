using GslbServer.Dns;

namespace GslbServer.Tests.Dns;

/// <summary>The answer path allocates nothing, whatever the outcome.</summary>
public sealed class AllocationTests
{
    private static readonly TestServer Server = TestServer.Of("""
        $ORIGIN example.org.
        $TTL 300
        @        SOA   ns1 hostmaster 1 3600 600 86400 60
        @        NS    ns1
        @        MX    10 ns1
        ns1      A     192.0.2.1
        ns1      AAAA  2001:db8::1
        alias    CNAME ns1
        *.wild   TXT   "wild"
        old      DNAME wild
        child    NS    ns.child
        ns.child A     192.0.2.53
        region   REGION 50 8
        region   A     192.0.2.10
        www      STEER failover region
        www      AAAA  2001:db8::80
        """);

    [Theory]
    [InlineData("ns1.example.org. A")]
    [InlineData("nope.example.org. A")]
    [InlineData("ns1.example.org. TXT")]
    [InlineData("example.org. MX")]
    [InlineData("example.org. NS")]
    [InlineData("alias.example.org. AAAA")]
    [InlineData("x.wild.example.org. TXT")]
    [InlineData("x.old.example.org. TXT")]
    [InlineData("x.child.example.org. A")]
    [InlineData("example.org. ANY")]
    [InlineData("www.example.org. A")]
    [InlineData("www.example.org. AAAA")]
    [InlineData("id.server. CH TXT")]
    [InlineData("www.example.com. A")]
    [InlineData("ns1.example.org. OPT")]
    public void Answer_costs_no_garbage(string question)
    {
        byte[] options = [.. QueryMessage.Option(3), .. QueryMessage.Option(8, 0, 1, 24, 0, 198, 51, 100)];
        byte[] packet = new QueryMessage(question) { Opt = new() { Options = options } }.ToWire();
        byte[] buffer = new byte[MessageLimits.Udp];
        for (int i = 0; i < 100; i++) Answer(packet, buffer);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++) Answer(packet, buffer);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Error_costs_no_garbage()
    {
        byte[] packet = [.. new QueryMessage("ns1.example.org. A").ToWire(), 0];
        byte[] buffer = new byte[MessageLimits.Udp];
        for (int i = 0; i < 100; i++) Answer(packet, buffer);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++) Answer(packet, buffer);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Answer(byte[] packet, byte[] buffer)
    {
        if (QueryReader.Read(packet, out Query query, out Rcode rcode) == QueryVerdict.Error)
        {
            ResponseComposer.WriteError(packet, query, rcode, buffer);
            return;
        }
        var response = new ResponseComposer(Server.Zones, packet, query, buffer, query.UdpLimit, TestServer.Identity);
        if (response.Compose() == Outcome.Steered)
        {
            if (response.WantsIPv6) response.AddStaticFallback(20);
            else response.AddAddresses([192, 0, 2, 1, 192, 0, 2, 2], 7, 20);
        }
        response.Finish(24);
    }
}
