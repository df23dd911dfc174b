using System.Globalization;
using System.Net;
using System.Text;
using GslbServer.Steering;

namespace GslbServer.Probing;

/// <summary>GET of the check's path over a fresh connection to the endpoint, whatever the Host header says. Redirects are answers, not followed.</summary>
internal sealed class HttpProbe : IProbe
{
    /// <summary>The body must show its text in this many octets (zones/README.md).</summary>
    private const int BodyOctets = 64 * 1024;

    private static readonly string UserAgent = "gslb-check/" + (typeof(HttpProbe).Assembly.GetName().Version ?? new Version(0, 0)).ToString(3);

    public async Task<ProbeResult> ProbeAsync(ProbeAttempt attempt, CancellationToken cancel)
    {
        Check check = attempt.Check;
        bool secure = check.Kind == CheckKind.Https;
        if (!Uri.TryCreate($"{(secure ? "https" : "http")}://{attempt.EndPoint}{(check.Path.StartsWith('/') ? "" : "/")}{check.Path}", UriKind.Absolute, out Uri? uri))
            return ProbeResult.Bad($"\"{check.Path}\" is not a path");

        await using Stream connection = secure
            ? await Dial.TlsAsync(attempt, protocol: null, cancel).ConfigureAwait(false)
            : await Dial.TcpAsync(attempt, cancel).ConfigureAwait(false);
        using var invoker = new HttpMessageInvoker(OneConnection.Handler(connection));
        using var request = new HttpRequestMessage(HttpMethod.Get, uri) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Host = attempt.HostHeader;
        request.Headers.ConnectionClose = true;
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        request.Headers.TryAddWithoutValidation("Accept", "*/*");

        attempt.Stage = "waiting for the response";
        using HttpResponseMessage response = await invoker.SendAsync(request, cancel).ConfigureAwait(false);
        int status = (int)response.StatusCode;
        if (!check.Expect.Any(range => status >= range.From && status <= range.To))
            return ProbeResult.Bad(string.Create(CultureInfo.InvariantCulture, $"HTTP {status}, expected {Ranges(check)}"));
        if (check.Body is { Length: > 0 } text)
        {
            attempt.Stage = "reading the body";
            await using Stream body = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
            if (!await StreamText.ContainsAsync(body, Encoding.UTF8.GetBytes(text), BodyOctets, cancel).ConfigureAwait(false))
                return ProbeResult.Bad($"body does not contain \"{text}\"");
        }
        return ProbeResult.Good(string.Create(CultureInfo.InvariantCulture, $"HTTP {status}"));
    }

    private static string Ranges(Check check) =>
        string.Join(",", check.Expect.Select(r => r.From == r.To ? $"{r.From}" : string.Create(CultureInfo.InvariantCulture, $"{r.From}-{r.To}")));
}
