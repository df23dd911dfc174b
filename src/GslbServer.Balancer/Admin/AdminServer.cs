using System.Net;

namespace GslbServer.Balancer;

/// <summary>Health, readiness, metrics, backends and an operator's orders on a listener of their own, which outlives the proxied ones while they drain.</summary>
internal static partial class AdminServer
{
    /// <summary>Octets; an order has a few dozen, and a head without cookies of browsers a few hundred.</summary>
    private const int MaxBodyLength = 64 * 1024, MaxHeadLength = 16 * 1024;

    /// <summary>Operators, scrapers and pages left open.</summary>
    private const int MaxConnections = 512;

    private static readonly TimeSpan HeadLimit = TimeSpan.FromSeconds(10);

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
            kestrel.Limits.MaxRequestBodySize = MaxBodyLength;
            kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeadLength;
            kestrel.Limits.RequestHeadersTimeout = HeadLimit;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Listen(options.Admin);
        });
        builder.Services.AddRouting();
        builder.Services.AddProblemDetails();
        WebApplication app = builder.Build();
        Problem.UseForEverything(app, "There is nothing here; the README lists the routes.");
        ILogger logger = proxy.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(AdminServer));
        AdminTokens? tokens = options.AdminTokenFile.Length > 0 ? new AdminTokens(options.AdminTokenFile, proxy.GetRequiredService<TimeProvider>(), logger) : null;
        if (tokens?.Problems is { Count: > 0 } problems) throw new InvalidDataException(string.Join("; ", problems));
        var hosts = new HostRules(options.Admin.Address, [Dns.GetHostName(), options.Name]);
        var rates = new AdminRates(AdminRates.PerSecond);
        app.Lifetime.ApplicationStopped.Register(rates.Dispose);
        app.UseWhen(http => !Open.Contains(http.Request.Path), new AdminSecurity(hosts, new AdminAccess(tokens, readsAreOpen: true, rates), rates, (http, why) => Log.Refused(logger, Caller(http), What(http), why)).Use);
        app.Use((http, next) => LogOrderAsync(http, next, logger));
        HealthView health = proxy.GetRequiredService<HealthView>();
        app.MapMethods("/healthz", Reading, health.WriteHealthAsync);
        app.MapMethods("/readyz", Reading, health.WriteReadinessAsync);
        app.MapMethods("/metrics", Reading, proxy.GetRequiredService<MetricsPage>().WriteAsync);
        app.MapMethods("/", Reading, LivePage.WriteAsync);
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
