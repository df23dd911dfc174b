namespace GslbServer.Balancer;

/// <summary>The plans of all routes under the settings in force; compiled by the first request after a reload.</summary>
internal sealed class EdgePlans(ServingState state, RateLimiters limiters, IEnumerable<IRequestGuard> guards)
{
    private readonly bool _hasOwnGuards = guards.Any(guard => guard is not WafGuard);
    private readonly Lock _compiling = new();
    private volatile Compiled? _now;

    /// <param name="settings">Of the request. One that came just before a reload may get the plan that came with it.</param>
    public EdgePlan Of(RouteTraffic route, Settings settings)
    {
        EdgePlan? known = route.EdgePlan;
        if (known is not null && ReferenceEquals(known.In, settings)) return known;
        Compiled now = Under(state.Settings);
        return route.EdgePlan = now.Routes.GetValueOrDefault(route.RouteId) ?? now.Other;
    }

    private Compiled Under(Settings settings)
    {
        if (_now is { } now && ReferenceEquals(now.Other.In, settings)) return now;
        lock (_compiling)
        {
            if (_now is { } meanwhile && ReferenceEquals(meanwhile.Other.In, settings)) return meanwhile;
            EdgeSettings common = settings.Options.Edge;
            EdgePlan other = Plan(settings, common, "*");
            var routes = new Dictionary<string, EdgePlan>(StringComparer.OrdinalIgnoreCase);
            foreach ((string name, RouteSettings route) in settings.Options.Routes)
            {
                if (route.Edge is { } own) routes[name] = Plan(settings, own.Over(common), own.RateLimits is null ? "*" : name);
            }

            limiters.Turn();
            return _now = new Compiled(routes, other);
        }
    }

    private EdgePlan Plan(Settings settings, EdgeSettings edge, string limitsOwner) =>
        new(settings, edge, limiters.Of(limitsOwner, edge.RateLimits ?? []), (settings.Options.Waf is not null || _hasOwnGuards) && (edge.Waf ?? true));

    private sealed record Compiled(Dictionary<string, EdgePlan> Routes, EdgePlan Other);
}
