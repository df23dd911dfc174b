using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace GslbServer.Balancer.Tests.Forwarding;

public sealed class RequestHeadTests
{
    [Fact]
    public void Fields_pass_but_those_of_the_connection_and_where_the_request_came_from_is_said_anew()
    {
        HttpRequest request = Request("/a/b", "?q=1%20");
        request.Headers["X-Custom"] = "one";
        request.Headers["X-Secret"] = "hop";
        request.Headers["X-Forwarded-For"] = "203.0.113.66";
        request.Headers.Connection = "keep-alive, x-secret";
        request.Headers.KeepAlive = "5";
        request.Headers.TE = "gzip";
        request.Headers.Cookie = new(["a=1", "b=2"]);
        request.Headers.Accept = new(["text/html", "text/plain"]);

        Assert.Equal("""
            GET /a/b?q=1%20 HTTP/1.1
            Host: www.example.org
            X-Custom: one
            Cookie: a=1; b=2
            Accept: text/html
            Accept: text/plain
            X-Forwarded-For: 198.51.100.7
            X-Forwarded-Host: www.example.org
            X-Forwarded-Proto: https


            """.ReplaceLineEndings("\r\n"), Write(request, "http://192.0.2.1:8080/", keepHost: true));
    }

    [Theory]
    [InlineData("http://192.0.2.1:8080/base/", "/x", "/base/x")]
    [InlineData("http://192.0.2.1:8080", "/x", "/x")]
    [InlineData("http://192.0.2.1/", "/", "/")]
    [InlineData("http://192.0.2.1/", "/with space/ü", "/with%20space/%C3%BC")]
    [InlineData("http://192.0.2.1/base", "/with space", "/base/with%20space")]
    public void Paths_stand_behind_the_destinations_own(string address, string path, string target) => Assert.StartsWith($"GET {target} HTTP/1.1\r\n", Write(Request(path, ""), address, keepHost: false));

    [Fact]
    public void Without_the_clients_Host_the_destinations_stands() =>
        Assert.Contains("\r\nHost: backend.example:81\r\n", Write(Request("/", ""), "http://backend.example:81/", keepHost: false));

    [Theory]
    [InlineData("POST", true)]
    [InlineData("PUT", true)]
    [InlineData("GET", false)]
    [InlineData("DELETE", false)]
    public void A_method_that_means_content_says_when_there_is_none(string method, bool says)
    {
        HttpRequest request = Request("/", "");
        request.Method = method;
        Assert.Equal(says, Write(request, "http://192.0.2.1/", keepHost: false).Contains("\r\nContent-Length: 0\r\n"));
        request.ContentLength = 7;
        Assert.Contains("\r\nContent-Length: 7\r\n", Write(request, "http://192.0.2.1/", keepHost: false));
        Assert.DoesNotContain("\r\nContent-Length: 0\r\n", Write(request, "http://192.0.2.1/", keepHost: false));
    }

    [Fact]
    public void An_upgrade_is_asked_of_the_backend_and_otherwise_ends_here()
    {
        HttpRequest request = Request("/chat", "");
        (request.Headers.Connection, request.Headers.Upgrade) = ("keep-alive, Upgrade", "websocket");
        Assert.DoesNotContain("pgrade", Write(request, "http://192.0.2.1/", keepHost: true));
        Assert.EndsWith("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", Write(request, "http://192.0.2.1/", keepHost: true, isUpgrade: true));
    }

    [Fact]
    public void A_buffer_too_small_is_told_and_never_overrun()
    {
        HttpRequest request = Request("/a/b", "");
        request.Headers["X-Custom"] = "one";
        int whole = Write(request, "http://192.0.2.1/", keepHost: true).Length;
        for (int size = 0; size < whole; size++) Assert.Equal(0, RequestHead.Write(request, UpstreamAddress.Parse("http://192.0.2.1/")!, true, isUpgrade: false, new byte[size]));
        Assert.Equal(whole, RequestHead.Write(request, UpstreamAddress.Parse("http://192.0.2.1/")!, true, isUpgrade: false, new byte[whole]));
    }

    [Theory]
    [InlineData("https://192.0.2.1/")]
    [InlineData("http://user@192.0.2.1/")]
    [InlineData("http://192.0.2.1/?q")]
    [InlineData("nothing")]
    public void What_is_not_plain_HTTP_is_another_forwarders(string address) => Assert.Null(UpstreamAddress.Parse(address));

    [Fact]
    public void IPv6_addresses_and_names_are_understood()
    {
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Loopback, 81), UpstreamAddress.Parse("http://[::1]:81/")?.EndPoint);
        Assert.Equal(new DnsEndPoint("backend.example", 80), UpstreamAddress.Parse("http://backend.example/")?.EndPoint);
    }

    private static HttpRequest Request(string path, string query)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse("198.51.100.7");
        HttpRequest request = context.Request;
        (request.Method, request.Scheme, request.Host, request.Path, request.QueryString, request.Protocol) = ("GET", "https", new HostString("www.example.org"), path, new QueryString(query), "HTTP/1.1");
        return request;
    }

    private static string Write(HttpRequest request, string address, bool keepHost, bool isUpgrade = false)
    {
        byte[] buffer = new byte[4096];
        return Encoding.Latin1.GetString(buffer, 0, RequestHead.Write(request, UpstreamAddress.Parse(address)!, keepHost, isUpgrade, buffer));
    }
}
