using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace GslbServer;

/// <summary>The listener below the admin API: TLS where it is wanted, and how much of it one client may take.</summary>
internal static class AdminListener
{
    /// <summary>Octets of a request body at most, where a route says nothing else; an override has a few hundred.</summary>
    private const int MaxBodyLength = 64 * 1024;

    /// <summary>Octets of a request's head: a token and a few fields.</summary>
    private const int MaxHeadLength = 16 * 1024;

    /// <summary>Operators, scrapers and pages left open.</summary>
    private const int MostConnections = 512;

    /// <summary>A handshake or a head that takes longer is given up. Bodies must come with 240 octets a second, Kestrel's own limit.</summary>
    private static readonly TimeSpan HeadLimit = TimeSpan.FromSeconds(10);

    /// <summary>How many connections it takes: at most half of the descriptors that are kept from clients.</summary>
    public static int Connections => Descriptors.Limit is { } limit ? (int)Math.Min(MostConnections, Descriptors.ReserveOf(limit) / 2) : MostConnections;

    public static void Listen(KestrelServerOptions kestrel, IPEndPoint endpoint, AdminFiles files)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = MaxBodyLength;
        kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeadLength;
        kestrel.Limits.RequestHeadersTimeout = HeadLimit;
        kestrel.Limits.MaxConcurrentConnections = Connections;
        var shares = new ConnectionShares(Math.Max(1, Connections / 2));
        kestrel.Listen(endpoint, listen =>
        {
            listen.Use(next => connection => EnterAsync(connection, shares, next));
            if (files.Certificate is { } certificate)
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(Handshake(certificate, files.Authority));
            }
        });
    }

    /// <summary>Nobody alone takes more than half of the places, so that probes of health still find one.</summary>
    private static async Task EnterAsync(ConnectionContext connection, ConnectionShares shares, ConnectionDelegate next)
    {
        IPAddress? peer = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        if (!shares.Enter(peer))
        {
            connection.Abort();
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            shares.Leave(peer);
        }
    }

    private static TlsHandshakeCallbackOptions Handshake(TlsCertificate certificate, ClientAuthority? authority) => new()
    {
        HandshakeTimeout = HeadLimit,
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate.Current,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateRequired = authority is not null,
            RemoteCertificateValidationCallback = authority is null ? null : (_, shown, chain, _) => authority.Accepts(shown, chain),
        }),
    };
}
