using System.Globalization;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace GslbServer.Probing;

/// <summary>A TLS handshake with a certificate that clients would accept.</summary>
internal sealed class TlsProbe : IProbe
{
    public async Task<ProbeResult> ProbeAsync(ProbeAttempt attempt, CancellationToken cancel)
    {
        await using SslStream tls = await Dial.TlsAsync(attempt, protocol: null, cancel).ConfigureAwait(false);
        string version = tls.SslProtocol switch
        {
            SslProtocols.Tls13 => "TLS 1.3",
            SslProtocols.Tls12 => "TLS 1.2",
            SslProtocols other => other.ToString(),
        };
        string until = tls.RemoteCertificate is X509Certificate2 certificate
            ? string.Create(CultureInfo.InvariantCulture, $", certificate until {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}")
            : "";
        return ProbeResult.Good(version + until);
    }
}
