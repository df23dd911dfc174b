using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using GslbServer.Tests.Dns;

namespace GslbServer.Tests.Transports;

/// <summary>RFC 8484 on loopback.</summary>
public sealed class DnsOverHttpsTests : IAsyncLifetime
{
    private EncryptedWorld _world = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _world = await EncryptedWorld.StartAsync();
        _http = _world.Http();
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _world.DisposeAsync();
    }

    [Theory]
    [InlineData("host.example.org. A", "NOERROR qr aa rd", 300)]
    [InlineData("www.example.org. A", "NOERROR qr aa rd", 30)]
    [InlineData("nope.example.org. A", "NXDOMAIN qr aa rd", 30)]
    [InlineData("www.example.com. A", "REFUSED qr rd", 0)]
    [InlineData("huge.example.org. TXT", "NOERROR qr aa rd", 300)]
    public async Task GET_and_POST_answer_alike_on_both_versions_and_may_be_cached_as_long_as_the_records(string question, string status, int maxAge)
    {
        byte[] query = StreamClient.Query(question, id: 0);
        foreach (Version version in new[] { HttpVersion.Version20, HttpVersion.Version11 })
        {
            foreach (HttpRequestMessage request in new[] { Get(query), Post(query) })
            {
                request.Version = version;
                using HttpResponseMessage response = await _http.SendAsync(request);
                Assert.Equal((HttpStatusCode.OK, version), (response.StatusCode, response.Version));
                Assert.Equal("application/dns-message", response.Content.Headers.ContentType!.MediaType);
                Assert.Equal(TimeSpan.FromSeconds(maxAge), response.Headers.CacheControl!.MaxAge);
                Assert.Equal(status, new Reply(await response.Content.ReadAsByteArrayAsync()).Status);
            }
        }
    }

    [Fact]
    public async Task Malformed_query_is_answered_by_DNS_and_not_by_HTTP()
    {
        using HttpResponseMessage response = await _http.SendAsync(Post([.. StreamClient.Query("host.example.org. A"), 0]));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("FORMERR qr rd", new Reply(await response.Content.ReadAsByteArrayAsync()).Status);
    }

    public static TheoryData<string, string, string?, int, int, string> Refusals => new()
    {
        // method, path, content type, octets of the body (-1: none), status, kind counted
        { "GET", "/dns-query", null, -1, 400, "https_encoding" },
        { "GET", "/dns-query?dns=", null, -1, 400, "https_encoding" },
        { "GET", "/dns-query?dns=%23%23", null, -1, 400, "https_encoding" },
        { "GET", "/dns-query?dns=AAA&dns=AAA", null, -1, 400, "https_encoding" },
        { "GET", "/dns-query?dns=AAAB", null, -1, 400, "https_no_query" }, // shorter than a header
        { "GET", "/", null, -1, 404, "https_no_query" },
        { "PUT", "/dns-query", "application/dns-message", 30, 405, "https_method" },
        { "OPTIONS", "/dns-query", null, -1, 405, "https_method" },
        { "POST", "/dns-query", "application/json", 30, 415, "https_content_type" },
        { "POST", "/dns-query", null, 30, 415, "https_content_type" },
        { "POST", "/dns-query", "application/dns-message", 0, 400, "https_no_query" },
        { "POST", "/dns-query", "application/dns-message", 65_536, 413, "https_oversized" },
        { "POST", "/dns-query", "application/dns-message", 10_000_000, 413, "https_oversized" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_is_no_query_has_its_status_and_is_counted(string method, string path, string? type, int length, int status, string kind)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (length >= 0) request.Content = new ByteArrayContent(new byte[length]);
        if (type is not null) request.Content!.Headers.ContentType = new MediaTypeHeaderValue(type);
        using HttpResponseMessage response = await _http.SendAsync(request);
        Assert.Equal(status, (int)response.StatusCode);
        if (status == 405) Assert.Equal(["GET", "POST"], response.Content.Headers.Allow);
        Assert.Equal(1, _world.World.Counters.Read().Single(c => c.Labels.Contains(("kind", kind))).Value);
    }

    [Fact]
    public async Task Longest_message_is_taken()
    {
        byte[] garbage = new byte[65_535];
        Array.Fill(garbage, (byte)0x2A);
        garbage[2] = 0;
        using HttpResponseMessage response = await _http.SendAsync(Post(garbage));
        Assert.Equal("FORMERR qr", new Reply(await response.Content.ReadAsByteArrayAsync()).Status);
    }

    private static HttpRequestMessage Get(byte[] query) => new(HttpMethod.Get, $"/dns-query?dns={Base64Url.EncodeToString(query)}") { VersionPolicy = HttpVersionPolicy.RequestVersionExact };

    private static HttpRequestMessage Post(byte[] query) => new(HttpMethod.Post, "/dns-query")
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Content = new ByteArrayContent(query) { Headers = { ContentType = new MediaTypeHeaderValue("application/dns-message") } },
    };
}
