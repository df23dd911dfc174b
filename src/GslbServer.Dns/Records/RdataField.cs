namespace GslbServer.Dns;

/// <summary>What one field of RDATA is, in presentation format and on the wire alike.</summary>
internal enum RdataFieldKind
{
    /// <summary>One octet, decimal.</summary>
    UInt8,

    /// <summary>Two octets, decimal.</summary>
    UInt16,

    /// <summary>Four octets, decimal.</summary>
    UInt32,

    /// <summary>Four octets, seconds with optional units, at most 31 bits.</summary>
    Seconds,

    /// <summary>Four octets: YYYYMMDDHHmmSS in UTC, or seconds since 1970 (RFC 4034 section 3.2).</summary>
    Time,

    /// <summary>Uncompressed domain name.</summary>
    Name,

    /// <summary>One character-string.</summary>
    String,

    /// <summary>One or more character-strings, to the end.</summary>
    Strings,

    /// <summary>One string to the end of the RDATA, without a length octet, written in quotes (CAA, URI).</summary>
    Text,

    /// <summary>A character-string of letters and digits (CAA).</summary>
    Tag,

    /// <summary>Four octets, dotted.</summary>
    IPv4,

    /// <summary>Sixteen octets, RFC 5952.</summary>
    IPv6,

    /// <summary>Octets to the end in hexadecimal, blanks allowed; at least one.</summary>
    Hex,

    /// <summary>Octets to the end in base 64, blanks allowed; at least one.</summary>
    Base64,

    /// <summary>Length octet and octets, in hexadecimal, <c>-</c> for none (NSEC3 salt).</summary>
    Salt,

    /// <summary>Length octet and octets, in base 32 with the extended hex alphabet (NSEC3 next owner).</summary>
    Base32Hash,

    /// <summary>Two octets, a type mnemonic.</summary>
    Type,

    /// <summary>Window blocks of type bits, to the end (RFC 4034 section 4.1.2).</summary>
    TypeBitmap,

    /// <summary>One octet: a DNSSEC algorithm, number or mnemonic.</summary>
    Algorithm,

    /// <summary>Two octets: a certificate type, number or mnemonic (RFC 4398 section 2.1).</summary>
    CertificateType,

    /// <summary>Six octets as <c>xx-xx-...</c> (RFC 7043).</summary>
    Eui48,

    /// <summary>Eight octets as <c>xx-xx-...</c>.</summary>
    Eui64,

    /// <summary>Eight octets as four groups of four hexadecimal digits (RFC 6742).</summary>
    Locator64,

    /// <summary>Sixteen octets of RFC 1876.</summary>
    Location,

    /// <summary>Service parameters, to the end (RFC 9460 section 2.2).</summary>
    ServiceParameters,

    /// <summary>One or more words of a record of the zone language, to the end, as character-strings.</summary>
    Words,
}

/// <summary>One field of a type's RDATA.</summary>
/// <param name="Label">What its RFC calls it, for messages.</param>
internal readonly record struct RdataField(string Label, RdataFieldKind Kind);
