using System.Globalization;
using GslbServer.Scenarios.Harness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace GslbServer.Scenarios.Balancer;

/// <summary>A real HTTP server on loopback that a balancer stands before. It says its name, can be slow, and can fail.</summary>
public sealed class Backend : IAsyncDisposable
{
    private WebApplication? _app;

    private Backend(string name, int port, HttpProtocols protocols) => (Name, Port, Protocols) = (name, port, protocols);

    public string Name { get; }

    public int Port { get; }

    public string Address => $"{(Certificate is null ? "http" : "https")}://127.0.0.1:{Port}";

    /// <summary>Status of <c>/healthz</c>.</summary>
    public volatile int Health = StatusCodes.Status200OK;

    /// <summary>Status of everything else.</summary>
    public volatile int Status = StatusCodes.Status200OK;

    /// <summary>Milliseconds until everything but <c>/healthz</c> is answered.</summary>
    public volatile int Delay;

    /// <summary>How the last WebSocket of <c>/echo</c> was closed.</summary>
    public volatile int LastClose;

    /// <summary>Certificate of an <c>https</c> backend, which then wants one of its clients too.</summary>
    private System.Security.Cryptography.X509Certificates.X509Certificate2? Certificate { get; init; }

    private HttpProtocols Protocols { get; }

    public static async Task<Backend> StartAsync(string name, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var backend = new Backend(name, FreePort.Tcp(), protocols);
        await backend.StartAsync();
        return backend;
    }

    /// <summary>One that speaks TLS with clients that show a certificate alone, and says whose it was at <c>/client</c>.</summary>
    public static async Task<Backend> StartMutualAsync(string name, System.Security.Cryptography.X509Certificates.X509Certificate2 certificate)
    {
        var backend = new Backend(name, FreePort.Tcp(), HttpProtocols.Http1) { Certificate = certificate };
        await backend.StartAsync();
        return backend;
    }

    /// <summary>Starts again on the same port.</summary>
    public async Task StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(Port, listen =>
        {
            listen.Protocols = Protocols;
            if (Certificate is not null)
            {
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = Certificate;
                    https.ClientCertificateMode = Microsoft.AspNetCore.Server.Kestrel.Https.ClientCertificateMode.RequireCertificate;
                    https.AllowAnyClientCertificate();
                });
            }
        }));
        WebApplication app = builder.Build();
        app.UseWebSockets();
        app.MapGet("/healthz", () => Results.StatusCode(Health));
        app.MapGet("/headers", (HttpRequest request) => string.Join('\n', request.Headers.Select(header => $"{header.Key}: {header.Value}")));
        app.MapGet("/slow/{milliseconds:int}", async (int milliseconds) =>
        {
            await Task.Delay(milliseconds);
            return Name;
        });
        app.MapGet("/client", (HttpContext context) =>
        {
            // So that the next request comes over a new connection.
            context.Response.Headers.Connection = "close";
            return context.Connection.ClientCertificate?.Subject ?? "none";
        });
        app.Map("/echo", EchoAsync);
        app.MapPost("/stream", StreamAsync);
        app.MapFallback(async context =>
        {
            if (Delay > 0) await Task.Delay(Delay);
            context.Response.StatusCode = Status;
            await context.Response.WriteAsync(Name);
        });
        await app.StartAsync();
        _app = app;
    }

    /// <summary>Accepts no more, and ends when what is in flight has ended.</summary>
    public async Task StopAsync()
    {
        if (_app is not { } app) return;
        _app = null;
        await app.StopAsync();
        await app.DisposeAsync();
    }

    /// <summary>As a killed process looks to the network: connections break, nothing listens.</summary>
    public async Task KillAsync()
    {
        if (_app is not { } app) return;
        _app = null;
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private async Task EchoAsync(HttpContext context)
    {
        using System.Net.WebSockets.WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        byte[] buffer = new byte[1024];
        while (true)
        {
            System.Net.WebSockets.WebSocketReceiveResult received = await socket.ReceiveAsync(buffer, context.RequestAborted);
            if (received.CloseStatus is { } status)
            {
                LastClose = (int)status;
                await socket.CloseAsync(status, null, context.RequestAborted);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
        }
    }

    /// <summary>The shape of a gRPC call: request and answer stream at once, the status comes in a trailer.</summary>
    private async Task StreamAsync(HttpContext context)
    {
        context.Response.ContentType = context.Request.ContentType;
        context.Response.DeclareTrailer("grpc-status");
        long total = 0;
        byte[] buffer = new byte[1024];
        while (await context.Request.Body.ReadAsync(buffer) is > 0 and int read)
        {
            total += read;
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read));
            await context.Response.Body.FlushAsync();
        }

        context.Response.AppendTrailer("grpc-status", "0");
        context.Response.AppendTrailer("x-protocol", context.Request.Protocol);
        context.Response.AppendTrailer("x-octets", total.ToString(CultureInfo.InvariantCulture));
    }
}
