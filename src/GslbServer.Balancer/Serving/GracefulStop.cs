namespace GslbServer.Balancer;

/// <summary>The end of a balancer: fail health checks, wait until they are noticed, stop accepting, finish what is in flight.</summary>
internal static class GracefulStop
{
    /// <param name="now">Cuts every wait short: stop now.</param>
    public static async Task RunAsync(WebApplication proxy, CancellationToken now)
    {
        ServingState state = proxy.Services.GetRequiredService<ServingState>();
        RequestCounters counters = proxy.Services.GetRequiredService<RequestCounters>();
        TimeProvider time = proxy.Services.GetRequiredService<TimeProvider>();
        BalancerOptions options = state.Settings.Options;

        state.StartDraining();
        Log.Draining(proxy.Logger, options.DrainWait, options.DrainLimit);
        await WaitAsync(options.DrainWait, time, now);

        using var limit = new CancellationTokenSource(options.DrainLimit, time);
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, now);
        int inFlight = 0;
        await using (broken.Token.Register(() => inFlight = counters.InFlight))
        {
            await StopAsync(proxy, broken.Token);
        }

        if (inFlight > 0) Log.DrainLimitReached(proxy.Logger, inFlight);
        else Log.Stopped(proxy.Logger);
    }

    /// <summary>Stops accepting at once and returns when nothing is in flight; when the token is cancelled, Kestrel breaks off what is left.</summary>
    public static async Task StopAsync(WebApplication app, CancellationToken breakOff)
    {
        try
        {
            await app.StopAsync(breakOff);
        }
        catch (OperationCanceledException)
        {
            // It has stopped all the same.
        }
    }

    private static async Task WaitAsync(TimeSpan wait, TimeProvider time, CancellationToken now)
    {
        try
        {
            await Task.Delay(wait, time, now);
        }
        catch (OperationCanceledException)
        {
            // The second signal: go on at once.
        }
    }
}
