namespace GslbServer.Tests.Xdp;

public sealed class XdpTargetTests
{
    [Theory]
    [InlineData("eth0", "eth0")]
    [InlineData("eth0@2", "eth0@2")]
    [InlineData("eth0@3,0-2", "eth0@0,1,2,3")]
    [InlineData("enp1s0f0np0.100@0", "enp1s0f0np0.100@0")]
    public void An_interface_and_its_queues(string text, string read)
    {
        Assert.Null(XdpTarget.Parse(text, out XdpTarget target));
        Assert.Equal(read, target.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("@1")]
    [InlineData("eth0@")]
    [InlineData("eth0@x")]
    [InlineData("eth0@-1")]
    [InlineData("eth0@3-1")]
    [InlineData("eth0@1-2-3")]
    [InlineData("eth0@0@1")]
    [InlineData("eth0@9999999999")]
    [InlineData("../../etc/passwd")]
    [InlineData("a-name-too-long-for-it")]
    public void Anything_else_is_refused(string text) => Assert.StartsWith("expected an interface", XdpTarget.Parse(text, out _));
}
