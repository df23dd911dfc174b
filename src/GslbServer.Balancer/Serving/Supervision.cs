using System.Net;

namespace GslbServer.Balancer;

/// <summary>What the service manager hears of a balancer: ready, alive for as long as it answers on its own admin port, stopping.</summary>
internal sealed class Supervision(ServiceManager manager, TimeProvider time, ILogger<Supervision> logger)
{
    public const string Serving = "serving";

    /// <summary>Of a balancer that listens.</summary>
    /// <param name="admin">Its admin listener, <c>http://ADDR:PORT</c>.</param>
    /// <param name="stopping">Ends when it is to stop; it lives on while it drains.</param>
    /// <returns>To be disposed when it is drained.</returns>
    public IAsyncDisposable Start(string admin, Task stopping)
    {
        var running = new Running();
        manager.Ready(Serving);
        running.Watch = WatchAsync(new UriBuilder(admin) { Path = "/healthz" }, () => stopping.IsCompleted, running.Token);
        _ = stopping.ContinueWith(_ => manager.Stopping(), TaskScheduler.Default);
        return running;
    }

    private async Task WatchAsync(UriBuilder own, Func<bool> isStopping, CancellationToken cancel)
    {
        own.Host = IPAddress.Parse(own.Uri.DnsSafeHost) switch
        {
            var any when any.Equals(IPAddress.Any) => $"{IPAddress.Loopback}",
            var any when any.Equals(IPAddress.IPv6Any) => $"[{IPAddress.IPv6Loopback}]",
            _ => own.Host,
        };
        var watch = new SelfWatch(manager, time, logger);
        // A connection for each question: that it can still be taken is part of the answer.
        using var http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero, UseProxy = false, ActivityHeadersPropagator = null }) { Timeout = watch.Period };
        await watch.RunAsync(AskAsync, () => isStopping() ? "stopping" : Serving, cancel);

        async Task<IReadOnlyList<string>> AskAsync(CancellationToken asking)
        {
            try
            {
                using HttpResponseMessage answer = await http.GetAsync(own.Uri, asking);
                return [];
            }
            catch (HttpRequestException e) when (e.HttpRequestError != HttpRequestError.ConnectionError)
            {
                // A certificate for other names than this address, a connection closed because there are too many: it has answered, which is all that was asked.
                return [];
            }
            catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !asking.IsCancellationRequested))
            {
                return [$"{own.Uri} does not answer: {e.Message}"];
            }
        }
    }

    private sealed class Running : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();

        public Task Watch { get; set; } = Task.CompletedTask;

        public CancellationToken Token => _end.Token;

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await Watch;
            _end.Dispose();
        }
    }
}
