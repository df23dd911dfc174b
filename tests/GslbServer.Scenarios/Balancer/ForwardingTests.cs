using System.Net;
using System.Net.Sockets;
using System.Text;

namespace GslbServer.Scenarios.Balancer;

/// <summary>What backends say, down to the octets, and what clients get of it.</summary>
public sealed class ForwardingTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello", 200, "hello", 1)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nX-T: 1\r\n\r\n", 200, "hello", 1)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", 1)]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n", 204, "", 1)]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\nConnection: close\r\n\r\ngone", 404, "gone", 2)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison", 200, "ok", 2)]
    public async Task Answers_pass_and_their_connection_is_used_again_only_when_it_is_clean(string octets, int status, string content, int connections)
    {
        await using var backend = new ScriptedBackend(octets);
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(backend.Settings());

        for (int i = 0; i < 2; i++) Assert.Equal((status, content), await balancer.AskProxyAsync("/"));

        Assert.Equal(2, backend.Requests.Count);
        Assert.Equal(connections, backend.Connections);
    }

    [Fact]
    public async Task What_is_no_sound_answer_is_a_502_and_asked_for_once_only()
    {
        string next = "";
        await using var backend = new ScriptedBackend(async (_, connection) =>
        {
            await connection.SendAsync(Encoding.Latin1.GetBytes(next));
            return false;
        });
        // Retries would ask again, as they should: here each answer is looked at alone.
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(backend.Settings());
        foreach (string octets in (string[])["", "HTTP/1.1 200 OK\r\nX: ", "nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX: " + new string('x', 200_000) + "\r\n\r\n"])
        {
            int before = backend.Requests.Count;
            next = octets;
            Assert.Equal(502, (await balancer.AskProxyAsync("/")).Status);
            Assert.Equal(1, backend.Requests.Count - before);
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\npart")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\nnonsense\r\n")]
    public async Task A_part_is_never_passed_as_the_whole(string octets)
    {
        await using var backend = new ScriptedBackend(async (_, connection) =>
        {
            await connection.SendAsync(Encoding.Latin1.GetBytes(octets));
            return false;
        });
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(backend.Settings());

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => balancer.GetAsync("/"));
    }

    [Fact]
    public async Task Content_until_the_connection_closes_passes_whole()
    {
        await using var backend = new ScriptedBackend(async (_, connection) =>
        {
            await connection.SendAsync("HTTP/1.0 200 OK\r\n\r\n"u8.ToArray());
            for (int i = 0; i < 100; i++) await connection.SendAsync(new byte[10_000]);
            return false;
        });
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(backend.Settings());

        Assert.Equal(1_000_000, (await balancer.Client.GetByteArrayAsync(balancer.Url("/"))).Length);
    }

    [Fact]
    public async Task A_connection_that_the_backend_closed_at_rest_costs_no_request()
    {
        // Keep-alive is promised, and each connection closed after its first answer.
        await using var backend = new ScriptedBackend(async (_, connection) =>
        {
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray());
            return false;
        });
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(backend.Settings());

        for (int i = 0; i < 10; i++)
        {
            Assert.Equal((200, "ok"), await balancer.AskProxyAsync("/"));
            using HttpResponseMessage posted = await balancer.Client.PostAsync(balancer.Url("/"), new StringContent("content"));
            Assert.Equal(HttpStatusCode.OK, posted.StatusCode);
        }

        Assert.Equal(10, backend.Requests.Count(request => request.StartsWith("POST", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Short_and_long_content_of_requests_arrives_once_and_unchanged()
    {
        await using var backend = new ScriptedBackend("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(backend.Settings());
        foreach (int length in (int[])[0, 1, 1000, 20_000, 60_000, 65_536, 65_537, 300_000])
        {
            string content = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))));
            using HttpResponseMessage posted = await balancer.Client.PostAsync(balancer.Url("/"), new StringContent(content, Encoding.Latin1));
            Assert.Equal(HttpStatusCode.OK, posted.StatusCode);
            Assert.Equal(content, backend.Requests.Last()[(backend.Requests.Last().IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
        }

        Assert.Equal(8, backend.Requests.Count);
    }

    [Fact]
    public async Task A_client_that_goes_away_ends_the_exchange_with_the_backend()
    {
        var closed = new TaskCompletionSource();
        await using var backend = new ScriptedBackend(async (_, connection) =>
        {
            // Says nothing: waits for the balancer to hang up, one way or the other.
            try
            {
                Assert.Equal(0, await connection.ReceiveAsync(new byte[1]));
            }
            catch (SocketException)
            {
            }

            closed.TrySetResult();
            return false;
        });
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(backend.Settings());
        using (var client = new TcpClient("127.0.0.1", balancer.Port))
        {
            await client.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
            await Harness.Eventually.TrueAsync(() => !backend.Requests.IsEmpty, () => "not asked");
        }

        await closed.Task.WaitAsync(Harness.Eventually.Deadline);
    }

    [Fact]
    public async Task A_backend_that_says_nothing_is_a_504_after_the_activity_timeout()
    {
        await using var backend = new ScriptedBackend(async (_, connection) => await connection.ReceiveAsync(new byte[1]) > 0);
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(backend.Settings("\"HttpRequest\": { \"ActivityTimeout\": \"00:00:00.300\" },"));

        Assert.Equal(504, (await balancer.AskProxyAsync("/")).Status);
    }

    [Fact]
    public async Task Octets_above_ASCII_pass_unchanged_both_ways()
    {
        await using var backend = new ScriptedBackend("HTTP/1.1 200 OK\r\nX-Name: K\u00f6ln\r\nContent-Length: 0\r\n\r\n");
        await using BalancerUnderTest balancer = await BalancerUnderTest.StartAsync(backend.Settings());
        using var client = new TcpClient("127.0.0.1", balancer.Port);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes("GET / HTTP/1.1\r\nHost: x\r\nX-City: M\u00fcnchen\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);

        Assert.Contains("X-Name: K\u00f6ln\r\n", await reader.ReadToEndAsync());
        Assert.Contains("X-City: M\u00fcnchen\r\n", Assert.Single(backend.Requests));
    }
}
