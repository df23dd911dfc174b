namespace GslbServer.Dns;

/// <summary>RR types that this server knows by name (IANA DNS parameters). Any other 16-bit value is valid too and is treated as RFC 3597 says.</summary>
public enum RecordType : ushort
{
    None = 0, A = 1, NS = 2, CNAME = 5, SOA = 6, PTR = 12, HINFO = 13, MX = 15, TXT = 16, RP = 17, AAAA = 28, LOC = 29, SRV = 33, NAPTR = 35,
    DNAME = 39, OPT = 41, DS = 43, SSHFP = 44, RRSIG = 46, NSEC = 47, DNSKEY = 48, NSEC3 = 50, NSEC3PARAM = 51, TLSA = 52, CDS = 59, CDNSKEY = 60,
    SVCB = 64, HTTPS = 65, TSIG = 250, IXFR = 251, AXFR = 252, ANY = 255, URI = 256, CAA = 257,

    /// <summary>Ours, private use (RFC 6895 section 3.1): where a region is. Configuration; transferred, never answered.</summary>
    REGION = 65301,

    /// <summary>Ours: how to know that an address serves.</summary>
    CHECK = 65302,

    /// <summary>Ours: a name whose answer depends on who asks and on what is up.</summary>
    STEER = 65303,
}
