namespace GslbServer.Steering;

/// <summary>A steered name at one moment: which targets serve, and for how long an answer may be kept. Frozen.</summary>
/// <param name="Ttl">In seconds: the smallest of its own and of those of nested names.</param>
/// <param name="TtlReason">For people.</param>
internal sealed record NameState(FamilyState IPv4, FamilyState IPv6, uint Ttl, string TtlReason)
{
    /// <summary>Of its targets, where they go by load; null where prices change nothing.</summary>
    public TargetPrices? Prices { get; init; }

    /// <summary>With <c>health-view=local</c>, by view of <see cref="LocalViews"/>.</summary>
    public (FamilyState IPv4, FamilyState IPv6)[] Views { get; init; } = [];

    public FamilyState Family(bool isIPv6) => isIPv6 ? IPv6 : IPv4;

    /// <summary>Whether any client's state has targets that some clients go around.</summary>
    public bool IsPartial(bool isIPv6) => Family(isIPv6).Partial != 0 || Array.Exists(Views, view => (isIPv6 ? view.IPv6 : view.IPv4).Partial != 0);

    /// <summary>Whether there are drains that would give way for some client. Hot.</summary>
    public bool IsYielding(bool isIPv6)
    {
        ulong yields = Family(isIPv6).Yields;
        foreach ((FamilyState ipv4, FamilyState ipv6) in Views)
            yields |= (isIPv6 ? ipv6 : ipv4).Yields;
        return yields != 0;
    }

    /// <summary>The states of one family that count for some client.</summary>
    public IEnumerable<FamilyState> All(bool isIPv6) => Views.Select(view => isIPv6 ? view.IPv6 : view.IPv4).Prepend(Family(isIPv6));

    /// <summary>As a target of other names: what serves somewhere serves; whether it serves this client shows when it is taken.</summary>
    public FamilyState Anywhere(bool isIPv6) => Views.Length == 0 ? Family(isIPv6)
        : Family(isIPv6) with { Up = Views.Aggregate(Family(isIPv6).Up, (up, view) => up | (isIPv6 ? view.IPv6 : view.IPv4).Up) };
}
