namespace GslbServer.State;

/// <summary>Records of any content that nodes share by name, each with a tag of its content: who looks often reads tags alone. A write names the tag that it replaces, so that nobody overwrites what he
/// has not seen.</summary>
public interface ISharedRecords
{
    /// <summary>Octets of one record.</summary>
    const int MaxRecord = 32 << 20;

    /// <summary>Records that are looked at: more are left alone.</summary>
    const int MaxRecords = 20_000;

    /// <summary>For people: endpoint without secrets.</summary>
    string Name { get; }

    /// <summary>Somebody wrote something worth a look.</summary>
    event Action? Hinted;

    /// <summary>The tag of each record by name.</summary>
    /// <exception cref="StoreUnavailableException">Not within its deadline.</exception>
    Task<IReadOnlyDictionary<string, string>> TagsAsync(CancellationToken cancel);

    /// <summary>A record; null where there is none, or where it is not to be believed.</summary>
    /// <exception cref="StoreUnavailableException">Not within its deadline.</exception>
    Task<byte[]?> ReadAsync(string name, CancellationToken cancel);

    /// <param name="expected">The tag of what it replaces; empty for nothing.</param>
    /// <returns>False where another record stands there by now.</returns>
    /// <exception cref="StoreUnavailableException">Not within its deadline.</exception>
    Task<bool> WriteAsync(string name, byte[] record, string tag, string expected, CancellationToken cancel);

    /// <exception cref="StoreUnavailableException">Not within its deadline.</exception>
    Task RemoveAsync(string name, CancellationToken cancel);
}
