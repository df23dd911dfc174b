using System.Collections.Concurrent;
using System.Net;
using System.Text;
using GslbServer.Scenarios.Harness;

namespace GslbServer.Scenarios.Balancer;

/// <summary>Three backends behind two balancers, all of them restarted one after the other, while clients go on asking whichever balancer says that it is healthy.</summary>
public sealed class RollingRestartScenario
{
    [Fact]
    public async Task Every_backend_and_both_balancers_are_restarted_and_no_request_fails()
    {
        await using Backend one = await Backend.StartAsync("one"), two = await Backend.StartAsync("two"), three = await Backend.StartAsync("three");
        Backend[] backends = [one, two, three];
        string settings = BalancerUnderTest.Settings(backends, balancer: "\"DrainWait\": \"1500ms\"");
        await using BalancerUnderTest left = await BalancerUnderTest.StartAsync(settings), right = await BalancerUnderTest.StartAsync(settings);
        BalancerUnderTest[] balancers = [left, right];
        foreach (BalancerUnderTest balancer in balancers) await balancer.WaitForAdminAsync("/readyz", 200);

        await using var clients = new Clients(balancers);
        await clients.SeenAsync(100);
        foreach (Backend backend in backends)
        {
            backend.Health = (int)HttpStatusCode.ServiceUnavailable;
            foreach (BalancerUnderTest balancer in balancers) await WaitForHealthAsync(balancer, backend, 0);
            await backend.StopAsync();
            await backend.StartAsync();
            backend.Health = (int)HttpStatusCode.OK;
            foreach (BalancerUnderTest balancer in balancers) await WaitForHealthAsync(balancer, backend, 1);
            await clients.SeenAsync(100);
        }

        foreach (BalancerUnderTest balancer in balancers)
        {
            balancer.Process.Send(Signal.Term);
            Assert.Equal(0, await balancer.Process.WaitForExitAsync());
            await balancer.RestartAsync();
            await balancer.WaitForAdminAsync("/readyz", 200);
            await clients.SeenAsync(100);
        }

        Assert.Empty(clients.Failures);
    }

    private static Task WaitForHealthAsync(BalancerUnderTest balancer, Backend backend, int healthy) => Eventually.TrueAsync(
        async () => await balancer.MetricAsync($"gslb_balancer_destination_healthy{{cluster=\"web\",destination=\"{backend.Name}\"}}") == healthy, () => $"{backend.Name} is not {healthy} to {balancer.Port}");

    /// <summary>Ask on and on over connections that they keep, now for a page, now with content, now for something slow. As DNS would send them, they go only where health is well.</summary>
    private sealed class Clients : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task[] _asking;
        private readonly BalancerUnderTest[] _balancers;
        private int _answers;

        public Clients(BalancerUnderTest[] balancers)
        {
            _balancers = balancers;
            _asking = [.. Enumerable.Range(0, 6).Select(AskAsync)];
        }

        public ConcurrentQueue<string> Failures { get; } = [];

        /// <summary>Waits for so many more answers.</summary>
        public Task SeenAsync(int more)
        {
            int goal = Volatile.Read(ref _answers) + more;
            return Eventually.TrueAsync(() => Volatile.Read(ref _answers) >= goal, () => $"{_answers} of {goal} answers, failures: {string.Join('\n', Failures)}");
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await Task.WhenAll(_asking);
            _stop.Dispose();
        }

        private async Task AskAsync(int number)
        {
            using var http = new HttpClient(new SocketsHttpHandler()) { Timeout = TimeSpan.FromSeconds(60) };
            for (int i = number; !_stop.IsCancellationRequested; i++)
            {
                if (await HealthyAsync(http, i) is not { } balancer) continue;
                try
                {
                    using HttpResponseMessage answer = (i % 3) switch
                    {
                        0 => await http.GetAsync(balancer.Url("/")),
                        1 => await http.PostAsync(balancer.Url("/"), new StringContent("content", Encoding.UTF8)),
                        _ => await http.GetAsync(balancer.Url("/slow/100")),
                    };
                    if (answer.StatusCode != HttpStatusCode.OK) Failures.Enqueue($"{(i % 3 == 1 ? "POST" : "GET")} at {balancer.Port}: {(int)answer.StatusCode}");
                }
                catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
                {
                    Failures.Enqueue($"{(i % 3 == 1 ? "POST" : "GET")} at {balancer.Port}: {error.Message} {error.InnerException?.Message}");
                }

                Interlocked.Increment(ref _answers);
            }
        }

        private async Task<BalancerUnderTest?> HealthyAsync(HttpClient http, int turn)
        {
            foreach (BalancerUnderTest balancer in turn % 2 == 0 ? _balancers : _balancers.Reverse())
            {
                try
                {
                    using HttpResponseMessage health = await http.GetAsync(balancer.Url("/healthz"));
                    if (health.StatusCode == HttpStatusCode.OK) return balancer;
                }
                catch (HttpRequestException)
                {
                    // Is being restarted.
                }
            }

            return null;
        }
    }
}
