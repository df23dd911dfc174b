using System.Net;
using System.Net.Sockets;
using GslbServer.Probing;
using GslbServer.Steering;
using Microsoft.AspNetCore.Http;
using static GslbServer.Tests.Probing.Asking;
using static GslbServer.Tests.Probing.ProbingTopology;

namespace GslbServer.Tests.Probing;

public sealed class HttpProbeTests
{
    [Fact]
    public async Task Expected_status_is_up_and_the_request_is_what_servers_know()
    {
        string request = "";
        await using WebServer server = await WebServer.StartAsync(async context =>
        {
            request = $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {context.Request.Protocol} {context.Request.Host} {context.Request.Headers.UserAgent} "
                + $"{context.Request.Headers.Connection}";
            await context.Response.WriteAsync("fine");
        });
        ProbeRunner.Run run = await RunAsync(Check(CheckKind.Http, server.Port, path: "/healthz?deep=1", host: "www.example.org"), IPAddress.Loopback, null);
        Assert.Equal(ProbeResult.Good("HTTP 200"), run.Result);
        Assert.Equal("GET /healthz?deep=1 HTTP/1.1 www.example.org gslb-check/0.1.0 close", request);
        Assert.True(run.RoundTrip > TimeSpan.Zero);
    }

    [Fact]
    public async Task Host_header_without_host_is_the_address()
    {
        string? host = null;
        await using WebServer server = await WebServer.StartAsync(context =>
        {
            host = context.Request.Host.Value;
            return Task.CompletedTask;
        });
        Assert.Equal(ProbeResult.Good("HTTP 200"), await AskAsync(Check(CheckKind.Http, server.Port)));
        Assert.Equal($"127.0.0.1:{server.Port}", host);
    }

    [Theory]
    [InlineData(503, "HTTP 503, expected 200,204,300-399")]
    [InlineData(404, "HTTP 404, expected 200,204,300-399")]
    [InlineData(299, "HTTP 299, expected 200,204,300-399")]
    [InlineData(204, null)]
    [InlineData(302, null)]
    public async Task Status_is_compared_with_the_ranges_and_redirects_are_not_followed(int status, string? failure)
    {
        int requests = 0;
        await using WebServer server = await WebServer.StartAsync(context =>
        {
            requests++;
            context.Response.StatusCode = status;
            if (status == 302)
                context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        });
        ProbeResult result = await AskAsync(Check(CheckKind.Http, server.Port, expect: [(200, 200), (204, 204), (300, 399)]));
        Assert.Equal(new ProbeResult(failure is null, failure ?? $"HTTP {status}"), result);
        Assert.Equal(1, requests);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(4095, true)]
    [InlineData(65533, true)]    // ends with octet 65,535
    [InlineData(65534, true)]    // ends with octet 65,536
    [InlineData(65535, false)]   // half outside
    public async Task Body_text_counts_in_the_first_64_KiB(int before, bool found)
    {
        await using WebServer server = await WebServer.StartAsync(context => context.Response.WriteAsync(new string('.', before) + "ok" + new string('.', 1000)));
        ProbeResult result = await AskAsync(Check(CheckKind.Http, server.Port, body: "ok"));
        Assert.Equal(found ? ProbeResult.Good("HTTP 200") : ProbeResult.Bad("body does not contain \"ok\""), result);
    }

    [Fact]
    public async Task Server_that_accepts_and_never_answers_times_out()
    {
        await using TcpServer server = TcpServer.Silent();
        ProbeResult result = await AskAsync(Check(CheckKind.Http, server.Port), TimeSpan.FromMilliseconds(200));
        Assert.False(result.Success);
        Assert.StartsWith("timeout after 200 ms", result.Detail);
    }

    [Fact]
    public async Task Body_that_never_comes_times_out_but_is_not_waited_for_without_a_text()
    {
        await using WebServer server = await WebServer.StartAsync(async context =>
        {
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        Assert.Equal(ProbeResult.Good("HTTP 200"), await AskAsync(Check(CheckKind.Http, server.Port)));
        Assert.StartsWith("timeout after 300 ms", (await AskAsync(Check(CheckKind.Http, server.Port, body: "ok"), TimeSpan.FromMilliseconds(300))).Detail);
    }

    [Fact]
    public async Task Refused_reset_and_closed_connections_are_named()
    {
        Assert.Equal(ProbeResult.Bad("connection refused"), await AskAsync(Check(CheckKind.Http, FreePort())));
        await using TcpServer resetting = TcpServer.Resetting();
        Assert.Equal(ProbeResult.Bad("connection reset"), await AskAsync(Check(CheckKind.Http, resetting.Port)));
        await using var closing = new TcpServer(async (socket, stop) =>
        {
            await socket.ReceiveAsync(new byte[4096], stop);
            socket.Shutdown(SocketShutdown.Both);
        });
        Assert.Equal(ProbeResult.Bad("connection closed before a response"), await AskAsync(Check(CheckKind.Http, closing.Port)));
        await using var talking = new TcpServer(async (socket, stop) =>
        {
            await socket.SendAsync("220 mail.example.org ESMTP\r\n\r\n"u8.ToArray(), stop);
            await socket.ReceiveAsync(new byte[4096], stop);
        });
        Assert.Equal(ProbeResult.Bad("the response is not HTTP"), await AskAsync(Check(CheckKind.Http, talking.Port)));
    }

    [Fact]
    public async Task Host_name_is_resolved_and_the_first_address_that_works_counts()
    {
        string? host = null;
        await using WebServer server = await WebServer.StartAsync(context =>
        {
            host = context.Request.Host.Value;
            return Task.CompletedTask;
        });
        Check check = Check(CheckKind.Http, server.Port);
        // Nothing listens on this port of 127.9.9.9.
        ProbeRunner.Run up = await RunAsync(check, null, "lb.example.org.", (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("127.9.9.9"), IPAddress.Loopback]));
        Assert.Equal(ProbeResult.Good("HTTP 200"), up.Result);
        Assert.Equal("lb.example.org", host);

        ProbeRunner.Run unknown = await RunAsync(check, null, "lb.example.org.");
        Assert.Equal(ProbeResult.Bad("cannot resolve lb.example.org.: name does not resolve"), unknown.Result);

        ProbeRunner.Run hanging = await RunAsync(check, null, "lb.example.org.", (_, cancel) => new TaskCompletionSource<IPAddress[]>().Task, TimeSpan.FromMilliseconds(100));
        Assert.Equal(ProbeResult.Bad("timeout after 100 ms resolving lb.example.org."), hanging.Result);
    }
}
