extern alias balancer;

using System.Text;
using balancer::GslbServer.Balancer;

namespace GslbServer.Tests.Balancer;

public sealed class HashCookieTests
{
    /// <summary>Values that YARP 2.1.0 itself sets with System.IO.Hashing, so a client keeps its backend whichever of the two answers.</summary>
    [Theory]
    [InlineData("d1", "3ca257a575bfff71")]
    [InlineData("d2", "eb4f7569e28edc50")]
    [InlineData("D3", "d0dda09041e8467f")]
    public void Key_of_a_destination_equals_YARPs(string destination, string key) => Assert.Equal(key, HashCookiePolicy.Key(destination));

    /// <summary>Published XXH64 values with seed 0: no octet, a few, and more than one stripe of 32.</summary>
    [Theory]
    [InlineData("", 0xef46db3751d8e999)]
    [InlineData("a", 0xd24ec4f1a98c6e5b)]
    [InlineData("abc", 0x44bc2cf5ad770999)]
    [InlineData("Nobody inspects the spammish repetition", 0xfbcea83c8a378bf1)]
    public void XxHash64_of_known_texts(string text, ulong hash) => Assert.Equal(hash, XxHash64.Hash(Encoding.ASCII.GetBytes(text)));
}
