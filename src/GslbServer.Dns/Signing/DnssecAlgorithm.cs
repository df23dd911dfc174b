namespace GslbServer.Dns;

/// <summary>Algorithms that zones are signed with here (IANA DNS Security Algorithm Numbers).</summary>
public enum DnssecAlgorithm : byte
{
    /// <summary>RSA with SHA-256 (RFC 5702).</summary>
    RSASHA256 = 8,

    /// <summary>ECDSA on P-256 with SHA-256 (RFC 6605): what to choose.</summary>
    ECDSAP256SHA256 = 13,

    /// <summary>ECDSA on P-384 with SHA-384 (RFC 6605).</summary>
    ECDSAP384SHA384 = 14,
}
