using System.Net;

namespace GslbServer.Balancer;

/// <summary>Health, readiness, metrics, backends and an operator's orders on a listener of their own, which outlives the proxied ones while they drain.</summary>
internal static class AdminServer
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>What probes and scrapers ask under whatever name they know this balancer by; it changes nothing and names no client.</summary>
    private static readonly PathString[] Open = ["/healthz", "/readyz", "/metrics"];

    /// <exception cref="InvalidDataException">The token file cannot be used.</exception>
    public static WebApplication Build(ServingState state, IServiceProvider proxy)
    {
        BalancerOptions options = state.Settings.Options;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(options.Admin);
        });
        builder.Services.AddRouting();
        builder.Services.AddProblemDetails();
        WebApplication app = builder.Build();
        Problem.UseForEverything(app, "There is nothing here; the README lists the routes.");
        AdminTokens? tokens = options.AdminTokenFile.Length > 0 ? new AdminTokens(options.AdminTokenFile) : null;
        if (tokens?.Problem is { } problem) throw new InvalidDataException(problem);
        var hosts = new HostRules(options.Admin.Address, [Dns.GetHostName(), options.Name]);
        app.UseWhen(http => !Open.Contains(http.Request.Path), guarded => AdminSecurity.Use(guarded, hosts, tokens));
        HealthView health = proxy.GetRequiredService<HealthView>();
        app.MapMethods("/healthz", Reading, health.WriteHealthAsync);
        app.MapMethods("/readyz", Reading, health.WriteReadinessAsync);
        app.MapMethods("/metrics", Reading, proxy.GetRequiredService<MetricsPage>().WriteAsync);
        app.MapMethods("/", Reading, LivePage.WriteAsync);
        OrderEndpoints.Map(app, proxy.GetRequiredService<OperatorDesk>(), proxy.GetRequiredService<BackendsView>());
        return app;
    }
}
