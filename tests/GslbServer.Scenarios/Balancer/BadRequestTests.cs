using System.Text.RegularExpressions;

namespace GslbServer.Scenarios.Balancer;

/// <summary>Requests that are no requests, or could be read in two ways: they end as RFC 9112 says, and a backend sees at most one request with one meaning.</summary>
public sealed partial class BadRequestTests
{
    private const string Start = "POST /a HTTP/1.1\r\nHost: a.example.org\r\n", Smuggled = "GET /smuggled HTTP/1.1\r\nHost: a.example.org\r\n\r\n";

    [Fact]
    public async Task Ambiguous_and_broken_requests_end_as_HTTP_says()
    {
        using CountingBackend backend = CountingBackend.Start();
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(Settings(backend));

        (string Name, string Request, int Status)[] refused =
        [
            ("two lengths", Start + $"Content-Length: 0\r\nContent-Length: {Smuggled.Length}\r\n\r\n{Smuggled}", 400),
            ("a length twice", Start + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400),
            ("a list of lengths", Start + "Content-Length: 3, 3\r\n\r\nabc", 400),
            ("a negative length", Start + "Content-Length: -3\r\n\r\nabc", 400),
            ("a folded line", Start + "X-A: b\r\n  c\r\nContent-Length: 0\r\n\r\n", 400),
            ("a folded length", Start + $"Content-Length:\r\n {Smuggled.Length}\r\n\r\n{Smuggled}", 400),
            ("a space before the colon", Start + "Content-Length : 3\r\n\r\nabc", 400),
            ("a space before the colon of a coding", Start + $"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{Smuggled}", 400),
            ("a coding that does not end chunked", Start + $"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{Smuggled}", 400),
            ("a coding nobody knows", Start + $"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{Smuggled}", 400),
            ("a NUL in a value", Start + "X-A: b\0c\r\nContent-Length: 0\r\n\r\n", 400),
            ("a bare CR in a value", Start + "X-A: b\rc\r\nContent-Length: 0\r\n\r\n", 400),
            ("no host", "GET / HTTP/1.1\r\n\r\n", 400),
            ("two hosts", "GET / HTTP/1.1\r\nHost: a.example.org\r\nHost: b.example.org\r\n\r\n", 400),
            ("a header without a colon", Start + "nonsense\r\n\r\n", 400),
            ("another version", "GET / HTTP/3.7\r\nHost: a.example.org\r\n\r\n", 505),
            ("no version", "GET /\r\nHost: a.example.org\r\n\r\n", 400),
            ("noise", "\x16\x03\x01\x02\0\x01\0\x01\r\n\r\n", 400),
            ("headers that are too long", Start + $"X-A: {new string('a', 40_000)}\r\n\r\n", 431),
            ("too many headers", Start + string.Concat(Enumerable.Range(0, 120).Select(i => $"X-{i}: a\r\n")) + "\r\n", 431),
            ("a line that is too long", $"GET /{new string('a', 9_000)} HTTP/1.1\r\nHost: a.example.org\r\n\r\n", 414),
            ("a body that is too long", Start + "Content-Length: 100000\r\n\r\n" + new string('a', 2000), 413),
        ];
        foreach ((string name, string request, int status) in refused)
        {
            Assert.Equal((name, status), (name, await StatusAsync(balancer, request)));
            Assert.Equal((name, ""), (name, backend.TakeHeard()));
        }

        // A chunk that is none is seen when the head has gone to the backend already: it sees one request without an end.
        foreach (string chunk in new[] { "x\r\nabc\r\n0\r\n\r\n", "3\r\nabcdef\r\n0\r\n\r\n", "-3\r\nabc\r\n", "ffffffffffffffffff\r\nabc\r\n", "3;a\rb\r\nabc\r\n0\r\n\r\n" })
        {
            int status = await StatusAsync(balancer, Start + $"Transfer-Encoding: chunked\r\n\r\n{chunk}{Smuggled}");
            Assert.True(status is 400 or 502 or 0, $"{chunk}: {status}");
            Assert.DoesNotContain("smuggled", backend.TakeHeard());
        }

        // What has one meaning is passed on with that meaning alone.
        Assert.Equal(200, await StatusAsync(balancer, Start + $"Content-Length: {5 + Smuggled.Length}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n{Smuggled}"));
        string both = backend.TakeHeard();
        Assert.Single(Requests().Matches(both));
        Assert.False(both.Contains("\nContent-Length:") && both.Contains("\nTransfer-Encoding:"), both);
        Assert.Equal(200, await StatusAsync(balancer, Start + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n3;name=value\r\nabc\r\n0\r\n\r\n"));
        string extended = backend.TakeHeard();
        Assert.Single(Requests().Matches(extended));
        Assert.DoesNotContain("name=value", extended);
        // Kestrel reads a sign; the backend sees none.
        Assert.Equal(200, await StatusAsync(balancer, Start + "Content-Length: +3\r\nConnection: close\r\n\r\nabc"));
        Assert.Contains("Content-Length: 3\r\n", backend.TakeHeard());
        // It is as well as before.
        Assert.Equal("ok", await balancer.GetAsync("/"));
    }

    [Fact]
    public async Task Slow_heads_and_slow_bodies_are_ended()
    {
        using CountingBackend backend = CountingBackend.Start();
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(Settings(backend));

        using TcpClientOf head = await TcpClientOf.ConnectAsync(balancer.Port), body = await TcpClientOf.ConnectAsync(balancer.Port), idle = await TcpClientOf.ConnectAsync(balancer.Port);
        await head.SendAsync("GET / HTTP/1.1\r\nHost: a.exa");
        await body.SendAsync(Start + "Content-Length: 1000\r\n\r\na");
        await idle.SendAsync("GET / HTTP/1.1\r\nHost: a.example.org\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 408 ", await head.RestAsync());
        Assert.Matches("^(HTTP/1.1 408 .*)?", await body.RestAsync());
        // Kept alive after its answer, but not for ever.
        Assert.StartsWith("HTTP/1.1 200 ", await idle.RestAsync());
    }

    private static string Settings(CountingBackend backend) => $$"""
        {
          "Kestrel": { "Limits": { "RequestHeadersTimeout": "00:00:01", "KeepAliveTimeout": "00:00:01", "MaxRequestBodySize": 50000, "MinRequestBodyDataRate": { "BytesPerSecond": 240, "GracePeriod": "00:00:02" } } },
          "ReverseProxy": { "Routes": { "web": { "ClusterId": "web", "Match": { "Path": "{**path}" } } }, "Clusters": { "web": { "Destinations": { {{backend.Setting}} } } } },
          "Balancer": { "DrainWait": 0 }
        }
        """;

    /// <summary>Of the first answer; 0 if the connection ended without one.</summary>
    private static async Task<int> StatusAsync(BalancerUnderTest balancer, string request)
    {
        using TcpClientOf client = await TcpClientOf.ConnectAsync(balancer.Port);
        await client.SendAsync(request);
        string line = await client.LineAsync();
        return line.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(line.AsSpan(9, 3), System.Globalization.CultureInfo.InvariantCulture) : 0;
    }

    [GeneratedRegex("^[A-Z]+ [^ ]+ HTTP/1.1", RegexOptions.Multiline)]
    private static partial Regex Requests();
}
