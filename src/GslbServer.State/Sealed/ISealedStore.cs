namespace GslbServer.State;

/// <summary>Where nodes leave what only they can open (<see cref="KeySealer"/>): a record for each zone.</summary>
public interface ISealedStore
{
    /// <summary>For people: endpoint without secrets.</summary>
    string Name { get; }

    /// <summary>Octets of one record: the keys of a zone through years of rollovers, with a bundle for months.</summary>
    const int MaxRecord = 4 << 20;

    /// <summary>Records that are read: more are left alone.</summary>
    const int MaxRecords = 10_000;

    /// <summary>All records by zone, those left out that are too long.</summary>
    /// <exception cref="StoreUnavailableException">Not within its deadline.</exception>
    Task<IReadOnlyDictionary<string, byte[]>> ReadAsync(CancellationToken cancel);

    /// <exception cref="StoreUnavailableException">Not within its deadline.</exception>
    Task WriteAsync(string zone, byte[] record, CancellationToken cancel);
}
