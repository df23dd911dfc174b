using Microsoft.Extensions.DependencyInjection.Extensions;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.SessionAffinity;
using Yarp.ReverseProxy.Transforms.Builder;

namespace GslbServer.Balancer;

/// <summary>YARP with the policies that this balancer adds.</summary>
internal static class ProxyServices
{
    public static IReverseProxyBuilder AddProxy(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RequestCounters>();
        // Who only checks a configuration serves nothing.
        services.TryAddSingleton(_ => new ServingState(Settings.Empty));
        services.TryAddSingleton<TrafficTable>();
        services.TryAddSingleton<AttemptStep>();
        services.AddSingleton<IActiveHealthCheckPolicy, RiseFallPolicy>();
        services.AddSingleton<IPassiveHealthCheckPolicy, EjectionPolicy>();
        services.TryAddSingleton<PanicWatch>();
        services.AddSingleton<IAvailableDestinationsPolicy, AvailableDestinations>();
        services.AddSingleton<IProbingRequestFactory, ProbeRequests>();
        services.AddSingleton<IForwarderHttpClientFactory, BackendClients>();
        services.AddLoadBalancing();
        services.AddSingleton<ISessionAffinityPolicy, SignedCookiePolicy>();
        services.TryAddSingleton<CanaryStep>();
        services.AddSingleton<ITransformProvider, ForwardedHeaders>();
        services.AddAuthorization();
        services.AddRequestTimeouts();
        IReverseProxyBuilder proxy = services.AddReverseProxy();
        services.AddForwarding();
        return proxy;
    }

    /// <summary>Puts <see cref="DirectForwarder"/> before YARP's forwarder, and <see cref="AttemptForwarder"/> before both.</summary>
    private static void AddForwarding(this IServiceCollection services)
    {
        ServiceDescriptor yarp = services.Single(service => service.ServiceType == typeof(IHttpForwarder));
        services.TryAddSingleton<UpstreamPools>();
        services.TryAddSingleton<ResilientRequests>();
        services.Replace(ServiceDescriptor.Singleton<IHttpForwarder>(provider =>
        {
            var forwarder = (IHttpForwarder)ActivatorUtilities.CreateInstance(provider, yarp.ImplementationType!);
            return new AttemptForwarder(new DirectForwarder(forwarder, provider.GetRequiredService<UpstreamPools>()), provider.GetRequiredService<TimeProvider>());
        }));
    }

    private static void AddLoadBalancing(this IServiceCollection services)
    {
        services.TryAddSingleton(_ => new Chance());
        services.TryAddSingleton<LoadProbes>();
        services.AddSingleton<ILoadBalancingPolicy, WeightedRoundRobinPolicy>().AddSingleton<ILoadBalancingPolicy, WeightedRandomPolicy>()
            .AddSingleton<ILoadBalancingPolicy, WeightedLeastRequestsPolicy>().AddSingleton<ILoadBalancingPolicy, WeightedPowerOfTwoChoicesPolicy>()
            .AddSingleton<ILoadBalancingPolicy, PeakEwmaPolicy>().AddSingleton<ILoadBalancingPolicy, PrequalPolicy>().AddSingleton<ILoadBalancingPolicy, IpHashPolicy>()
            .AddSingleton<ILoadBalancingPolicy, RingHashPolicy>().AddSingleton<ILoadBalancingPolicy, MaglevPolicy>();
    }

    /// <summary>The metrics page and what is on it for every balancer.</summary>
    public static IServiceCollection AddMetricsPage(this IServiceCollection services) => services.AddSingleton<MetricsPage>().AddSingleton<IMetricsSource, TrafficMetrics>()
        .AddSingleton<IMetricsSource, HealthMetrics>().AddSingleton<IMetricsSource, ResilienceMetrics>().AddSingleton<IMetricsSource, BalancerMetrics>().AddSingleton<IMetricsSource, ProcessMetrics>();

    /// <summary>What guards routes.</summary>
    public static IServiceCollection AddEdge(this IServiceCollection services) => services.AddSingleton<LeaseDesk>().AddHostedService(provider => provider.GetRequiredService<LeaseDesk>())
        .AddSingleton<RateLimiters>().AddSingleton<WafGuard>().AddSingleton<IRequestGuard>(provider => provider.GetRequiredService<WafGuard>()).AddSingleton<EdgePlans>().AddSingleton<EdgeStep>()
        .AddSingleton<IMetricsSource, EdgeMetrics>().AddResponseCompression(compression => compression.EnableForHttps = true);

    /// <summary>Access log, and what is sent to a collector.</summary>
    public static IServiceCollection AddWatching(this IServiceCollection services, BalancerOptions options)
    {
        if (options.Exports.IsOn) services.AddHostedService(provider => ActivatorUtilities.CreateInstance<OtlpExport>(provider, options.Exports, options));
        return services.AddSingleton<AccessLog>().AddHostedService(provider => provider.GetRequiredService<AccessLog>())
            .AddSingleton<IMetricsSource>(provider => provider.GetRequiredService<AccessLog>()).AddSingleton<AccessStep>();
    }

    /// <summary>Connections below HTTP: what is passed on as it is, certificates, who the client is, how WebSockets end.</summary>
    public static IServiceCollection AddConnections(this IServiceCollection services) => services
        .AddSingleton<L4Service>().AddSingleton<IMetricsSource, L4Metrics>().AddHostedService(provider => provider.GetRequiredService<L4Service>())
        .AddSingleton<CertificateStore>().AddSingleton<IMetricsSource, TlsMetrics>().AddHostedService(provider => provider.GetRequiredService<CertificateStore>())
        .AddSingleton<ProxyProtocolReader>().AddSingleton<WebSocketDrain>();

    /// <summary>What measures, gathers and tells round trips.</summary>
    public static IServiceCollection AddLatency(this IServiceCollection services) => services.AddSingleton<GlobalLayer>().AddSingleton(provider => provider.GetRequiredService<GlobalLayer>().Leases)
        .AddSingleton<LatencyIntake>().AddSingleton<ConnectionSampling>().AddSingleton<AssociationJoiner>().AddSingleton<BeaconGuard>().AddSingleton<BeaconEndpoints>().AddSingleton<IMetricsSource, LatencyMetrics>()
        .AddSingleton<LatencyService>().AddHostedService(provider => provider.GetRequiredService<LatencyService>());

    /// <summary>What tells the DNS nodes how this balancer is.</summary>
    public static IServiceCollection AddHeartbeat(this IServiceCollection services) => services.AddSingleton<IMetricsSource, LoadMetrics>().AddSingleton<HeartbeatService>()
        .AddHostedService(provider => provider.GetRequiredService<HeartbeatService>()).AddHostedService<RegionOrderService>();
}
