using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using Yarp.ReverseProxy.Forwarder;

namespace GslbServer.Balancer;

/// <summary>YARP's clients of backends, whose connections this balancer opens itself: within the descriptors that backends may take, and with the cluster's <c>BackendTls</c>.</summary>
internal sealed class BackendClients(ServingState state, CertificateStore certificates, TimeProvider time) : ForwarderHttpClientFactory
{
    private readonly ConcurrentDictionary<string, BackendTlsSettings?> _made = new(StringComparer.OrdinalIgnoreCase);

    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        BackendTlsSettings? tls = SettingsOf(context.ClusterId);
        _made[context.ClusterId] = tls;
        // YARP's own, where the cluster accepts any certificate.
        RemoteCertificateValidationCallback? judge = handler.SslOptions.RemoteCertificateValidationCallback;
        handler.ConnectCallback = (connection, cancel) => ConnectAsync(connection, tls, judge, cancel);
    }

    /// <summary>Connections made under other settings must not be used for new requests; those in use end in peace.</summary>
    protected override bool CanReuseOldClient(ForwarderHttpClientContext context) =>
        base.CanReuseOldClient(context) && _made.TryGetValue(context.ClusterId, out BackendTlsSettings? tls) && Equals(tls, SettingsOf(context.ClusterId));

    /// <summary>Active checks go the same way.</summary>
    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler) => new ProbeHandler(base.WrapHandler(context, handler), time);

    private BackendTlsSettings? SettingsOf(string cluster) => state.Settings.Options.Clusters.GetValueOrDefault(cluster)?.BackendTls;

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext connection, BackendTlsSettings? tls, RemoteCertificateValidationCallback? judge, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (DescriptorGuard.IsBeyondBackends(socket)) throw new SocketException((int)SocketError.TooManyOpenSockets);
            await socket.ConnectAsync(connection.DnsEndPoint, cancel);
            var stream = new NetworkStream(socket, ownsSocket: true);
            return tls is not null && connection.InitialRequestMessage.RequestUri?.Scheme == Uri.UriSchemeHttps
                ? await SecureAsync(stream, connection.InitialRequestMessage, tls, judge, cancel) : stream;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A stream that is TLS already is taken as it is by SocketsHttpHandler, which would otherwise decide on the name and keep the certificate it was given first.</summary>
    private async ValueTask<Stream> SecureAsync(NetworkStream stream, HttpRequestMessage request, BackendTlsSettings tls, RemoteCertificateValidationCallback? judge, CancellationToken cancel)
    {
        var secure = new SslStream(stream);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = tls.ServerName ?? HostOf(request),
            EnabledSslProtocols = TlsVersion.From(tls.MinimumVersion),
            ApplicationProtocols = Protocols(request),
            ClientCertificateContext = tls.ClientCertificate is { } own ? certificates.Of(own)?.Context : null,
        };
        if (tls.TrustedCa is { } ca) options.CertificateChainPolicy = TlsEndpoints.Trusting(certificates.AuthoritiesOf(ca) ?? []);
        if (judge is not null) options.RemoteCertificateValidationCallback = judge;
        else if (!tls.CheckName) options.RemoteCertificateValidationCallback = static (_, _, _, errors) => (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None;
        try
        {
            await secure.AuthenticateAsClientAsync(options, cancel);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }

    private static string HostOf(HttpRequestMessage request)
    {
        if (request.Headers.Host is not { } host) return request.RequestUri!.IdnHost;
        return Uri.TryCreate($"https://{host}", UriKind.Absolute, out Uri? uri) ? uri.IdnHost : request.RequestUri!.IdnHost;
    }

    private static List<SslApplicationProtocol> Protocols(HttpRequestMessage request)
    {
        if (request.Version.Major < 2) return [SslApplicationProtocol.Http11];
        return request.VersionPolicy == HttpVersionPolicy.RequestVersionOrLower ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] : [SslApplicationProtocol.Http2];
    }
}
