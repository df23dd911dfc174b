namespace GslbServer.Tests.Cli;

public sealed class NearestTests
{
    [Theory]
    [InlineData("--listn", "--listen")]
    [InlineData("STATUS", "status")]
    [InlineData("drian", "drain")]
    public void A_slip_is_recognised(string typed, string meant) => Assert.Equal(meant, Nearest.To(typed, ["--listen", "status", "drain"]));

    [Fact]
    public void Something_else_is_not() => Assert.Null(Nearest.To("colour", ["listen", "node"]));
}
