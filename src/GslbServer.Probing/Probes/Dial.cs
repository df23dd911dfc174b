using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace GslbServer.Probing;

/// <summary>A fresh connection to the endpoint. Every probe makes its own: a kept one would not notice that new clients cannot connect.</summary>
internal static class Dial
{
    /// <exception cref="SocketException">Refused, unreachable, reset.</exception>
    public static async Task<NetworkStream> TcpAsync(ProbeAttempt attempt, CancellationToken cancel)
    {
        var socket = new Socket(attempt.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            attempt.Stage = "while connecting";
            long start = attempt.Time.GetTimestamp();
            await socket.ConnectAsync(attempt.EndPoint, cancel).ConfigureAwait(false);
            attempt.RoundTrip = attempt.Time.GetElapsedTime(start);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Connects, shakes hands and verifies the certificate for <see cref="ProbeAttempt.ServerName"/>, unless the check says <c>verify=no</c>.</summary>
    /// <exception cref="CertificateException">The certificate is not acceptable; the message says why.</exception>
    public static async Task<SslStream> TlsAsync(ProbeAttempt attempt, SslApplicationProtocol? protocol, CancellationToken cancel)
    {
        NetworkStream connection = await TcpAsync(attempt, cancel).ConfigureAwait(false);
        var tls = new SslStream(connection, leaveInnerStreamOpen: false);
        string? objection = null;
        try
        {
            attempt.Stage = "in the TLS handshake";
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = attempt.ServerName,
                ApplicationProtocols = protocol is { } wanted ? [wanted] : null,
                // A resumed session would not show the certificate that new clients get.
                AllowTlsResume = false,
                CertificateChainPolicy = new X509ChainPolicy
                {
                    RevocationMode = X509RevocationMode.NoCheck,
                    // Fetching missing intermediates would block a thread for seconds, and most clients do not do it either.
                    DisableCertificateDownloads = true,
                    VerificationTime = attempt.Time.GetUtcNow().UtcDateTime,
                },
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                {
                    objection = attempt.Check.Verify ? CertificateText.Objection(certificate, chain, errors, attempt.Time.GetUtcNow()) : null;
                    return objection is null;
                },
            }, cancel).ConfigureAwait(false);
            return tls;
        }
        catch (Exception e)
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            if (objection is not null && e is AuthenticationException)
                throw new CertificateException(objection);
            throw;
        }
    }
}

/// <summary>The server's certificate is not acceptable; the message is meant for people as it is.</summary>
internal sealed class CertificateException(string message) : Exception(message);
