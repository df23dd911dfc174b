using System.Net;
using GslbServer.Dns;
using GslbServer.Steering;
using GslbServer.Tests.Dns;
using GslbServer.Tests.Transports;

namespace GslbServer.Tests.Latency;

/// <summary>Who is asked over to TCP, and when.</summary>
public sealed class SolicitorTests
{
    private static readonly TimeSpan Start = TimeSpan.FromDays(40);

    private readonly Solicitor _solicitor = new();

    public SolicitorTests() => _solicitor.MoveOn(Start);

    [Fact]
    public void Nobody_is_asked_while_other_nodes_are_not_heard()
    {
        _solicitor.MoveOn(Start, isPaused: true);
        Assert.False(_solicitor.TryAsk(Resolver("192.0.2.53")));
        _solicitor.MoveOn(Start);
        Assert.True(_solicitor.TryAsk(Resolver("192.0.2.53")));
    }

    [Fact]
    public void Resolver_that_came_is_asked_again_after_6_hours_and_its_prefix_with_it()
    {
        Assert.True(_solicitor.TryAsk(Resolver("192.0.2.53")));
        Assert.False(_solicitor.TryAsk(Resolver("192.0.2.54")));
        _solicitor.CameBack(Resolver("192.0.2.54"));
        _solicitor.MoveOn(Start + TimeSpan.FromHours(5.9));
        Assert.False(_solicitor.TryAsk(Resolver("192.0.2.53")));
        _solicitor.MoveOn(Start + TimeSpan.FromHours(6));
        Assert.True(_solicitor.TryAsk(Resolver("192.0.2.53")));
        Assert.Equal((2, 1), (_solicitor.Solicited, _solicitor.Returned));
    }

    [Fact]
    public void Resolver_that_did_not_come_is_left_alone_for_7_days()
    {
        Assert.True(_solicitor.TryAsk(Resolver("2001:db8:1::53")));
        _solicitor.MoveOn(Start + TimeSpan.FromDays(6.9));
        Assert.False(_solicitor.TryAsk(Resolver("2001:db8:1:ffff::54")));
        Assert.True(_solicitor.TryAsk(Resolver("2001:db8:2::53")));
        _solicitor.MoveOn(Start + TimeSpan.FromDays(7));
        Assert.True(_solicitor.TryAsk(Resolver("2001:db8:1::53")));
    }

    [Fact]
    public void Flood_of_resolvers_fills_the_table_and_is_not_asked_beyond_it()
    {
        int asked = Enumerable.Range(0, 400_000).Count(i => _solicitor.TryAsk(new Client(false, (UInt128)(uint)(i << 8) << 96, 32, ClientSource.Resolver)));
        Assert.InRange(asked, 100_000, 1 << 17);
        Assert.False(_solicitor.TryAsk(new Client(false, UInt128.Zero, 32, ClientSource.Resolver)));
    }

    [Fact]
    public void One_answer_in_a_thousand_asks_and_carries_nothing()
    {
        using var world = new SmallWorld(_solicitor);
        byte[] query = new QueryMessage("www.example.org. A") { Flags = 0, Opt = new QueryMessage.Edns() }.ToWire();
        using var counters = new Counters();
        (int truncated, byte[] answer) = (0, []);
        for (int i = 0; i < 5_000; i++)
        {
            byte[] response = Ask(world, counters, query, $"198.51.{i % 251}.53", isStream: false);
            if ((response[2] & 2) == 0) continue;
            truncated++;
            answer = response;
        }

        Assert.Equal(5, truncated);
        Assert.Equal((0, 0, 1), (answer[7], answer[9], answer[11])); // no answer, no authority, OPT
        Assert.Equal(5, counters.Blocks.Sum(block => block[(int)Counter.Truncated]));
    }

    [Theory]
    [InlineData("www.example.org. A", 0x0100, true, false)] // a stub
    [InlineData("www.example.org. A", 0, false, false)] // no EDNS
    [InlineData("www.example.org. A", 0, true, true)] // over TCP already
    [InlineData("host.example.org. A", 0, true, false)] // not steered
    [InlineData("www.example.org. ANY", 0, true, false)]
    public void Nobody_else_is_asked(string question, int flags, bool hasEdns, bool isStream)
    {
        using var world = new SmallWorld(_solicitor);
        using var counters = new Counters();
        byte[] query = new QueryMessage(question) { Flags = (ushort)flags, Opt = hasEdns ? new QueryMessage.Edns() : null }.ToWire();
        for (int i = 0; i < 2_500; i++)
        {
            Assert.Equal(0, Ask(world, counters, query, "198.51.100.53", isStream)[2] & 2);
        }

        Assert.Equal(0, _solicitor.Solicited);
    }

    private static byte[] Ask(SmallWorld world, Counters counters, byte[] query, string resolver, bool isStream)
    {
        byte[] response = new byte[isStream ? MessageLimits.Stream : MessageLimits.Udp];
        var random = new Draw(1);
        int length = world.Handler.Handle(query, Resolver(resolver), response, new Arrival(isStream ? Transport.Tcp : Transport.Udp), counters.ForThisThread, ref random);
        return response[..length];
    }

    private static Client Resolver(string address) => Client.From(IPAddress.Parse(address));
}
