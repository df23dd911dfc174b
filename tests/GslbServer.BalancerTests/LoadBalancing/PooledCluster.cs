using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer.Tests;

/// <summary>A cluster of YARP's own state, without a proxy around it: destinations b0, b1, ... that all take traffic until some are taken out.</summary>
internal sealed class PooledCluster
{
    public PooledCluster(IEnumerable<int> weights, ClusterSettings? settings = null, HttpMessageInvoker? client = null)
    {
        var options = new BalancerOptions { Clusters = new Dictionary<string, ClusterSettings> { ["web"] = settings ?? new() } };
        ServingState = new ServingState(new Settings(options, [], []));
        Traffic = new TrafficTable(ServingState);
        State = new ClusterState("web", new ClusterModel(new ClusterConfig { ClusterId = "web" }, client ?? new HttpMessageInvoker(new HttpClientHandler())));
        All = [.. weights.Select((weight, i) => Destination($"b{i}", weight))];
        TakeTraffic(All);
    }

    public PooledCluster(int count, ClusterSettings? settings = null)
        : this(Enumerable.Repeat(1, count), settings)
    {
    }

    public StillTime Time { get; } = new();

    public Chance Chance { get; } = new(seed: 7);

    public ServingState ServingState { get; }

    public TrafficTable Traffic { get; }

    public ClusterState State { get; }

    public DestinationState[] All { get; private set; }

    public Backend this[int index] => Traffic.Of(All[index]);

    public static DestinationState Destination(string id, int weight = 1) => new(id, new DestinationModel(new DestinationConfig
    {
        Address = $"http://{id}.example.org/",
        Metadata = new Dictionary<string, string> { ["Weight"] = $"{weight}" },
    }));

    public void TakeTraffic(params DestinationState[] available) => State.DestinationsState = new ClusterDestinationsState(All, [.. available]);

    /// <summary>As a reload that adds or removes destinations.</summary>
    public void Reload(params DestinationState[] all)
    {
        All = all;
        TakeTraffic(all);
    }

    public void TakeOut(params int[] out_) => TakeTraffic([.. All.Where((_, i) => !out_.Contains(i))]);

    public Pool Pool() => Traffic.Of(State).Pools.Of(State.DestinationsState.AvailableDestinations, Traffic.SettingsOf(State).SlowStart, Time);

    public DestinationState Pick(ILoadBalancingPolicy policy, HttpContext? context = null) =>
        policy.PickDestination(context ?? new DefaultHttpContext(), State, State.DestinationsState.AvailableDestinations)!;

    /// <summary>How many of so many picks each gets; nobody is busy.</summary>
    public int[] Picks(ILoadBalancingPolicy policy, int count, Func<int, HttpContext>? context = null)
    {
        int[] picks = new int[All.Length];
        for (int i = 0; i < count; i++) picks[Array.IndexOf(All, Pick(policy, context?.Invoke(i)))]++;
        return picks;
    }

    /// <summary>A request as it is in the pipeline.</summary>
    public HttpContext Request(HttpContext? context = null)
    {
        context ??= new DefaultHttpContext();
        context.Features.Set<IReverseProxyFeature>(new ReverseProxyFeature
        {
            Route = new RouteModel(new RouteConfig { RouteId = "web" }, State, HttpTransformer.Default),
            Cluster = State.Model,
            AllDestinations = State.DestinationsState.AllDestinations,
            AvailableDestinations = State.DestinationsState.AvailableDestinations,
        });
        Exchange.Begin(context, Traffic, ServingState.Settings);
        return context;
    }
}
