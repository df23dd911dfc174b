using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Balancer;

/// <summary>Takes TLS with one certificate and says nothing.</summary>
public sealed class TlsServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, FreePort.Tcp());

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public static TlsServer Start(X509Certificate2 certificate)
    {
        var server = new TlsServer();
        server._listener.Start();
        _ = server.RunAsync(certificate);
        return server;
    }

    public void Dispose() => _listener.Dispose();

    private async Task RunAsync(X509Certificate2 certificate)
    {
        while (true)
        {
            try
            {
                TcpClient client = await _listener.AcceptTcpClientAsync();
                _ = HandshakeAsync(client, certificate);
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static async Task HandshakeAsync(TcpClient client, X509Certificate2 certificate)
    {
        try
        {
            using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(certificate);
            await tls.ReadExactlyAsync(new byte[1]);
        }
        catch (Exception error) when (error is IOException or System.Security.Authentication.AuthenticationException)
        {
        }
    }
}
