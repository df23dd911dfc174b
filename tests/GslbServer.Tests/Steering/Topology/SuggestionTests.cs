using GslbServer.Steering;

namespace GslbServer.Tests.Steering;

public sealed class SuggestionTests
{
    [Theory]
    [InlineData("--listn", "--listen")]
    [InlineData("STATUS", "status")]
    [InlineData("drian", "drain")]
    public void A_slip_is_recognised(string typed, string meant) => Assert.Equal(meant, Suggestion.Nearest(typed, ["--listen", "status", "drain"]));

    [Fact]
    public void Something_else_is_not() => Assert.Null(Suggestion.Nearest("colour", ["listen", "node"]));
}
