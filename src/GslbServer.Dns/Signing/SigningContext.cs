namespace GslbServer.Dns;

/// <summary>In whose name a zone's signatures are made, and with what. One object as long as neither changes: what was signed under it stays good.</summary>
internal sealed class SigningContext(DomainName apex, ZoneKeySet keys)
{
    /// <summary>The signer's name of all RRSIG, in lower case.</summary>
    public DomainName Apex { get; } = apex.ToLower();

    public ZoneKeySet Keys { get; } = keys;

    /// <summary>Who signs an RRset of this type.</summary>
    public IReadOnlyList<DnssecKey> SignersOf(RecordType type) => IsKeyType(type) ? Keys.KeySigners : Keys.ZoneSigners;

    /// <summary>Types that speak of keys, and that what the parent points at has to sign (RFC 4035 section 2.2, RFC 7344 section 4.1).</summary>
    public static bool IsKeyType(RecordType type) => type is RecordType.DNSKEY or RecordType.CDS or RecordType.CDNSKEY;
}
