namespace GslbServer;

/// <summary>A zone from a primary, as status shows it.</summary>
/// <param name="State"><c>serving</c>, <c>refreshing</c> after a failure, <c>expired</c>, <c>waiting</c> for its first transfer.</param>
/// <param name="Serial">Null without data.</param>
/// <param name="LastTransfer">When, from whom, in which form.</param>
/// <param name="Problem">Why the last refresh failed; null when it did not.</param>
internal sealed record SecondaryStatus(string Zone, string State, uint? Serial, IReadOnlyList<string> Primaries, DateTimeOffset? LastTransferAt, string? LastTransfer,
    DateTimeOffset? RefreshedAt, DateTimeOffset? NextRefreshAt, DateTimeOffset? ExpiresAt, string? Problem)
{
    public bool IsCatalog { get; init; }

    /// <summary>Whose member it is.</summary>
    public string? Catalog { get; init; }

    public IReadOnlyList<string> Groups { get; init; } = [];
}
