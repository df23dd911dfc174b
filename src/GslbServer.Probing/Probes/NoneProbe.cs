namespace GslbServer.Probing;

/// <summary>Asks nothing: always up. For endpoints that only an operator judges.</summary>
internal sealed class NoneProbe : IProbe
{
    private static readonly Task<ProbeResult> Up = Task.FromResult(ProbeResult.Good("not checked"));

    public Task<ProbeResult> ProbeAsync(ProbeAttempt attempt, CancellationToken cancel) => Up;
}
