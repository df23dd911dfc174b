using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using GslbServer.Dns;
using GslbServer.Steering;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace GslbServer;

/// <summary>DNS over TLS and over HTTPS on the endpoints of <c>--listen-tls</c> and <c>--listen-https</c>: Kestrel below, the handler of all other queries above.</summary>
internal sealed class EncryptedListeners : IAsyncDisposable
{
    /// <summary>A handshake that takes longer is given up, and so is a PROXY header.</summary>
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(5);

    /// <summary>The same for the head of an HTTP request.</summary>
    private static readonly TimeSpan HeadLimit = TimeSpan.FromSeconds(5);

    /// <summary>Octets of an HTTP head: cookies of browsers have no place here.</summary>
    private const int HeadLength = 16 * 1024;

    /// <summary>Octets read ahead of one connection: more than one message, so that any can become whole.</summary>
    private const int ReadAhead = 2 * (MessageLimits.Stream + 1);

    private readonly WebApplication _app;
    private readonly List<ListenOptions> _tls = [], _https = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly ConnectionLimits _limits;
    private readonly Counters _counters;
    private readonly ClientNetworks _proxies;
    private readonly TimeProvider _time;
    private readonly DnsOverTls _overTls;
    private readonly TransportOptions _options;
    private readonly ListenSockets _sockets;
    private Task _sweeping = Task.CompletedTask;

    private EncryptedListeners(TransportOptions options, TlsCertificate certificate, QueryHandler handler, ConnectionLimits limits, Counters counters, TimeProvider time,
        ListenSockets sockets)
    {
        (_options, _sockets) = (options, sockets);
        (_limits, _counters, _time) = (limits, counters, time);
        _proxies = new ClientNetworks(options.ProxyFrom);
        _overTls = new DnsOverTls(handler, counters, limits, time);
        WebApplicationBuilder builder = Listening.Builder(kestrel =>
        {
            Limit(kestrel.Limits);
            foreach (IPEndPoint endpoint in options.Tls)
            {
                kestrel.Listen(endpoint, listen =>
                {
                    _tls.Add(listen);
                    listen.Use(Enter);
                    listen.UseHttps(Handshake(certificate, new SslApplicationProtocol("dot")));
                    listen.Use(_ => _overTls.OnConnectedAsync);
                });
            }

            foreach (IPEndPoint endpoint in options.Https)
            {
                kestrel.Listen(endpoint, listen =>
                {
                    _https.Add(listen);
                    listen.Protocols = HttpProtocols.Http1AndHttp2;
                    listen.Use(Enter);
                    listen.UseHttps(Handshake(certificate, SslApplicationProtocol.Http2, SslApplicationProtocol.Http11));
                });
            }
        });
        builder.WebHost.UseKestrelHttpsConfiguration();
        sockets.UseFor(builder);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        _app = builder.Build();
        _app.Run(new DnsOverHttps(handler, counters).AnswerAsync);
    }

    /// <summary>Where it listens, with the ports that the system chose where 0 was asked for.</summary>
    public IReadOnlyList<IPEndPoint> Tls => [.. _tls.Select(listen => listen.IPEndPoint!)];

    public IReadOnlyList<IPEndPoint> Https => [.. _https.Select(listen => listen.IPEndPoint!)];

    /// <exception cref="StartupException">An endpoint is in use, or not ours.</exception>
    public static async Task<EncryptedListeners> StartAsync(TransportOptions options, TlsCertificate certificate, QueryHandler handler, ConnectionLimits limits, Counters counters,
        TimeProvider time, CancellationToken cancel, ListenSockets? sockets = null)
    {
        var listeners = new EncryptedListeners(options, certificate, handler, limits, counters, time, sockets ?? new ListenSockets([]));
        await Listening.StartAsync(listeners._app, "listen-tls, listen-https", cancel);
        listeners._sweeping = listeners._overTls.SweepAsync(listeners._stop.Token);
        return listeners;
    }

    /// <summary>No new connections; what is in flight is answered, then all are closed.</summary>
    /// <param name="linger">How long connections may go on before that, where a successor has taken over.</param>
    public async Task StopAsync(TimeSpan linger = default)
    {
        if (linger > TimeSpan.Zero)
        {
            _sockets.Close([.. _options.Tls, .. _options.Https]);
            await Task.Delay(linger, _time);
        }

        await _stop.CancelAsync();
        await _sweeping;
        await _app.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _stop.Dispose();
    }

    private static void Limit(KestrelServerLimits limits)
    {
        limits.MaxConcurrentConnections = null; // all stream transports are counted together
        limits.MaxRequestBodySize = MessageLimits.Stream;
        limits.MaxRequestBufferSize = ReadAhead;
        limits.MaxRequestHeadersTotalSize = HeadLength;
        limits.RequestHeadersTimeout = HeadLimit;
        limits.KeepAliveTimeout = TcpLimits.Idle;
    }

    private static TlsHandshakeCallbackOptions Handshake(TlsCertificate certificate, params List<SslApplicationProtocol> protocols) => new()
    {
        HandshakeTimeout = HandshakeLimit,
        OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate.Current,
            ApplicationProtocols = protocols,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        }),
    };

    /// <summary>Below TLS: a place among the connections, and from proxies who the client is.</summary>
    private ConnectionDelegate Enter(ConnectionDelegate next) => async connection =>
    {
        if (connection.RemoteEndPoint is not IPEndPoint remote || connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket)
        {
            connection.Abort();
            return;
        }

        var peer = Client.From(remote.Address);
        bool isProxy = _proxies.Allows(peer);
        Counter? refused = Descriptors.IsOfReserve(socket) ? Counter.TcpRefusedConnections : _limits.Enter(peer, isProxy);
        if (refused is { } reason)
        {
            _counters.ForThisThread.Add(reason);
            connection.Abort();
            return;
        }

        try
        {
            _counters.ForThisThread.Add(Counter.TcpConnections);
            if (isProxy && !await ReadProxyHeaderAsync(connection))
            {
                connection.Abort();
                return;
            }

            await next(connection);
        }
        finally
        {
            _limits.Leave(peer, isProxy);
        }
    };

    private async ValueTask<bool> ReadProxyHeaderAsync(ConnectionContext connection)
    {
        if (await ProxyHeaderReader.ReadAsync(connection.Transport.Input, HandshakeLimit, _time) is not { } header)
        {
            _counters.ForThisThread.Add(Counter.BadProxyHeaders);
            return false;
        }

        connection.RemoteEndPoint = header.Source ?? connection.RemoteEndPoint;
        return true;
    }
}
