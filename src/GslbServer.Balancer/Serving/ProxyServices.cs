using Microsoft.Extensions.DependencyInjection.Extensions;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.SessionAffinity;

namespace GslbServer.Balancer;

/// <summary>YARP with the policies that this balancer adds.</summary>
internal static class ProxyServices
{
    public static IReverseProxyBuilder AddProxy(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RequestCounters>();
        services.AddSingleton<IActiveHealthCheckPolicy, RiseFallPolicy>();
        services.AddSingleton<IPassiveHealthCheckPolicy, EjectionPolicy>();
        services.AddSingleton<IAvailableDestinationsPolicy, AvailableDestinations>();
        services.AddSingleton<ILoadBalancingPolicy, WeightedRoundRobinPolicy>();
        services.AddAuthorization();
        services.AddRequestTimeouts();
        IReverseProxyBuilder proxy = services.AddReverseProxy();
        ReplaceHashCookie(services);
        return proxy;
    }

    /// <summary>What measures, gathers and tells round trips.</summary>
    public static IServiceCollection AddLatency(this IServiceCollection services) => services.AddSingleton<GlobalLayer>().AddSingleton<LatencyIntake>()
        .AddSingleton<ConnectionSampling>().AddSingleton<AssociationJoiner>().AddSingleton<BeaconGuard>().AddSingleton<BeaconEndpoints>().AddSingleton<LatencyMetrics>()
        .AddSingleton<LatencyService>().AddHostedService(provider => provider.GetRequiredService<LatencyService>());

    /// <summary>What tells the DNS nodes how this balancer is.</summary>
    public static IServiceCollection AddHeartbeat(this IServiceCollection services) => services.AddSingleton<LoadMetrics>().AddSingleton<HeartbeatService>()
        .AddHostedService(provider => provider.GetRequiredService<HeartbeatService>());

    /// <summary>Where System.IO.Hashing is not beside the program (Directory.Build.props), YARP's HashCookie cannot run, and ours takes its name.</summary>
    private static void ReplaceHashCookie(IServiceCollection services)
    {
        if (Type.GetType("System.IO.Hashing.XxHash64, System.IO.Hashing") is not null) return;
        ServiceDescriptor[] yarps = [.. services.Where(service => service.ServiceType == typeof(ISessionAffinityPolicy)
            && service.ImplementationType?.Name == "HashCookieSessionAffinityPolicy")];
        foreach (ServiceDescriptor service in yarps) services.Remove(service);
        services.AddSingleton<ISessionAffinityPolicy, HashCookiePolicy>();
    }
}
