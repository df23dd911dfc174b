using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace GslbServer.Balancer;

/// <summary>Keeps file descriptors free for backends, checks, files and the runtime: of all that the process may have, clients leave the last quarter and backends the last eighth.</summary>
internal static class DescriptorGuard
{
    /// <summary>Kestrel's middleware of connections: one that took what is kept is closed at once.</summary>
    public static ConnectionDelegate Wrap(ConnectionDelegate next) => connection =>
    {
        if (connection.Features.Get<IConnectionSocketFeature>() is not { } feature || !Descriptors.IsOfReserve(feature.Socket)) return next(connection);
        connection.Abort();
        return Task.CompletedTask;
    };

    /// <summary>Whether a socket for a backend took what is kept for the process itself.</summary>
    public static bool IsBeyondBackends(Socket socket) => Descriptors.Limit is { } limit && socket.Handle >= limit - (Descriptors.ReserveOf(limit) / 2);
}
