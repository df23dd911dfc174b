using System.Security.Cryptography.X509Certificates;
using GslbServer.Probing;
using GslbServer.Steering;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using static GslbServer.Tests.Probing.Asking;
using static GslbServer.Tests.Probing.ProbingTopology;

namespace GslbServer.Tests.Probing;

public sealed class GrpcProbeTests
{
    private string _asked = "";

    [Theory]
    [InlineData("0000000002" + "0801", "0", true, "SERVING")]
    [InlineData("0000000002" + "0802", "0", false, "NOT_SERVING")]
    [InlineData("0000000002" + "0803", "0", false, "SERVICE_UNKNOWN")]
    [InlineData("0000000000", "0", false, "health UNKNOWN")]
    [InlineData("", "12", false, "gRPC status 12 (UNIMPLEMENTED: no health service)")]
    [InlineData("", "5", false, "gRPC status 5 (NOT_FOUND: no such service)")]
    [InlineData("0000000009" + "0801", "0", false, "the answer is not a HealthCheckResponse")]
    public async Task Health_service_decides_over_plaintext_HTTP2(string frame, string status, bool up, string detail)
    {
        await using WebServer server = await StartAsync(frame, status, null);
        Assert.Equal(new ProbeResult(up, detail), await AskAsync(Check(CheckKind.Grpc, server.Port, path: "")));
        Assert.Equal("POST /grpc.health.v1.Health/Check HTTP/2 application/grpc trailers 0000000000", _asked);
    }

    [Fact]
    public async Task Path_names_the_service()
    {
        await using WebServer server = await StartAsync("00000000020801", "0", null);
        Assert.True((await AskAsync(Check(CheckKind.Grpc, server.Port, path: "/shop"))).Success);
        Assert.EndsWith(" 00000000060A0473686F70", _asked);
    }

    [Fact]
    public async Task Unverified_check_uses_TLS()
    {
        using X509Certificate2 certificate = WebServer.SelfSigned(-1, 90, "www.example.org");
        await using WebServer server = await StartAsync("00000000020801", "0", certificate);
        Assert.Equal(ProbeResult.Good("SERVING"), await AskAsync(Check(CheckKind.Grpc, server.Port, verify: false)));
    }

    [Fact]
    public async Task Server_of_HTTP1_alone_is_down()
    {
        await using WebServer server = await WebServer.StartAsync(context => Task.CompletedTask);
        ProbeResult result = await AskAsync(Check(CheckKind.Grpc, server.Port));
        Assert.False(result.Success, result.Detail);
    }

    [Fact]
    public async Task Server_that_never_answers_times_out()
    {
        await using TcpServer server = TcpServer.Silent();
        Assert.StartsWith("timeout after 300 ms", (await AskAsync(Check(CheckKind.Grpc, server.Port), TimeSpan.FromMilliseconds(300))).Detail);
    }

    [Fact]
    public void Cut_or_padded_answers_are_no_messages()
    {
        byte[] answer = Convert.FromHexString("0000000007" + "120161" + "0801" + "1805");
        Assert.Equal(1, GrpcHealthMessage.Status(answer));
        for (int length = 0; length < answer.Length; length++)
            Assert.Equal(-1, GrpcHealthMessage.Status(answer.AsSpan(0, length)));
        Assert.Equal(-1, GrpcHealthMessage.Status([.. answer, 0]));
        Assert.Equal(-1, GrpcHealthMessage.Status(Convert.FromHexString("0100000000"))); // compressed: we offered none
        Assert.Equal(-1, GrpcHealthMessage.Status(Convert.FromHexString("000000000208ff")));
    }

    private Task<WebServer> StartAsync(string frame, string status, X509Certificate2? certificate) => WebServer.StartAsync(async context =>
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _asked = $"{context.Request.Method} {context.Request.Path} {context.Request.Protocol} {context.Request.ContentType} {context.Request.Headers.TE} "
            + Convert.ToHexString(body.ToArray());
        context.Response.ContentType = "application/grpc";
        if (frame.Length == 0)
        {
            context.Response.Headers["grpc-status"] = status;
            return;
        }
        await context.Response.Body.WriteAsync(Convert.FromHexString(frame));
        context.Response.AppendTrailer("grpc-status", status);
    }, certificate, HttpProtocols.Http2);
}
