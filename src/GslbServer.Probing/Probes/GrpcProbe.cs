using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using GslbServer.Steering;

namespace GslbServer.Probing;

/// <summary>grpc.health.v1.Health/Check over HTTP/2. The service asked for is <c>path=</c> without its slash, by default the whole server. TLS on port 443 and
/// wherever <c>verify=no</c> shows that a certificate is expected; otherwise plaintext with prior knowledge, as gRPC servers inside a region speak.</summary>
/// <remarks>https://github.com/grpc/grpc/blob/master/doc/health-checking.md and PROTOCOL-HTTP2.md.</remarks>
internal sealed class GrpcProbe : IProbe
{
    private const int AnswerOctets = 4096;
    private const int HttpsPort = 443;

    public async Task<ProbeResult> ProbeAsync(ProbeAttempt attempt, CancellationToken cancel)
    {
        Check check = attempt.Check;
        bool secure = check.Port == HttpsPort || !check.Verify;
        await using Stream connection = secure
            ? await Dial.TlsAsync(attempt, SslApplicationProtocol.Http2, cancel).ConfigureAwait(false)
            : await Dial.TcpAsync(attempt, cancel).ConfigureAwait(false);
        if (connection is SslStream tls && tls.NegotiatedApplicationProtocol != SslApplicationProtocol.Http2)
            return ProbeResult.Bad("the server does not offer HTTP/2");

        using var invoker = new HttpMessageInvoker(OneConnection.Handler(connection));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{(secure ? "https" : "http")}://{attempt.EndPoint}/grpc.health.v1.Health/Check")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(GrpcHealthMessage.Request(check.Path.TrimStart('/'))),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.Host = attempt.HostHeader;
        request.Headers.TE.ParseAdd("trailers");

        attempt.Stage = "waiting for the response";
        using HttpResponseMessage response = await invoker.SendAsync(request, cancel).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK)
            return ProbeResult.Bad($"HTTP {(int)response.StatusCode}, expected a gRPC answer");
        byte[] body = new byte[AnswerOctets];
        await using Stream content = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
        int length = await content.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancel).ConfigureAwait(false);

        // Without a message the status stands in the headers ("Trailers-Only").
        string status = Header(response.TrailingHeaders) ?? Header(response.Headers) ?? "";
        if (status != "0")
            return ProbeResult.Bad(status.Length == 0 ? "no gRPC status in the answer" : $"gRPC status {StatusName(status)}");
        return GrpcHealthMessage.Status(body.AsSpan(0, length)) switch
        {
            1 => ProbeResult.Good("SERVING"),
            2 => ProbeResult.Bad("NOT_SERVING"),
            3 => ProbeResult.Bad("SERVICE_UNKNOWN"),
            0 => ProbeResult.Bad("health UNKNOWN"),
            _ => ProbeResult.Bad("the answer is not a HealthCheckResponse"),
        };
    }

    private static string? Header(HttpHeaders headers) => headers.TryGetValues("grpc-status", out IEnumerable<string>? values) ? values.FirstOrDefault() : null;

    /// <summary>The codes that a health service gives in practice; grpc/doc/statuscodes.md.</summary>
    private static string StatusName(string code) => code switch
    {
        "4" => "4 (DEADLINE_EXCEEDED)",
        "5" => "5 (NOT_FOUND: no such service)",
        "7" => "7 (PERMISSION_DENIED)",
        "12" => "12 (UNIMPLEMENTED: no health service)",
        "13" => "13 (INTERNAL)",
        "14" => "14 (UNAVAILABLE)",
        "16" => "16 (UNAUTHENTICATED)",
        _ => code,
    };
}
