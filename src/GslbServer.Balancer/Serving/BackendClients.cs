using Yarp.ReverseProxy.Forwarder;

namespace GslbServer.Balancer;

/// <summary>The HTTP client of each cluster: YARP's, with active checks on the same way.</summary>
internal sealed class BackendClients(ILogger<ForwarderHttpClientFactory> logger, TimeProvider time) : ForwarderHttpClientFactory(logger)
{
    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler) => new ProbeHandler(base.WrapHandler(context, handler), time);
}
