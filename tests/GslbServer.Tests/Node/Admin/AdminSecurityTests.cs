using System.Net;

namespace GslbServer.Tests.Admin;

/// <summary>A web page cannot drive a node on loopback.</summary>
public sealed class AdminSecurityTests(AdminNode node) : IClassFixture<AdminNode>
{
    private const string Drain = """{ "state": "drain", "reason": "x" }""";

    [Theory]
    [InlineData("evil.example", 421)]
    [InlineData("evil.example:8053", 421)]
    [InlineData("203.0.113.9", 421)]
    [InlineData("0.0.0.0", 421)]
    [InlineData("localhost.evil.example", 421)]
    [InlineData("localhost", 200)]
    [InlineData("LOCALHOST.", 200)]
    [InlineData("127.0.0.1:8053", 200)]
    [InlineData("127.9.9.9", 200)]
    [InlineData("[::1]:8053", 200)]
    [InlineData("node-1", 200)]
    public async Task Host_must_be_an_address_or_name_of_this_node(string host, int expected)
    {
        foreach (string path in new[] { "/healthz", "/api/v1/status", "/" })
        {
            Assert.Equal(expected, (int)(await node.SendAsync(HttpMethod.Get, path, null, ("Host", host))).Status);
        }
    }

    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task State_changes_from_other_origins_are_refused(string header, string value)
    {
        Assert.Equal(HttpStatusCode.Forbidden, (await node.SendAsync(HttpMethod.Put, "/api/v1/overrides/us-east", Drain, (header, value))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await node.SendAsync(HttpMethod.Delete, "/api/v1/overrides/us-east", null, (header, value))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await node.SendAsync(HttpMethod.Post, "/api/v1/reload", null, (header, value))).Status);
        Assert.Equal(HttpStatusCode.OK, (await node.SendAsync(HttpMethod.Get, "/api/v1/status", null, (header, value))).Status);
    }

    [Fact]
    public async Task Its_own_pages_may_change_state() => Assert.Equal(HttpStatusCode.OK,
        (await node.SendAsync(HttpMethod.Post, "/api/v1/reload", null, ("Origin", node.Url.GetLeftPart(UriPartial.Authority)), ("Sec-Fetch-Site", "same-origin"))).Status);

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task What_a_form_can_send_is_no_body(string type) =>
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await node.SendAsync(HttpMethod.Put, "/api/v1/overrides/us-east", Drain, ("Content-Type", type))).Status);
}
