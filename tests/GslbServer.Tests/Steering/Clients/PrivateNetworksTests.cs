using System.Net;
using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

public sealed class PrivateNetworksTests
{
    [Fact]
    public void Block_is_found_from_its_first_to_its_last_address_and_not_beyond()
    {
        foreach (IPNetwork block in PrivateNetworks.Blocks)
        {
            Client first = Client.From(block, ClientSource.Subnet);
            UInt128 size = UInt128.One << (128 - block.PrefixLength);
            Assert.Equal(block.PrefixLength, PrivateNetworks.BlockLength(first));
            Assert.Equal(block.PrefixLength, PrivateNetworks.BlockLength(first with { Address = first.Address + (size - 1) }));
            Assert.Equal(0, PrivateNetworks.BlockLength(first with { Address = first.Address - 1 }));
            Assert.Equal(0, PrivateNetworks.BlockLength(first with { Address = first.Address + size }));
        }
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("100.128.0.1")]
    [InlineData("172.32.0.1")]
    [InlineData("2001:db8::1")]
    [InlineData("a00::1")]
    public void Address_outside_has_no_block(string address) => Assert.Equal(0, PrivateNetworks.BlockLength(Client.From(IPAddress.Parse(address))));
}
