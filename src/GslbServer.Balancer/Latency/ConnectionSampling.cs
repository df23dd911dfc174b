using System.Net;
using GslbServer.Steering;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace GslbServer.Balancer;

/// <summary>Puts a <see cref="ConnectionRoundTrip"/> on each connection that comes straight from a client.</summary>
internal sealed class ConnectionSampling(Settings settings, LatencyIntake intake)
{
    /// <summary>Kestrel's middleware of connections, below TLS.</summary>
    public ConnectionDelegate Wrap(ConnectionDelegate next) => connection => RunAsync(connection, next);

    /// <summary>The first thing of each request of clients; the balancer's own health path is not one.</summary>
    public static Task OnRequest(HttpContext context, RequestDelegate next)
    {
        context.Features.Get<ConnectionRoundTrip>()?.OnRequest();
        return next(context);
    }

    private async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        ConnectionRoundTrip? roundTrip = Begin(connection);
        if (roundTrip is null)
        {
            await next(connection);
            return;
        }

        connection.Features.Set(roundTrip);
        connection.Features.Get<IConnectionHeartbeatFeature>()?.OnHeartbeat(static state => ((ConnectionRoundTrip)state).OnSecond(), roundTrip);
        try
        {
            await next(connection);
        }
        finally
        {
            roundTrip.OnClosed();
        }
    }

    private ConnectionRoundTrip? Begin(ConnectionContext connection)
    {
        if (connection.Features.Get<IConnectionSocketFeature>() is not { } feature || connection.RemoteEndPoint is not IPEndPoint client) return null;
        bool isBehindProxy = connection.LocalEndPoint is IPEndPoint local && (settings.Options.Latency.NotOnPorts.Contains(local.Port) || settings.Options.ProxyProtocol.Ports.Contains(local.Port));
        return isBehindProxy ? null : new ConnectionRoundTrip(feature.Socket, Client.From(client.Address), intake);
    }
}
