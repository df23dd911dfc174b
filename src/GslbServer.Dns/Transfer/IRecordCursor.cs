namespace GslbServer.Dns;

/// <summary>Records in the order in which a transfer sends them, one at a time, over memory that stays as it is: a zone, what changed in it, a zone with its signatures.</summary>
public interface IRecordCursor
{
    /// <summary>Goes to the next record; false behind the last. What the properties returned before is no longer valid.</summary>
    bool MoveNext();

    /// <summary>Uncompressed wire form.</summary>
    ReadOnlySpan<byte> Owner { get; }

    RecordType Type { get; }

    uint Ttl { get; }

    /// <summary>Wire form, names uncompressed.</summary>
    ReadOnlySpan<byte> Rdata { get; }
}
