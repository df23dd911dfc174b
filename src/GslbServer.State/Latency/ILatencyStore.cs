namespace GslbServer.State;

/// <summary>Where tables of round trips are shared: what is written stands until it fades, so all who read one read the same. Octets are foreign until a codec has
/// read them.</summary>
public interface ILatencyStore
{
    /// <summary>For people: endpoint without secrets.</summary>
    string Name { get; }

    /// <summary>Raised on a background thread when somebody announced a change: a hint to look now.</summary>
    event Action? Hinted;

    /// <summary>What there is, the newest first; at most a thousand.</summary>
    /// <exception cref="StoreUnavailableException">Not within its deadline.</exception>
    Task<IReadOnlyList<LatencyTableName>> ListAsync(CancellationToken cancel);

    /// <returns>Null where it is gone, or longer than <see cref="LatencyTableName.MaxOctets"/>.</returns>
    /// <exception cref="StoreUnavailableException">Not within its deadline.</exception>
    Task<byte[]?> ReadAsync(LatencyTableName name, CancellationToken cancel);

    /// <summary>Stores a table under a name that has none, and hints to all readers.</summary>
    /// <returns>False where the name has one.</returns>
    /// <exception cref="StoreUnavailableException">Not within its deadline.</exception>
    Task<bool> TryAddAsync(LatencyTableName name, byte[] octets, CancellationToken cancel);

    /// <summary>Notes who looked up a host name.</summary>
    /// <exception cref="StoreUnavailableException">Not within its deadline.</exception>
    Task WriteAssociationAsync(string nonce, Association association, CancellationToken cancel);

    /// <summary>Takes the note away: it counts once.</summary>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="StoreUnavailableException">Not within its deadline.</exception>
    Task<Association?> TakeAssociationAsync(string nonce, CancellationToken cancel);
}
