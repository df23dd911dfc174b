namespace GslbServer;

/// <summary>What routers are to do with the address of a node, from good to bad.</summary>
internal enum AnycastState
{
    /// <summary>Lead clients here.</summary>
    Announce,

    /// <summary>It answers, others do it better: lead clients here where there is no other.</summary>
    Deprefer,

    /// <summary>It does not answer.</summary>
    Withdraw,
}

/// <summary>One look at a node. Property names are those of <c>gslb anycast check --json</c>.</summary>
/// <param name="Reasons">Why it is not <see cref="AnycastState.Announce"/>; empty when it is.</param>
internal sealed record AnycastReport(AnycastState State, IReadOnlyList<string> Reasons, IReadOnlyList<AnycastEndpoint> Endpoints)
{
    /// <summary>The worst that any reason asks for.</summary>
    public static AnycastReport Of(IReadOnlyList<AnycastEndpoint> endpoints, params IEnumerable<(AnycastState State, string Reason)> reasons)
    {
        (AnycastState State, string Reason)[] all = [.. endpoints.Where(one => one.State != AnycastState.Announce).Select(one => (one.State, $"{one.Address}: {one.Problem}")), .. reasons];
        return new AnycastReport(all.Length == 0 ? AnycastState.Announce : all.Max(one => one.State), [.. all.OrderByDescending(one => one.State).Select(one => one.Reason)], endpoints);
    }
}

/// <summary>Where it was asked, and how that went.</summary>
/// <param name="Problem">Null when it answered well over UDP and TCP.</param>
internal sealed record AnycastEndpoint(string Address, AnycastState State, string? Problem);
