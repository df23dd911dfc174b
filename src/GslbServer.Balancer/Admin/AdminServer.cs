namespace GslbServer.Balancer;

/// <summary>Health, readiness and metrics on a listener of their own, which outlives the proxied ones while they drain. Nothing here changes anything.</summary>
internal static class AdminServer
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static WebApplication Build(ServingState state, IServiceProvider proxy)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(state.Settings.Options.Admin);
        });
        builder.Services.AddRoutingCore();
        WebApplication app = builder.Build();
        HealthView health = proxy.GetRequiredService<HealthView>();
        app.MapMethods("/healthz", Reading, health.WriteHealthAsync);
        app.MapMethods("/readyz", Reading, health.WriteReadinessAsync);
        app.MapMethods("/metrics", Reading, proxy.GetRequiredService<MetricsPage>().WriteAsync);
        return app;
    }
}
