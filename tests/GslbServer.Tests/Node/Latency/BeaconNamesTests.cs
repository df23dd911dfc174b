using System.Net;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer.Tests.Latency;

public sealed class BeaconNamesTests
{
    private static readonly BeaconNames Names = new(DomainName.Parse("b.example.org."));

    [Theory]
    [InlineData("0123456789abcdef.b.example.org.", "0123456789abcdef")]
    [InlineData("AbCdEfGh.B.eXample.ORG.", "AbCdEfGh")]
    [InlineData("abcdefg.b.example.org.", null)] // too short
    [InlineData("abcdefg-h.b.example.org.", null)]
    [InlineData("abcdefgh.x.b.example.org.", null)]
    [InlineData("abcdefgh.c.example.org.", null)]
    [InlineData("b.example.org.", null)]
    [InlineData("example.org.", null)]
    [InlineData(".", null)]
    public void Beacon_is_one_label_below_the_name(string name, string? nonce)
    {
        bool isBeacon = Names.IsBeacon(DomainName.Parse(name).Wire, out ReadOnlySpan<byte> found);
        Assert.Equal(nonce, isBeacon ? System.Text.Encoding.ASCII.GetString(found) : null);
    }

    [Fact]
    public void Look_ups_come_out_in_order_and_what_does_not_fit_is_forgotten()
    {
        var ring = new LookUpRing();
        Client resolver = Client.From(IPAddress.Parse("192.0.2.53"));
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 40; i++)
            {
                ring.Offer(System.Text.Encoding.ASCII.GetBytes($"NONCE{i:000}"), resolver, Client.From(IPNetwork.Parse($"198.51.{i}.0/24"), ClientSource.Subnet));
            }

            for (int i = 0; i < 32; i++)
            {
                Assert.True(ring.TryTake(out string nonce, out Client from, out Client subnet));
                Assert.Equal(($"nonce{i:000}", "192.0.2.53", $"198.51.{i}.0/24"), (nonce, $"{from.ToAddress()}", $"{subnet.ToAddress()}/{subnet.PrefixLength}"));
            }

            Assert.False(ring.TryTake(out _, out _, out _));
        }
    }
}
