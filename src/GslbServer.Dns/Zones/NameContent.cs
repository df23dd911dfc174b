namespace GslbServer.Dns;

/// <summary>What stands at a name, as far as checks ask.</summary>
[Flags]
internal enum NameContent : ushort
{
    None = 0, Soa = 1, Ns = 2, Cname = 4, Dname = 8, Address = 16, Steer = 32, Region = 64, Check = 128,

    /// <summary>RRSIG, NSEC, KEY: may stand beside a CNAME (RFC 4035 section 2.5, RFC 3007).</summary>
    BesideCname = 256,
    Other = 512,
}

internal static class NameContents
{
    public static NameContent Of(RecordType type) => type switch
    {
        RecordType.SOA => NameContent.Soa,
        RecordType.NS => NameContent.Ns,
        RecordType.CNAME => NameContent.Cname,
        RecordType.DNAME => NameContent.Dname,
        RecordType.A or RecordType.AAAA => NameContent.Address,
        RecordType.STEER => NameContent.Steer,
        RecordType.REGION => NameContent.Region,
        RecordType.CHECK => NameContent.Check,
        RecordType.RRSIG or RecordType.NSEC or RecordType.KEY or RecordType.SIG or RecordType.NXT => NameContent.BesideCname,
        _ => NameContent.Other,
    };
}
