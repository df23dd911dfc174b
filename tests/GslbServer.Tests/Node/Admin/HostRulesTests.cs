using System.Net;

namespace GslbServer.Tests.Admin;

public sealed class HostRulesTests
{
    [Theory]
    [InlineData("192.0.2.53", true)]
    [InlineData("192.0.2.54", false)]
    [InlineData("dns1.example.org", true)]
    [InlineData("dns1", false)]
    [InlineData("127.0.0.1", true)]
    [InlineData("", false)]
    public void A_listener_on_one_address_knows_itself_and_its_names(string host, bool isOwn) =>
        Assert.Equal(isOwn, new HostRules(IPAddress.Parse("192.0.2.53"), ["dns1.example.org"]).IsOwn(host, IPAddress.Parse("192.0.2.53")));

    [Fact]
    public void A_wildcard_listener_knows_where_the_connection_ended()
    {
        var rules = new HostRules(IPAddress.Any, []);
        Assert.True(rules.IsOwn("192.0.2.53", IPAddress.Parse("192.0.2.53")));
        Assert.True(rules.IsOwn("192.0.2.53", IPAddress.Parse("::ffff:192.0.2.53")));
        Assert.False(rules.IsOwn("0.0.0.0", IPAddress.Parse("192.0.2.53")));
        Assert.False(rules.IsOwn("203.0.113.9", IPAddress.Parse("192.0.2.53")));
    }
}
