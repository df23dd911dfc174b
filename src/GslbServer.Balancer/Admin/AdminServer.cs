namespace GslbServer.Balancer;

/// <summary>Health, readiness and metrics on a listener of their own, which outlives the proxied ones while they drain. Nothing here changes anything.</summary>
internal static class AdminServer
{
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
        app.MapGet("/healthz", health.WriteHealthAsync);
        app.MapGet("/readyz", health.WriteReadinessAsync);
        app.MapGet("/metrics", proxy.GetRequiredService<MetricsPage>().WriteAsync);
        return app;
    }
}
