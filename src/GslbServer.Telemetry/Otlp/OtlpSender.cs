using OpenTelemetry.Resources;

namespace GslbServer;

/// <summary>Who tells. Before what is said here come <c>OTEL_SERVICE_NAME</c> and <c>OTEL_RESOURCE_ATTRIBUTES</c>.</summary>
/// <param name="Program">The service's name, and the scope of its metrics: <c>gslb</c>.</param>
/// <param name="Instance">The node's or balancer's name.</param>
public sealed record OtlpSender(string Program, string Version, string Instance)
{
    internal ResourceBuilder Resource => ResourceBuilder.CreateEmpty().AddService(Program, serviceVersion: Version, serviceInstanceId: Instance).AddEnvironmentVariableDetector();
}
