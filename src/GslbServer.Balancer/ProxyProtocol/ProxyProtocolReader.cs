using System.Buffers;
using System.IO.Pipelines;
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
        if (!IsTrusted(connection.RemoteEndPoint as IPEndPoint, settings) || await HeaderAsync(connection.Transport.Input, settings.HelloTimeout) is not { } header)
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

    /// <returns>Null if there is none, in time.</returns>
    private async ValueTask<ProxyHeader?> HeaderAsync(PipeReader input, TimeSpan timeout)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        try
        {
            while (true)
            {
                ReadResult read = await input.ReadAsync(limit.Token);
                Parsed state = TryRead(read.Buffer, out ProxyHeader header, out int length);
                input.AdvanceTo(read.Buffer.GetPosition(length), state == Parsed.Part ? read.Buffer.End : read.Buffer.GetPosition(length));
                if (state == Parsed.Whole) return header;
                if (state == Parsed.Wrong || read.IsCompleted) return null;
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            return null;
        }
    }

    /// <param name="length">To be consumed; 0 while the header is not whole.</param>
    private static Parsed TryRead(ReadOnlySequence<byte> octets, out ProxyHeader header, out int length)
    {
        Span<byte> copy = stackalloc byte[(int)Math.Min(octets.Length, ProxyHeader.Longest)];
        octets.Slice(0, copy.Length).CopyTo(copy);
        Parsed state = ProxyHeader.TryRead(copy, out header, out length);
        if (state != Parsed.Whole) length = 0;
        return state;
    }
}
