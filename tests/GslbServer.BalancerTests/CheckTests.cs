namespace GslbServer.Balancer.Tests;

public sealed class CheckTests
{
    [Theory]
    [InlineData("200-299", 200, true)]
    [InlineData("200-299", 299, true)]
    [InlineData("200-299", 300, false)]
    [InlineData("200-299, 401", 401, true)]
    [InlineData("204", 200, false)]
    public void Statuses_are_ranges(string text, int status, bool contains) => Assert.Equal(contains, StatusRanges.Parse(text)?.Contains(status));

    [Theory]
    [InlineData("")]
    [InlineData("2xx")]
    [InlineData("300-200")]
    [InlineData("99")]
    [InlineData("600")]
    [InlineData("200-299-300")]
    [InlineData("200,")]
    public void What_are_no_statuses_is_refused(string text) => Assert.Null(StatusRanges.Parse(text));

    [Theory]
    [InlineData("", "0000000000")]
    [InlineData("a.B", "00000000050A03612E42")]
    public void A_gRPC_check_asks_for_its_service(string service, string frame) => Assert.Equal(frame, Convert.ToHexString(GrpcHealth.Request(service)));

    [Theory]
    [InlineData("00000000020801", "0", null)]
    [InlineData("00000000020802", "0", "health 2 (1 is SERVING)")]
    [InlineData("0000000000", "0", "health unknown")]
    [InlineData("", "0", "no gRPC message")]
    [InlineData("000000000208", "0", "no gRPC message")]
    [InlineData("01000000020801", "0", "no gRPC message")]
    [InlineData("", "5", "gRPC status 5: the service is not known")]
    [InlineData("", "12", "gRPC status 12")]
    [InlineData("00000000020801", null, "gRPC status missing")]
    public void Only_SERVING_is_good(string body, string? status, string? problem) => Assert.Equal(problem, GrpcHealth.Problem(Convert.FromHexString(body), status));
}
