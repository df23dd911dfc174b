namespace GslbServer.Dns;

/// <summary>Bounds of zone transfers, in both directions.</summary>
public static class TransferLimits
{
    /// <summary>Octets of a message that goes out, unless one record needs more: within them every name can be pointed at (RFC 1035 section 4.1.4).</summary>
    public const int Message = 16_384;

    /// <summary>Changes of a zone that are kept for IXFR.</summary>
    public const int JournalChanges = 100;

    /// <summary>Records of all kept changes of a zone: beyond it a secondary is better served with the whole of most zones.</summary>
    public const int JournalRecords = 100_000;

    /// <summary>Records that a primary may send in one transfer.</summary>
    public const int Records = 20_000_000;

    /// <summary>Octets of RDATA and owners that a primary may send in one transfer: that of <see cref="DnsLimits.ZoneCharacters"/>, as a file has it.</summary>
    public const long Octets = DnsLimits.ZoneCharacters;

    /// <summary>Messages of one transfer that may bring no record at all.</summary>
    public const int EmptyMessages = 16;
}
