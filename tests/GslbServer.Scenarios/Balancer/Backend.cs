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
    private int _requests;

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

    /// <summary>What the gRPC health service says: 1 is SERVING.</summary>
    public volatile int GrpcHealth = 1;

    /// <summary>Goes with every answer but those of <c>/healthz</c>, if not empty.</summary>
    public volatile string RetryAfter = "";

    /// <summary>Requests that came, those of <c>/healthz</c> not among them.</summary>
    public int Requests => Volatile.Read(ref _requests);

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
        app.Use((context, next) =>
        {
            if (context.Request.Path == "/healthz") return next(context);
            Interlocked.Increment(ref _requests);
            if (RetryAfter is { Length: > 0 } seconds) context.Response.Headers.RetryAfter = seconds;
            return next(context);
        });
        app.MapGet("/healthz", () => Results.StatusCode(Health));
        app.MapGet("/headers", (HttpRequest request) => string.Join('\n', request.Headers.Select(header => $"{header.Key}: {header.Value}")));
        app.MapGet("/slow/{milliseconds:int}", async (int milliseconds) =>
        {
            await Task.Delay(milliseconds);
            return Name;
        });
        app.Map("/asked/{**rest}", (HttpRequest request) => $"{Name} {request.Method} {request.Host} {request.Path}{request.QueryString}");
        app.MapGet("/events", EventsAsync);
        app.MapGet("/framed", (HttpResponse response) =>
        {
            response.Headers.XFrameOptions = "DENY";
            return new string('x', 5000);
        });
        app.MapPost("/grpc.health.v1.Health/Check", GrpcHealthAsync);
        app.MapGet("/client", (HttpContext context) =>
        {
            // So that the next request comes over a new connection.
            context.Response.Headers.Connection = "close";
            return context.Connection.ClientCertificate?.Subject ?? "none";
        });
        app.Map("/echo", EchoAsync);
        app.Map("/body", async context => await context.Request.Body.CopyToAsync(context.Response.Body));
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

    /// <summary>Lets <c>/events</c> send its next event.</summary>
    public SemaphoreSlim NextEvent { get; } = new(0);

    private async Task EventsAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        for (int i = 1; i <= 2; i++)
        {
            await context.Response.WriteAsync($"data: {i}\n\n");
            await context.Response.Body.FlushAsync();
            await NextEvent.WaitAsync(context.RequestAborted);
        }
    }

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

    /// <summary>HealthCheckResponse for the service "shop", and NOT_FOUND for others.</summary>
    private async Task GrpcHealthAsync(HttpContext context)
    {
        using var request = new MemoryStream();
        await context.Request.Body.CopyToAsync(request);
        bool isKnown = request.ToArray() is [0, 0, 0, 0, 6, 0x0A, 4, .. var name] && System.Text.Encoding.ASCII.GetString(name) == "shop";
        context.Response.ContentType = "application/grpc";
        context.Response.DeclareTrailer("grpc-status");
        if (isKnown) await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 2, 0x08, (byte)GrpcHealth });
        context.Response.AppendTrailer("grpc-status", isKnown ? "0" : "5");
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
