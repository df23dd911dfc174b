namespace GslbServer.Balancer;

/// <summary>The step of the pipeline that guards a route: hygiene of headers, lists of networks, limits of rate, the WAF, security headers; in this order, the cheap before the
/// dear.</summary>
internal sealed class EdgeStep(EdgePlans plans, IEnumerable<IRequestGuard> guards)
{
    private readonly IRequestGuard[] _guards = [.. guards];

    public Task RunAsync(HttpContext context, RequestDelegate next)
    {
        Exchange exchange = Exchange.Of(context);
        RequestHygiene.Apply(context.Request.Headers, exchange.IsFromTrustedProxy);
        EdgePlan plan = plans.Of(exchange.Route, exchange.Settings);
        if (plan.IsOpen) return next(context);
        if (plan.Headers is { } headers)
        {
            context.Response.OnStarting(static state =>
            {
                (HttpContext context, SecurityHeaders headers) = ((HttpContext, SecurityHeaders))state;
                headers.AddTo(context.Response, context.Request.IsHttps);
                return Task.CompletedTask;
            }, (context, headers));
        }

        if (!plan.Admits(exchange)) return Refuse(context, exchange, Refusal.Address, StatusCodes.Status403Forbidden);
        foreach (RateLimiter limiter in plan.Limits)
        {
            RateVerdict verdict = limiter.Take(exchange, context.Request);
            if (limiter.Rule.Announce || !verdict.Admits) RateLimitHeaders.Write(context.Response, limiter.Rule, verdict);
            if (!verdict.Admits) return Refuse(context, exchange, Refusal.Rate, StatusCodes.Status429TooManyRequests);
        }

        return plan.Asks ? AskAsync(context, exchange, next) : next(context);
    }

    /// <summary>The predicate of the branch that compresses.</summary>
    public bool Compresses(HttpContext context)
    {
        Exchange exchange = Exchange.Of(context);
        return plans.Of(exchange.Route, exchange.Settings).Compresses;
    }

    private async Task AskAsync(HttpContext context, Exchange exchange, RequestDelegate next)
    {
        foreach (IRequestGuard guard in _guards)
        {
            if (await guard.AdmitAsync(context)) continue;
            exchange.Refuse(Refusal.Guard);
            return;
        }

        await next(context);
    }

    private static Task Refuse(HttpContext context, Exchange exchange, Refusal why, int status)
    {
        exchange.Refuse(why);
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
