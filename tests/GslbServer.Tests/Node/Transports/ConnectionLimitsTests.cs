using System.Net;
using GslbServer.Steering;

namespace GslbServer.Tests.Transports;

public sealed class ConnectionLimitsTests
{
    private readonly ConnectionLimits _limits = new(most: 100, mostPerPrefix: 40);

    [Fact]
    public void A_prefix_has_its_part_and_others_still_get_in()
    {
        for (int i = 0; i < 40; i++) Assert.Null(Enter($"192.0.2.{i}"));
        Assert.Equal(Counter.TcpRefusedOfPrefix, Enter("192.0.2.99"));
        Assert.Null(Enter("192.0.3.1"));
        Leave("192.0.2.7");
        Assert.Null(Enter("192.0.2.99"));
    }

    [Fact]
    public void Loopback_and_proxies_have_all()
    {
        for (int i = 0; i < 50; i++) Assert.Null(Enter("127.0.0.1"));
        for (int i = 0; i < 50; i++) Assert.Null(Enter("192.0.2.1", isProxy: true));
        Assert.Equal(Counter.TcpRefusedConnections, Enter("198.51.100.1"));
        Leave("192.0.2.1", isProxy: true);
        Assert.Null(Enter("198.51.100.1"));
    }

    [Fact]
    public void Idle_time_shrinks_when_connections_become_scarce()
    {
        Assert.Equal(200, _limits.IdleTenths);
        for (int i = 0; i < 50; i++) Enter("127.0.0.1");
        Assert.Equal(200, _limits.IdleTenths);
        for (int i = 0; i < 25; i++) Enter("127.0.0.1");
        Assert.Equal(110, _limits.IdleTenths);
        for (int i = 0; i < 25; i++) Enter("127.0.0.1");
        Assert.Equal(TcpLimits.ShortestIdle, _limits.Idle);
        for (int i = 0; i < 60; i++) Leave("127.0.0.1");
        Assert.Equal(TcpLimits.Idle, _limits.Idle);
    }

    private Counter? Enter(string peer, bool isProxy = false) => _limits.Enter(Client.From(IPAddress.Parse(peer)), isProxy);

    private void Leave(string peer, bool isProxy = false) => _limits.Leave(Client.From(IPAddress.Parse(peer)), isProxy);
}
