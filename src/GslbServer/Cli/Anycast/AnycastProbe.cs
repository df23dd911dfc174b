using System.Net;
using GslbServer.Dns;
using GslbServer.Steering;

namespace GslbServer;

/// <summary>Looks at one node from beside it: asks its DNS listeners, over UDP and TCP, for the SOA of its zones, and its admin port how it is.</summary>
/// <remarks>The node itself alone counts, never Redis, other nodes or the health of endpoints: what all nodes see at once must not take all of them away.</remarks>
internal sealed class AnycastProbe(AdminClient admin, IReadOnlyList<IPEndPoint> asked, IReadOnlyList<IPEndPoint> configured, string? depreferFile, TimeSpan timeout, TimeProvider time)
{
    /// <summary>A status is large; what is taken from it changes seldom.</summary>
    private static readonly TimeSpan StatusEvery = TimeSpan.FromSeconds(10);

    /// <summary>Probes this late: the machine is overloaded, and answers may be late too.</summary>
    private static readonly TimeSpan LateProbes = TimeSpan.FromSeconds(2);

    private const int MostZones = 10;

    private StatusReport? _status;
    private long _statusAt;

    public async Task<AnycastReport> LookAsync(CancellationToken cancel)
    {
        (AnycastState, string)[] ofAdmin = [.. await AskAdminAsync(cancel)];
        IPEndPoint[] endpoints = [.. (asked.Count > 0 ? asked : Listening() ?? configured).Select(Reachable).Distinct()];
        AnycastEndpoint[] answers = await Task.WhenAll(endpoints.Select(endpoint => AskAsync(endpoint, cancel)));
        (AnycastState, string)[] nowhere = endpoints.Length == 0 ? [(AnycastState.Withdraw, "it answers DNS nowhere")] : [];
        return AnycastReport.Of(answers, [.. nowhere, .. ofAdmin, .. Wished()]);
    }

    private IEnumerable<(AnycastState State, string Reason)> Wished()
    {
        if (depreferFile is not null && File.Exists(depreferFile))
        {
            yield return (AnycastState.Deprefer, $"{depreferFile} is there");
        }
    }

    /// <summary>What a node that answers DNS says of itself never takes it away: it only makes others better.</summary>
    private async Task<IEnumerable<(AnycastState State, string Reason)>> AskAdminAsync(CancellationToken cancel)
    {
        try
        {
            AdminAnswer ready = await WithinAsync(limit => admin.GetAsync("/readyz", limit), cancel);
            if (_status is null || time.GetElapsedTime(_statusAt) >= StatusEvery)
            {
                AdminAnswer answer = await WithinAsync(limit => admin.GetAsync("/api/v1/status", limit), cancel);
                (_status, _statusAt) = (answer.IsSuccess ? answer.Read<StatusReport>() : _status, time.GetTimestamp());
            }

            double lag = _status?.Vantages.FirstOrDefault(vantage => vantage.Self)?.ProbeLagSeconds ?? 0;
            return
            [
                .. ready.IsSuccess ? [] : ready.Problems().Select(problem => (AnycastState.Deprefer, problem)),
                .. lag > LateProbes.TotalSeconds ? [(AnycastState.Deprefer, $"its probes are {lag:0.0} s late: the machine is overloaded")] : Array.Empty<(AnycastState, string)>(),
            ];
        }
        catch (CliException e)
        {
            return e.Problems.Select(problem => (AnycastState.Deprefer, problem));
        }
    }

    private async Task<AdminAnswer> WithinAsync(Func<CancellationToken, Task<AdminAnswer>> ask, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(timeout);
        try
        {
            return await ask(limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new CliException($"{admin.Server} did not answer within {Durations.Format(timeout)}");
        }
    }

    private async Task<AnycastEndpoint> AskAsync(IPEndPoint endpoint, CancellationToken cancel)
    {
        // Where its zones are not known, any answer is one: REFUSED for the root says that it lives.
        DomainName[] zones = _status is { Zones.Count: > 0 } ? [.. _status.Zones.Take(MostZones).Select(zone => DomainName.Parse(zone.Name))] : [DomainName.Root];
        (DomainName Zone, DnsReply Reply)[] udp = await Task.WhenAll(zones.Select(async zone => (zone, await AskAsync(endpoint, zone, DnsAsker.AskUdpAsync, cancel))));
        if (udp.FirstOrDefault(one => one.Reply.Message is null) is { Reply: { Problem: var silence } })
        {
            return new AnycastEndpoint($"{endpoint}", AnycastState.Withdraw, $"no answer over UDP: {silence}");
        }

        (DomainName Zone, DnsReply Reply)[] bad = _status is { Zones.Count: > 0 } ? [.. udp.Where(one => !one.Reply.IsNoError)] : [];
        if (bad.Length > 0)
        {
            return new AnycastEndpoint($"{endpoint}", bad.Length == udp.Length ? AnycastState.Withdraw : AnycastState.Deprefer, $"{bad[0].Zone} SOA is answered with {bad[0].Reply.Message!.Rcode}");
        }

        DnsReply tcp = await AskAsync(endpoint, zones[0], DnsAsker.AskTcpAsync, cancel);
        return tcp.Message is null ? new AnycastEndpoint($"{endpoint}", AnycastState.Deprefer, $"no answer over TCP: {tcp.Problem}") : new AnycastEndpoint($"{endpoint}", AnycastState.Announce, null);
    }

    private async Task<DnsReply> AskAsync(IPEndPoint endpoint, DomainName zone, Func<IPEndPoint, ServerQuestion, CancellationToken, Task<DnsReply>> ask, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(timeout);
        try
        {
            return await ask(endpoint, new ServerQuestion(zone, RecordType.SOA), limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new DnsReply(null, $"none within {Durations.Format(timeout)}");
        }
    }

    private IPEndPoint[]? Listening() => _status is null ? null : [.. _status.Node.Listen.Select(IPEndPoint.Parse)];

    private static IPEndPoint Reachable(IPEndPoint endpoint) =>
        endpoint.Address.Equals(IPAddress.Any) ? new IPEndPoint(IPAddress.Loopback, endpoint.Port)
        : endpoint.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.IPv6Loopback, endpoint.Port) : endpoint;
}
