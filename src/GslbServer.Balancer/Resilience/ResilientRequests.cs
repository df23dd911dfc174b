using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>Two steps of the pipeline around load balancing: one admits a request and tries backends until one answers, the other asks whether the backend that was picked takes it.</summary>
internal sealed class ResilientRequests(TrafficTable traffic, TimeProvider time, Chance chance, ILogger<ResilientRequests> logger)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <summary>Before load balancing. What follows runs once per attempt.</summary>
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        Exchange exchange = Exchange.Of(context);
        bool isUpgrade = IsUpgrade(context.Request);
        int limit = isUpgrade ? 0 : exchange.ClusterSettings.Limits.Cluster;
        return limit == 0 || exchange.Cluster.Resilience.Admission.TryEnter(limit) ? AdmittedAsync(context, next, exchange, isUpgrade, limit) : QueueAsync(context, next, exchange, limit);
    }

    /// <summary>After load balancing.</summary>
    public static Task EnterAsync(HttpContext context, RequestDelegate next)
    {
        IReadOnlyList<DestinationState> picked = context.GetReverseProxyFeature().AvailableDestinations;
        return picked.Count != 1 || Exchange.Of(context).Tries is not { } tries || tries.TryEnter(picked[0]) ? next(context) : Task.CompletedTask;
    }

    public Random Random => chance.Here;

    public void Tell(string cluster, string destination, CircuitBreaker breaker, BreakerState state)
    {
        if (state == BreakerState.Open) Log.BreakerOpened(logger, cluster, destination, breaker.OpenUntil - time.GetElapsedTime(0));
        else Log.BreakerClosed(logger, cluster, destination);
    }

    /// <summary>Whether the backend failed; null where the end says nothing of it, as when the client went away.</summary>
    public static bool? HasFailed(HttpContext context) => AttemptOutcomes.Of(context) switch
    {
        AttemptOutcome.GatewayError => true,
        AttemptOutcome.ClientGone => null,
        _ => false,
    };

    private async Task QueueAsync(HttpContext context, RequestDelegate next, Exchange exchange, int limit)
    {
        Priority priority = PriorityOf(context.Request, exchange.RouteSettings);
        AdmissionResult result = await exchange.Cluster.Resilience.Admission.WaitAsync(priority, exchange.ClusterSettings.Limits, time, context.RequestAborted);
        if (result == AdmissionResult.Admitted) await AdmittedAsync(context, next, exchange, isUpgrade: false, limit);
        else if (result == AdmissionResult.Shed) Refuse(context, Soon);
        else context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
    }

    private Task AdmittedAsync(HttpContext context, RequestDelegate next, Exchange exchange, bool isUpgrade, int limit) =>
        exchange.ClusterSettings.Breaker is { Cluster: true, ErrorRatio: > 0 } ? GuardedAsync(context, next, exchange, isUpgrade, limit) : TryAsync(context, next, exchange, isUpgrade, limit);

    private async Task TryAsync(HttpContext context, RequestDelegate next, Exchange exchange, bool isUpgrade, int limit)
    {
        ClusterResilience cluster = exchange.Cluster.Resilience;
        RequestTries? tries = null;
        bool hasEnded = false;
        try
        {
            TimeSpan now = time.GetElapsedTime(0);
            cluster.Budget.Deposit(exchange.ClusterSettings.Retry.BudgetRatio, now);
            exchange.Tries = tries = new RequestTries(context, exchange, this, traffic, time, now, isUpgrade);
            while (true)
            {
                hasEnded = false;
                await next(context);
                hasEnded = true;
                tries.Leave(hasEnded);
                if (!tries.TryGoOn(out TimeSpan wait, out bool isRefused))
                {
                    if (!isRefused) return;
                    cluster.CountRefused();
                    Refuse(context, tries.AdmitsIn());
                    return;
                }

                if (wait > TimeSpan.Zero && !await WaitAsync(wait, context)) return;
            }
        }
        finally
        {
            if (!hasEnded) tries?.Leave(hasEnded);
            tries?.Dispose();
            if (limit > 0) cluster.Admission.Leave(limit);
        }
    }

    /// <summary>With the breaker of the cluster as a whole around it.</summary>
    private async Task GuardedAsync(HttpContext context, RequestDelegate next, Exchange exchange, bool isUpgrade, int limit)
    {
        (CircuitBreaker breaker, BreakerSettings settings) = (exchange.Cluster.Resilience.Breaker, exchange.ClusterSettings.Breaker);
        if (!breaker.TryEnter(time.GetElapsedTime(0), out bool isProbe))
        {
            if (limit > 0) exchange.Cluster.Resilience.Admission.Leave(limit);
            exchange.Cluster.Resilience.CountRefused();
            Refuse(context, breaker.OpenUntil - time.GetElapsedTime(0));
            return;
        }

        string cluster = exchange.Cluster.Cluster.ClusterId;
        // The head of an answer is enough to tell; its body may last for hours.
        if (isProbe) context.Response.OnStarting(() =>
        {
            if (HasFailed(context) is false) End(failed: false);
            return Task.CompletedTask;
        });
        bool? failed = null;
        try
        {
            await TryAsync(context, next, exchange, isUpgrade, limit);
            failed = HasFailed(context);
        }
        finally
        {
            End(failed);
        }

        void End(bool? failed)
        {
            TimeSpan now = time.GetElapsedTime(0);
            if (failed is null) breaker.Abandoned(isProbe);
            else if (failed is true && breaker.Failed(isProbe, now, settings)) Log.BreakerOpened(logger, cluster, "*", breaker.OpenUntil - now);
            else if (failed is false && breaker.Succeeded(isProbe, now, settings)) Log.BreakerClosed(logger, cluster, "*");
            isProbe = false;
        }
    }

    /// <summary>Retry-After in whole seconds, at least one (RFC 9110 section 10.2.3).</summary>
    private static void Refuse(HttpContext context, TimeSpan wait)
    {
        Exchange.Of(context).Refuse(Refusal.Overload);
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>A WebSocket over HTTP/1.1 (an upgrade) or HTTP/2 (an extended CONNECT): a connection rather than a request.</summary>
    private static bool IsUpgrade(HttpRequest request) =>
        (request.Headers.Upgrade is { Count: > 0 } upgrade && upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase)) || HttpMethods.IsConnect(request.Method);

    private static Priority PriorityOf(HttpRequest request, RouteSettings route) =>
        route.PriorityHeader.Length > 0 && request.Headers.TryGetValue(route.PriorityHeader, out Microsoft.Extensions.Primitives.StringValues value)
        && Enum.TryParse(value.ToString(), ignoreCase: true, out Priority named) && Enum.IsDefined(named) ? named : route.Priority;

    private async Task<bool> WaitAsync(TimeSpan wait, HttpContext context)
    {
        try
        {
            await Task.Delay(wait, time, context.RequestAborted);
            return true;
        }
        catch (OperationCanceledException)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return false;
        }
    }
}
