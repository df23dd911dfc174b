namespace GslbServer.State;

/// <summary>The audit trail as a store keeps it: a bounded stream that all nodes append to. The same entry may stand in it twice; its id says so.</summary>
internal interface IAuditStore
{
    /// <param name="after">Position of the last entry read; empty for the beginning.</param>
    /// <param name="count">Entries at most.</param>
    /// <exception cref="StoreUnavailableException">Not within its deadline.</exception>
    Task<AuditPage> ReadAsync(string after, int count, CancellationToken cancel);

    /// <exception cref="StoreUnavailableException">Not within its deadline.</exception>
    Task AppendAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancel);

    /// <summary>Gives back what a store lost, unless another node just did: only while it has fewer than <paramref name="unlessLength"/> entries.</summary>
    /// <exception cref="StoreUnavailableException">Not within its deadline.</exception>
    Task RefillAsync(IReadOnlyList<AuditEntry> entries, int unlessLength, CancellationToken cancel);
}

/// <param name="Length">Of the whole stream.</param>
/// <param name="Last">Position to go on after. Before the one asked for when the store was emptied or set back.</param>
/// <param name="Unreadable">Entries that make no sense.</param>
internal sealed record AuditPage(long Length, string Last, IReadOnlyList<AuditEntry> Entries, int Read, int Unreadable);
