using System.Net.Sockets;

namespace GslbServer;

/// <summary>Starts a web application and says in one line what kept it from listening.</summary>
internal static class Listening
{
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
