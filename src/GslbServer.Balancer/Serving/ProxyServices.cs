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
        services.AddSingleton<ITransformProvider, FirstByte>();
        services.AddSingleton<IForwarderHttpClientFactory, BackendClients>();
        services.AddSingleton<IActiveHealthCheckPolicy, RiseFallPolicy>();
        services.AddSingleton<IPassiveHealthCheckPolicy, EjectionPolicy>();
        services.AddSingleton<IAvailableDestinationsPolicy, AvailableDestinations>();
        services.AddLoadBalancing();
        services.AddSingleton<ISessionAffinityPolicy, SignedCookiePolicy>();
        services.TryAddSingleton<CanaryStep>();
        services.AddAuthorization();
        services.AddRequestTimeouts();
        IReverseProxyBuilder proxy = services.AddReverseProxy();
        services.AddDirectForwarding();
        return proxy;
    }

    /// <summary>Puts <see cref="DirectForwarder"/> before YARP's forwarder.</summary>
    private static void AddDirectForwarding(this IServiceCollection services)
    {
        ServiceDescriptor yarp = services.Single(service => service.ServiceType == typeof(IHttpForwarder));
        services.TryAddSingleton<UpstreamPools>();
        services.Replace(ServiceDescriptor.Singleton<IHttpForwarder>(provider =>
            new DirectForwarder((IHttpForwarder)ActivatorUtilities.CreateInstance(provider, yarp.ImplementationType!), provider.GetRequiredService<UpstreamPools>())));
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

    /// <summary>Connections below HTTP: what is passed on as it is, certificates, who the client is, how WebSockets end.</summary>
    public static IServiceCollection AddConnections(this IServiceCollection services) => services
        .AddSingleton<L4Service>().AddSingleton<L4Metrics>().AddHostedService(provider => provider.GetRequiredService<L4Service>())
        .AddSingleton<CertificateStore>().AddSingleton<TlsMetrics>().AddHostedService(provider => provider.GetRequiredService<CertificateStore>())
        .AddSingleton<ProxyProtocolReader>().AddSingleton<WebSocketDrain>();

    /// <summary>What measures, gathers and tells round trips.</summary>
    public static IServiceCollection AddLatency(this IServiceCollection services) => services.AddSingleton<GlobalLayer>().AddSingleton<LatencyIntake>()
        .AddSingleton<ConnectionSampling>().AddSingleton<AssociationJoiner>().AddSingleton<BeaconGuard>().AddSingleton<BeaconEndpoints>().AddSingleton<LatencyMetrics>()
        .AddSingleton<LatencyService>().AddHostedService(provider => provider.GetRequiredService<LatencyService>());

    /// <summary>What tells the DNS nodes how this balancer is.</summary>
    public static IServiceCollection AddHeartbeat(this IServiceCollection services) => services.AddSingleton<LoadMetrics>().AddSingleton<HeartbeatService>()
        .AddHostedService(provider => provider.GetRequiredService<HeartbeatService>());
}
