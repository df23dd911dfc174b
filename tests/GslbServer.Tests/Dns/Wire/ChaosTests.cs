namespace GslbServer.Tests.Dns;

public sealed class ChaosTests
{
    private static readonly TestServer Server = TestServer.Of();

    [Theory]
    [InlineData("id.server.", "ns1-ams")]
    [InlineData("ID.Server.", "ns1-ams")]
    [InlineData("hostname.bind.", "ns1-ams")]
    [InlineData("version.bind.", "GslbServer test")]
    [InlineData("version.server.", "GslbServer test")]
    public void Server_tells_of_itself(string name, string text)
        => Server.Ask($"{name} CH TXT").Is("NOERROR qr aa rd", answer: $"{name} 0 CH TXT \"{text}\"");

    [Fact]
    public void Other_type_of_such_a_name_is_empty() => Server.Ask("id.server. CH A").Is("NOERROR qr aa rd");

    [Theory]
    [InlineData("authors.bind. CH TXT")]
    [InlineData("server. CH TXT")]
    [InlineData("id.server. TXT")]
    [InlineData("id.server. HS TXT")]
    public void Everything_else_is_refused(string question) => Server.Ask(question).Is("REFUSED qr rd");

    [Theory]
    [InlineData("id.server. ANY TXT")]
    [InlineData("id.server. NONE TXT")]
    public void Class_that_no_data_has_is_a_format_error(string question) => Server.Ask(question).Is("FORMERR qr rd");
}
