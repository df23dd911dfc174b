using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using GslbServer.Dns;

namespace GslbServer.Tests.Transfers;

/// <summary>A primary that takes one connection and one request, and then does as it is told.</summary>
internal sealed class ScriptedPrimary : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    /// <param name="script">Gets the request and a way to send messages.</param>
    public ScriptedPrimary(Func<byte[], Func<byte[], Task>, Task> script)
    {
        _listener.Start();
        Done = RunAsync(script);
    }

    public Task Done { get; }

    public ZonePeer Peer => new(null, (IPEndPoint)_listener.LocalEndpoint, null);

    public void Dispose() => _listener.Dispose();

    private async Task RunAsync(Func<byte[], Func<byte[], Task>, Task> script)
    {
        using Socket socket = await _listener.AcceptSocketAsync();
        byte[] buffer = new byte[2 + MessageLimits.Stream];
        int held = 0;
        while (held < 2 || held < 2 + BinaryPrimitives.ReadUInt16BigEndian(buffer)) held += await socket.ReceiveAsync(buffer.AsMemory(held));
        try
        {
            await script(buffer[2..held], async message =>
            {
                byte[] framed = new byte[2 + message.Length];
                BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)message.Length);
                message.CopyTo(framed, 2);
                for (ReadOnlyMemory<byte> rest = framed; rest.Length > 0;) rest = rest[await socket.SendAsync(rest)..];
            });
        }
        catch (SocketException)
        {
            // The secondary has had enough: what some scripts are about.
        }
    }
}
