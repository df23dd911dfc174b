using System.Net;
using Microsoft.AspNetCore.Connections;

namespace GslbServer.Balancer;

/// <summary>Kestrel's middleware of connections that reads the PROXY header, below TLS: the client's address becomes the connection's, and so <c>X-Forwarded-For</c>'s.</summary>
internal sealed class ProxyProtocolReader(ServingState state, TimeProvider time)
{
    public ConnectionDelegate Wrap(ConnectionDelegate next) => connection =>
        state.Settings.Options.ProxyProtocol is { Ports.Count: > 0 } settings && connection.LocalEndPoint is IPEndPoint local && settings.Ports.Contains(local.Port)
            ? ReadAsync(connection, settings, next) : next(connection);

    private async Task ReadAsync(ConnectionContext connection, ProxyProtocolSettings settings, ConnectionDelegate next)
    {
        if (!IsTrusted(connection.RemoteEndPoint as IPEndPoint, settings) || await ProxyHeaderReader.ReadAsync(connection.Transport.Input, settings.HelloTimeout, time) is not { } header)
        {
            connection.Abort();
            return;
        }

        if (header.Source is { } client) connection.RemoteEndPoint = client;
        await next(connection);
    }

    private static bool IsTrusted(IPEndPoint? peer, ProxyProtocolSettings settings)
    {
        if (peer is null) return false;
        IPAddress address = peer.Address.IsIPv4MappedToIPv6 ? peer.Address.MapToIPv4() : peer.Address;
        return settings.AcceptFrom.Any(network => network.Contains(address));
    }
}
