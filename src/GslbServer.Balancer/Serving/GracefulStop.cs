namespace GslbServer.Balancer;

/// <summary>The end of a balancer: fail health checks, wait until they are noticed, stop accepting, finish what is in flight.</summary>
internal static class GracefulStop
{
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(2);

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
        Task<int> l4 = proxy.Services.GetRequiredService<L4Service>().DrainAsync(broken.Token);
        Task webSockets = proxy.Services.GetRequiredService<WebSocketDrain>().LeaveAsync(WebSocketsOver(options), broken.Token);
        await using (broken.Token.Register(() => inFlight = counters.InFlight))
        {
            await StopAsync(proxy, broken.Token);
        }

        await webSockets;
        int connections = await l4;
        if (connections > 0) Log.L4Broken(proxy.Logger, connections);
        if (inFlight > 0) Log.DrainLimitReached(proxy.Logger, inFlight);
        else if (connections == 0) Log.Stopped(proxy.Logger);
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

    /// <summary>The last one told needs time to answer before the limit breaks it off.</summary>
    private static TimeSpan WebSocketsOver(BalancerOptions options)
    {
        TimeSpan most = options.DrainLimit > CloseTime ? options.DrainLimit - CloseTime : TimeSpan.Zero;
        return options.DrainWebSockets < most ? options.DrainWebSockets : most;
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
