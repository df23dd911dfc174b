namespace GslbServer.Steering;

/// <summary>A steered name at one moment: which targets serve, and for how long an answer may be kept. Frozen.</summary>
/// <param name="Ttl">In seconds: the smallest of its own and of those of nested names.</param>
/// <param name="TtlReason">For people.</param>
internal sealed record NameState(FamilyState IPv4, FamilyState IPv6, uint Ttl, string TtlReason)
{
    /// <summary>Of its targets, where they go by load; null where prices change nothing.</summary>
    public TargetPrices? Prices { get; init; }

    public FamilyState Family(bool isIPv6) => isIPv6 ? IPv6 : IPv4;
}
