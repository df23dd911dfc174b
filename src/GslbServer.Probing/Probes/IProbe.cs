namespace GslbServer.Probing;

/// <summary>Asks one endpoint once how it is.</summary>
internal interface IProbe
{
    /// <returns>What was found. A failure may also be thrown as any exception of sockets, TLS or HTTP; <see cref="FailureText"/> names it.</returns>
    Task<ProbeResult> ProbeAsync(ProbeAttempt attempt, CancellationToken cancel);
}

/// <param name="Detail">Short text for people: <c>HTTP 200</c>, <c>connection refused</c>.</param>
internal readonly record struct ProbeResult(bool Success, string Detail)
{
    public static ProbeResult Good(string detail) => new(true, detail);

    public static ProbeResult Bad(string detail) => new(false, detail);
}
