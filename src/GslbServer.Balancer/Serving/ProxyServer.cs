using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging.Console;
using Yarp.ReverseProxy.Configuration;

namespace GslbServer.Balancer;

/// <summary>The listeners that clients use: health path first, then YARP.</summary>
internal static class ProxyServer
{
    public static WebApplication Build(WebApplicationBuilder builder, Settings settings)
    {
        var plan = MeasuringPlan.Of(settings.Options, builder.Configuration);
        var limits = SettingsBinder.Read<KestrelLimits>(builder.Configuration.GetSection(KestrelLimits.Section), []);
        HashSet<int> tlsPorts = settings.Options.Tls.IsOn ? TlsEndpoints.Ports(builder.Configuration) : [];
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Octets of fields pass as they are, whatever they mean to client and backend.
            kestrel.RequestHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
            limits.Apply(kestrel.Limits);
            kestrel.ConfigureEndpointDefaults(listener =>
            {
                // Each stands below the next; TLS above all of them.
                IServiceProvider services = kestrel.ApplicationServices;
                listener.Use(DescriptorGuard.Wrap);
                if (plan.Samples) listener.Use(next => services.GetRequiredService<ConnectionSampling>().Wrap(next));
                listener.Use(next => services.GetRequiredService<ProxyProtocolReader>().Wrap(next));
                if (listener.IPEndPoint is { } endPoint && tlsPorts.Contains(endPoint.Port)) listener.UseCertificates(services.GetRequiredService<CertificateStore>);
            });
        });
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = InlineIo.IsPreferred);
        // Its scopes would cost an Activity per request, and its lines say less than the access log.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        builder.Logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat, console.UseUtcTimestamp, console.ColorBehavior) =
            (true, "yyyy-MM-ddTHH:mm:ss.fffZ ", true, LoggerColorBehavior.Disabled));
        // StopSignals decides what a signal means, and the drain limit, not the host, bounds the stop.
        builder.Services.AddSingleton<IHostLifetime, NoHostLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
        builder.Services.AddSingleton(new ServingState(settings));
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(plan);
        builder.Services.AddMetricsPage().AddEdge().AddWatching(settings.Options);
        if (plan.HasJoined) builder.Services.AddLatency().AddHeartbeat();
        builder.Services.AddConnections();
        builder.Services.AddSingleton<HealthView>();
        builder.Services.AddSingleton<OperatorDesk>();
        builder.Services.AddSingleton<BackendsView>();
        builder.Services.AddSingleton<ReloadCounters>();
        builder.Services.AddSingleton(services => ServiceManager.Of(Environment.GetEnvironmentVariable, services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<Supervision>();
        builder.Services.AddSingleton<PanicThresholds>();
        builder.Services.AddSingleton<SettingsReloader>();
        builder.Services.AddHostedService(services => services.GetRequiredService<SettingsReloader>());
        builder.Services.AddSingleton<IConfigChangeListener, ApplyResult>();
        builder.Services.AddProxy().LoadFromMemory(settings.Routes, settings.Clusters);

        WebApplication app = builder.Build();
        HealthView health = app.Services.GetRequiredService<HealthView>();
        ServingState state = app.Services.GetRequiredService<ServingState>();
        Chance chance = app.Services.GetRequiredService<Chance>();
        app.Use((context, next) => CloseConnectionsWhileDraining(context, next, state, chance));
        app.Use((context, next) => health.IsHealthPath(context.Request) ? health.WritePublicAsync(context) : next(context));
        if (plan.Samples) app.Use(ConnectionSampling.OnRequest);
        if (app.Services.GetService<BeaconEndpoints>() is { } beacon) app.Use((context, next) => beacon.IsOurs(context.Request) ? beacon.WriteAsync(context) : next(context));
        app.Use(app.Services.GetRequiredService<WebSocketDrain>().OnRequest);
        app.UseRouting();
        // Each costs every request something, and most configurations use none of them.
        app.UseWhen(_ => state.Settings.UsesTimeouts, timed => timed.UseRequestTimeouts());
        app.UseWhen(_ => state.Settings.UsesCors, shared => shared.UseCors());
        app.UseWhen(_ => state.Settings.UsesAuthorization, guarded => guarded.UseAuthorization());
        RequestCounters counters = app.Services.GetRequiredService<RequestCounters>();
        TrafficTable traffic = app.Services.GetRequiredService<TrafficTable>();
        CanaryStep canary = app.Services.GetRequiredService<CanaryStep>();
        ResilientRequests resilience = app.Services.GetRequiredService<ResilientRequests>();
        AttemptStep attempts = app.Services.GetRequiredService<AttemptStep>();
        EdgeStep edge = app.Services.GetRequiredService<EdgeStep>();
        AccessStep access = app.Services.GetRequiredService<AccessStep>();
        app.MapReverseProxy(pipeline =>
        {
            pipeline.Use(BodySizeGuard.OnRequest);
            pipeline.Use((context, next) =>
            {
                Exchange.Begin(context, traffic, state.Settings);
                return next(context);
            });
            pipeline.Use(counters.CountAsync);
            pipeline.Use(access.RunAsync);
            pipeline.Use(TraceStep.RunAsync);
            pipeline.Use(RouteDrain.RunAsync);
            pipeline.Use(edge.RunAsync);
            pipeline.UseWhen(edge.Compresses, compressed => compressed.UseResponseCompression());
            pipeline.Use(canary.RunAsync);
            pipeline.UseSessionAffinity();
            pipeline.Use(resilience.InvokeAsync);
            pipeline.UseLoadBalancing();
            pipeline.Use(ResilientRequests.EnterAsync);
            pipeline.Use(attempts.RunAsync);
            pipeline.UsePassiveHealthChecks();
        });
        return app;
    }

    /// <summary>A client that keeps its connection would stay until the end; after its next answer it connects elsewhere. HTTP/2 connections get a GOAWAY.</summary>
    private static Task CloseConnectionsWhileDraining(HttpContext context, RequestDelegate next, ServingState state, Chance chance)
    {
        if (state.Draining || (state.CloseShare is > 0 and var share && chance.Here.NextDouble() < share)) context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        return next(context);
    }

    /// <summary>In place of the console's lifetime, which would stop the host at the first SIGTERM.</summary>
    private sealed class NoHostLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>YARP applies what was checked on a thread of its own; if that fails all the same, this says so.</summary>
    private sealed class ApplyResult(ILogger<ApplyResult> logger) : IConfigChangeListener
    {
        public void ConfigurationLoadingFailed(IProxyConfigProvider configProvider, Exception exception) => Log.NotApplied(logger, exception.Message);

        public void ConfigurationLoaded(IReadOnlyList<IProxyConfig> proxyConfigs)
        {
        }

        public void ConfigurationApplyingFailed(IReadOnlyList<IProxyConfig> proxyConfigs, Exception exception) => Log.NotApplied(logger, exception.Message);

        public void ConfigurationApplied(IReadOnlyList<IProxyConfig> proxyConfigs) =>
            Log.Loaded(logger, proxyConfigs.Sum(config => config.Routes.Count), proxyConfigs.Sum(config => config.Clusters.Count),
                proxyConfigs.Sum(config => config.Clusters.Sum(cluster => cluster.Destinations?.Count ?? 0)));
    }
}
