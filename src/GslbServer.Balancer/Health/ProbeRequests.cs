using System.Net;
using System.Net.Http.Headers;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace GslbServer.Balancer;

/// <summary>Makes the requests of active checks, which YARP sends at its intervals and <see cref="ProbeHandler"/> carries out.</summary>
internal sealed class ProbeRequests(ServingState state, Chance chance) : IProbingRequestFactory
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(2), DefaultTimeout = TimeSpan.FromSeconds(1);
    private static readonly string Agent = $"gslb-balancer/{ProgramVersion.Text} (health check)";

    public HttpRequestMessage CreateRequest(ClusterModel cluster, DestinationModel destination)
    {
        CheckSettings check = state.Settings.Options.Clusters.GetValueOrDefault(cluster.Config.ClusterId, ClusterSettings.Default).Check ?? CheckSettings.Default;
        var active = cluster.Config.HealthCheck?.Active;
        string address = string.IsNullOrEmpty(destination.Config.Health) ? destination.Config.Address : destination.Config.Health;
        string path = check.Kind == CheckKind.Grpc ? GrpcHealth.Path : active?.Path ?? "";
        var request = new ProbeRequest(check.Kind == CheckKind.Grpc ? HttpMethod.Post : HttpMethod.Get, new Uri(address.TrimEnd('/') + (path.StartsWith('/') ? path : "/" + path)), check,
            (active?.Interval ?? DefaultInterval) * check.Jitter * chance.Here.NextDouble(), active?.Timeout ?? DefaultTimeout)
        {
            Version = check.Kind == CheckKind.Grpc ? HttpVersion.Version20 : cluster.Config.HttpRequest?.Version ?? HttpVersion.Version20,
            VersionPolicy = check.Kind == CheckKind.Grpc ? HttpVersionPolicy.RequestVersionExact : cluster.Config.HttpRequest?.VersionPolicy ?? HttpVersionPolicy.RequestVersionOrLower,
        };
        if (active?.Query is { Length: > 0 } query && check.Kind == CheckKind.Http) request.RequestUri = new UriBuilder(request.RequestUri!) { Query = query }.Uri;
        if (!string.IsNullOrEmpty(destination.Config.Host)) request.Headers.Host = destination.Config.Host;
        request.Headers.TryAddWithoutValidation("User-Agent", Agent);
        if (check.Kind != CheckKind.Grpc) return request;
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        request.Content = new ByteArrayContent(GrpcHealth.Request(check.Service)) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } };
        return request;
    }
}
