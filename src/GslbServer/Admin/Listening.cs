using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace GslbServer;

/// <summary>Web applications as this program has them: they listen where they are told, and say in one line what kept them from it.</summary>
internal static class Listening
{
    /// <summary>Nothing of ASP.NET Core's own configuration: an appsettings.json in the working folder or an ASPNETCORE_URLS of a container image is not ours.</summary>
    public static WebApplicationBuilder Builder(Action<KestrelServerOptions> listen)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = AdminListener.Connections;
            listen(kestrel);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        return builder;
    }

    /// <exception cref="StartupException">An address is in use, or not one of this machine.</exception>
    public static async Task StartAsync(WebApplication app, string what, CancellationToken cancel)
    {
        try
        {
            await app.StartAsync(cancel);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await app.DisposeAsync();
            string why = e.Message.TrimEnd('.').Replace("Failed to bind to address ", "", StringComparison.Ordinal);
            throw new StartupException([$"{what}: cannot listen on {why}"]);
        }
    }
}

/// <summary>Leaves signals to whoever runs the process.</summary>
internal sealed class QuietLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
