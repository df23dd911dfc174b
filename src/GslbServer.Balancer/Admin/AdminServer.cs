using System.Net;

namespace GslbServer.Balancer;

/// <summary>Health, readiness, metrics, backends and an operator's orders on a listener of their own, which outlives the proxied ones while they drain.</summary>
internal static partial class AdminServer
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>What probes ask under whatever name they know this balancer by.</summary>
    private static readonly PathString[] Health = ["/healthz", "/readyz"];

    /// <exception cref="InvalidDataException">Tokens, certificate or authorities cannot be used.</exception>
    public static WebApplication Build(ServingState state, IServiceProvider proxy)
    {
        BalancerOptions options = state.Settings.Options;
        ILoggerFactory loggers = proxy.GetRequiredService<ILoggerFactory>();
        ILogger logger = loggers.CreateLogger(typeof(AdminServer));
        var files = new AdminFiles(options.AdminListener, proxy.GetRequiredService<TimeProvider>(), loggers);
        if (files.Problems.Count > 0) throw new InvalidDataException(string.Join("; ", files.Problems));
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => AdminListener.Listen(kestrel, options.Admin, files));
        builder.Services.AddRouting();
        builder.Services.AddProblemDetails();
        WebApplication app = builder.Build();
        Problem.UseForEverything(app, "There is nothing here; the README lists the routes.");
        var hosts = new HostRules(options.Admin.Address, [Dns.GetHostName(), options.Name, .. options.AdminHosts], () => files.Certificate?.Names ?? []);
        var rates = new AdminRates(options.AdminRate);
        app.Lifetime.ApplicationStopped.Register(rates.Dispose);
        // Scrapers too know it by whatever name, where metrics are for anyone: they name no client.
        PathString[] open = options.AdminReadOpen ? [.. Health, "/metrics"] : Health;
        app.UseWhen(http => !open.Contains(http.Request.Path), new AdminSecurity(hosts, new AdminAccess(files.Tokens, options.AdminReadOpen, rates), rates, (http, why) => Log.Refused(logger, Caller(http), What(http), why)).Use);
        app.Use((http, next) => LogOrderAsync(http, next, logger));
        HealthView health = proxy.GetRequiredService<HealthView>();
        app.MapMethods("/healthz", Reading, health.WriteHealthAsync);
        app.MapMethods("/readyz", Reading, health.WriteReadinessAsync);
        app.MapMethods("/metrics", Reading, proxy.GetRequiredService<MetricsPage>().WriteAsync);
        app.MapMethods("/", Reading, LivePage.WriteAsync).RequireRole(AdminRole.None);
        app.Lifetime.ApplicationStarted.Register(() => _ = files.WatchAsync(app.Lifetime.ApplicationStopping));
        AdminExposure.Warn(options.AdminListener, logger);
        OrderEndpoints.Map(app, proxy.GetRequiredService<OperatorDesk>(), proxy.GetRequiredService<BackendsView>());
        return app;
    }

    /// <summary>The audit trail of a balancer is its log: who asked for what, from where, and how that was answered.</summary>
    private static async Task LogOrderAsync(HttpContext http, RequestDelegate next, ILogger logger)
    {
        await next(http);
        if (AdminSecurity.ChangesState(http)) Log.Asked(logger, Caller(http), What(http), http.Response.StatusCode);
    }

    private static string Caller(HttpContext http) => $"{AdminCaller.Of(http).Name ?? "somebody without a name"} at {http.Connection.RemoteIpAddress}";

    private static string What(HttpContext http) => $"{http.Request.Method} {http.Request.Path.ToUriComponent()}";

    private static partial class Log
    {
        [LoggerMessage(811, LogLevel.Information, "Asked by {Caller}: {What}, answered {Status}")]
        public static partial void Asked(ILogger logger, string caller, string what, int status);

        [LoggerMessage(812, LogLevel.Warning, "Refused to {Caller}: {What}: {Why}")]
        public static partial void Refused(ILogger logger, string caller, string what, string why);
    }
}
