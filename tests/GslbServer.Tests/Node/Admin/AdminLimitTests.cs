using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GslbServer.Tests.Admin;

/// <summary>One client cannot take the admin listener from the others.</summary>
public sealed class AdminLimitTests
{
    private static readonly IPAddress Stranger = IPAddress.Parse("203.0.113.9");

    [Fact]
    public void An_address_has_its_rate_a_64_is_one_address_and_loopback_is_exempt()
    {
        using var rates = new AdminRates(2);
        Assert.Equal([true, true, true, true, false], Enumerable.Range(0, 5).Select(_ => rates.Enter(Stranger, "") is null));
        Assert.Null(rates.Enter(IPAddress.Parse("203.0.113.10"), ""));
        Assert.Null(rates.Enter(Stranger, "metrics"));
        Assert.False(rates.Enter(IPAddress.Parse("::ffff:203.0.113.9"), "") is null);
        Assert.Equal(4, Enumerable.Range(1, 10).Count(i => rates.Enter(IPAddress.Parse($"2001:db8::{i}"), "") is null));
        Assert.Null(rates.Enter(IPAddress.Parse("2001:db8:0:1::1"), ""));
        Assert.All(Enumerable.Range(0, 100), _ => Assert.Null(rates.Enter(IPAddress.Loopback, "")));
        using var unlimited = new AdminRates(0);
        Assert.All(Enumerable.Range(0, 100), _ => Assert.Null(unlimited.Enter(Stranger, "")));
    }

    [Fact]
    public async Task After_many_wrong_tokens_none_is_looked_at_for_a_while_and_health_and_open_reads_go_on()
    {
        var node = new AdminNode();
        try
        {
            await node.StartAsync(withTokens: true);
            var statuses = new List<int>();
            for (int i = 0; i < 2 * AdminRates.Failures; i++)
            {
                statuses.Add((int)(await node.SendAsync(HttpMethod.Post, "/api/v1/reload", null, ("Authorization", $"Bearer guess-{i}"))).Status);
            }

            Assert.All(statuses.Take(AdminRates.Failures), status => Assert.Equal(401, status));
            Assert.Contains(429, statuses);
            using HttpResponseMessage refused = await UntilAsync(() => node.Http.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/api/v1/reload") { Headers = { { "Authorization", "Bearer guess" } } }), HttpStatusCode.TooManyRequests);
            Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
            Assert.Equal(HttpStatusCode.OK, (await node.GetAsync("/healthz")).Status);
            Assert.Equal(HttpStatusCode.OK, (await node.SendAsync(HttpMethod.Get, "/api/v1/status", null, ("Authorization", "Bearer guess"))).Status);
        }
        finally
        {
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task Heads_and_bodies_that_are_too_long_are_refused_and_nothing_changes()
    {
        var node = new AdminNode();
        try
        {
            await node.StartAsync(withTokens: false);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await node.SendAsync(HttpMethod.Put, "/api/v1/overrides/us-east", $$"""{ "state": "drain", "reason": "{{new string('x', 100_000)}}" }""")).Status);
            Assert.Equal("431", await RawAsync(node, $"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: {new string('x', 20_000)}\r\n\r\n"));
            Assert.Equal("414", await RawAsync(node, $"GET /{new string('x', 20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            Assert.Equal("400", await RawAsync(node, "GET /healthz HTTP/1.1\r\n\r\n"));
            Assert.Equal("400", await RawAsync(node, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n"));
            Assert.Equal("400", await RawAsync(node, "POST /api/v1/reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}"));
            Assert.Equal("[]", (await node.GetAsync("/api/v1/overrides")).Body!.ToJsonString());
        }
        finally
        {
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task Readers_of_events_have_an_end()
    {
        var node = new AdminNode();
        var open = new List<HttpResponseMessage>();
        try
        {
            await node.StartAsync(withTokens: false);
            for (int i = 0; i < EventStream.Most; i++)
            {
                open.Add(await node.Http.GetAsync(EventStream.Path, HttpCompletionOption.ResponseHeadersRead));
                Assert.Equal(HttpStatusCode.OK, open[^1].StatusCode);
            }

            using HttpResponseMessage refused = await node.Http.GetAsync(EventStream.Path, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.Equal(HttpStatusCode.OK, (await node.GetAsync("/healthz")).Status);
            open[0].Dispose();
            open[0] = await UntilAsync(() => node.Http.GetAsync(EventStream.Path, HttpCompletionOption.ResponseHeadersRead), HttpStatusCode.OK);
        }
        finally
        {
            open.ForEach(response => response.Dispose());
            await node.DisposeAsync();
        }
    }

    private static async Task<HttpResponseMessage> UntilAsync(Func<Task<HttpResponseMessage>> ask, HttpStatusCode wanted)
    {
        HttpResponseMessage response = await ask();
        for (int i = 0; i < 500 && response.StatusCode != wanted; i++)
        {
            response.Dispose();
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
            response = await ask();
        }

        Assert.Equal(wanted, response.StatusCode);
        return response;
    }

    /// <returns>The status.</returns>
    private static async Task<string> RawAsync(AdminNode node, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, node.Url.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        return (await reader.ReadLineAsync())!.Split(' ')[1];
    }
}
