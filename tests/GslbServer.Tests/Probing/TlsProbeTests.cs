using System.Net;
using System.Security.Cryptography.X509Certificates;
using GslbServer.Probing;
using GslbServer.Steering;
using Microsoft.AspNetCore.Http;
using static GslbServer.Tests.Probing.Asking;
using static GslbServer.Tests.Probing.ProbingTopology;

namespace GslbServer.Tests.Probing;

public sealed class TlsProbeTests
{
    [Theory]
    [InlineData(CheckKind.Https)]
    [InlineData(CheckKind.Tls)]
    public async Task Self_signed_certificate_is_down_unless_verification_is_off(CheckKind kind)
    {
        using X509Certificate2 certificate = WebServer.SelfSigned(-1, 90, "www.example.org");
        await using WebServer server = await WebServer.StartAsync(context => context.Response.WriteAsync("fine"), certificate);
        Assert.Equal(ProbeResult.Bad("certificate is self-signed"), await AskAsync(Check(kind, server.Port, host: "www.example.org")));
        ProbeResult accepted = await AskAsync(Check(kind, server.Port, host: "www.example.org", verify: false));
        Assert.True(accepted.Success, accepted.Detail);
        Assert.StartsWith(kind == CheckKind.Https ? "HTTP 200" : "TLS 1.", accepted.Detail);
    }

    [Fact]
    public async Task Expired_early_and_misnamed_certificates_say_so()
    {
        Assert.Equal("certificate expired 3 days ago", await DetailAsync(WebServer.SelfSigned(-90, -3, "www.example.org")));
        Assert.StartsWith("certificate is not valid before ", await DetailAsync(WebServer.SelfSigned(3, 90, "www.example.org")));
        Assert.Equal("TLS name mismatch: certificate is for a.example.org, b.example.org", await DetailAsync(WebServer.SelfSigned(-1, 90, "a.example.org", "b.example.org")));
    }

    [Fact]
    public void Name_asked_for_is_the_host_without_its_port()
    {
        var attempt = new ProbeAttempt(Check(CheckKind.Https, 8443, host: "www.example.org:8443"), IPAddress.Loopback, null, "eu-west", Long, TimeProvider.System);
        Assert.Equal(("www.example.org", "www.example.org:8443"), (attempt.ServerName, attempt.HostHeader));
        var bare = new ProbeAttempt(Check(CheckKind.Https, 443), IPAddress.Parse("2001:db8::1"), null, "eu-west", Long, TimeProvider.System);
        Assert.Equal(("2001:db8::1", "[2001:db8::1]"), (bare.ServerName, bare.HostHeader));
    }

    [Fact]
    public async Task Server_that_speaks_no_TLS_is_down()
    {
        await using var server = new TcpServer(async (socket, stop) =>
        {
            await socket.SendAsync("SSH-2.0-example\r\n"u8.ToArray(), stop);
            await socket.ReceiveAsync(new byte[4096], stop);
        });
        Assert.StartsWith("TLS handshake failed: ", (await AskAsync(Check(CheckKind.Tls, server.Port))).Detail);
        await using TcpServer silent = TcpServer.Silent();
        Assert.StartsWith("timeout after 200 ms", (await AskAsync(Check(CheckKind.Tls, silent.Port), TimeSpan.FromMilliseconds(200))).Detail);
        await using var closing = new TcpServer((socket, stop) => socket.ReceiveAsync(new byte[4096], stop).AsTask());
        Assert.Equal("connection closed in the TLS handshake", (await AskAsync(Check(CheckKind.Tls, closing.Port))).Detail);
    }

    private static async Task<string> DetailAsync(X509Certificate2 certificate)
    {
        using (certificate)
        {
            await using WebServer server = await WebServer.StartAsync(context => Task.CompletedTask, certificate);
            ProbeResult result = await AskAsync(Check(CheckKind.Https, server.Port, host: "www.example.org"));
            Assert.False(result.Success);
            return result.Detail;
        }
    }
}
