using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GslbServer.Scenarios.Harness;

/// <summary>A real HTTP server on loopback that does what a scenario says with each request.</summary>
public sealed class TinyServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TinyServer(WebApplication app, int port) => (_app, Port) = (app, port);

    public int Port { get; }

    public static async Task<TinyServer> StartAsync(RequestDelegate handle)
    {
        int port = FreePort.Tcp();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
        WebApplication app = builder.Build();
        app.Run(handle);
        await app.StartAsync();
        return new TinyServer(app, port);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }
}
