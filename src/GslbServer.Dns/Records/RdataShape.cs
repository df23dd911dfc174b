using System.Collections.Frozen;
using Kind = GslbServer.Dns.RdataFieldKind;

namespace GslbServer.Dns;

/// <summary>The fields of every type that has a presentation format here. All others are written as <c>\# length hex</c> (RFC 3597 section 5).</summary>
internal static class RdataShape
{
    private static readonly RdataField[] OneName = [new("name", Kind.Name)];
    private static readonly RdataField[] OneText = [new("text", Kind.Strings)];
    private static readonly RdataField[] Preferred = [new("preference", Kind.UInt16), new("host", Kind.Name)];
    private static readonly RdataField[] DelegationSigner =
        [new("key tag", Kind.UInt16), new("algorithm", Kind.Algorithm), new("digest type", Kind.UInt8), new("digest", Kind.Hex)];
    private static readonly RdataField[] Key =
        [new("flags", Kind.UInt16), new("protocol", Kind.UInt8), new("algorithm", Kind.Algorithm), new("public key", Kind.Base64)];
    private static readonly RdataField[] Signature =
    [
        new("type covered", Kind.Type), new("algorithm", Kind.Algorithm), new("labels", Kind.UInt8), new("original TTL", Kind.Seconds),
        new("expiration", Kind.Time), new("inception", Kind.Time), new("key tag", Kind.UInt16), new("signer's name", Kind.Name), new("signature", Kind.Base64),
    ];
    private static readonly RdataField[] Association =
        [new("certificate usage", Kind.UInt8), new("selector", Kind.UInt8), new("matching type", Kind.UInt8), new("certificate association data", Kind.Hex)];
    private static readonly RdataField[] Service =
        [new("priority", Kind.UInt16), new("target name", Kind.Name), new("service parameters", Kind.ServiceParameters)];
    private static readonly RdataField[] Configuration = [new("words", Kind.Words)];

    private static readonly FrozenDictionary<RecordType, RdataField[]> Shapes = new Dictionary<RecordType, RdataField[]>
    {
        [RecordType.A] = [new("address", Kind.IPv4)],
        [RecordType.AAAA] = [new("address", Kind.IPv6)],
        [RecordType.NS] = OneName,
        [RecordType.CNAME] = OneName,
        [RecordType.DNAME] = OneName,
        [RecordType.PTR] = OneName,
        [RecordType.MB] = OneName,
        [RecordType.MG] = OneName,
        [RecordType.MR] = OneName,
        [RecordType.MD] = OneName,
        [RecordType.MF] = OneName,
        [RecordType.NSAPPTR] = OneName,
        [RecordType.SOA] =
        [
            new("primary server", Kind.Name), new("mailbox", Kind.Name), new("serial", Kind.UInt32), new("refresh", Kind.Seconds), new("retry", Kind.Seconds),
            new("expire", Kind.Seconds), new("minimum", Kind.Seconds),
        ],
        [RecordType.MX] = Preferred,
        [RecordType.AFSDB] = Preferred,
        [RecordType.RT] = Preferred,
        [RecordType.KX] = Preferred,
        [RecordType.LP] = Preferred,
        [RecordType.PX] = [new("preference", Kind.UInt16), new("MAP822", Kind.Name), new("MAPX400", Kind.Name)],
        [RecordType.MINFO] = [new("mailbox", Kind.Name), new("error mailbox", Kind.Name)],
        [RecordType.RP] = [new("mailbox", Kind.Name), new("text name", Kind.Name)],
        [RecordType.TALINK] = [new("previous name", Kind.Name), new("next name", Kind.Name)],
        [RecordType.TXT] = OneText,
        [RecordType.SPF] = OneText,
        [RecordType.NINFO] = OneText,
        [RecordType.AVC] = OneText,
        [RecordType.RESINFO] = OneText,
        [RecordType.WALLET] = OneText,
        [RecordType.CLA] = OneText,
        [RecordType.ISDN] = OneText,
        [RecordType.X25] = [new("PSDN address", Kind.String)],
        [RecordType.GPOS] = [new("longitude", Kind.String), new("latitude", Kind.String), new("altitude", Kind.String)],
        [RecordType.HINFO] = [new("CPU", Kind.String), new("OS", Kind.String)],
        [RecordType.SRV] = [new("priority", Kind.UInt16), new("weight", Kind.UInt16), new("port", Kind.UInt16), new("target", Kind.Name)],
        [RecordType.NAPTR] =
        [
            new("order", Kind.UInt16), new("preference", Kind.UInt16), new("flags", Kind.String), new("services", Kind.String),
            new("regular expression", Kind.String), new("replacement", Kind.Name),
        ],
        [RecordType.URI] = [new("priority", Kind.UInt16), new("weight", Kind.UInt16), new("target", Kind.Text)],
        [RecordType.CAA] = [new("flags", Kind.UInt8), new("tag", Kind.Tag), new("value", Kind.Text)],
        [RecordType.TLSA] = Association,
        [RecordType.SMIMEA] = Association,
        [RecordType.SSHFP] = [new("algorithm", Kind.UInt8), new("fingerprint type", Kind.UInt8), new("fingerprint", Kind.Hex)],
        [RecordType.DS] = DelegationSigner,
        [RecordType.CDS] = DelegationSigner,
        [RecordType.DLV] = DelegationSigner,
        [RecordType.TA] = DelegationSigner,
        [RecordType.DNSKEY] = Key,
        [RecordType.CDNSKEY] = Key,
        [RecordType.KEY] = Key,
        [RecordType.RKEY] = Key,
        [RecordType.RRSIG] = Signature,
        [RecordType.SIG] = Signature,
        [RecordType.NSEC] = [new("next name", Kind.Name), new("types", Kind.TypeBitmap)],
        [RecordType.NSEC3] =
        [
            new("hash algorithm", Kind.UInt8), new("flags", Kind.UInt8), new("iterations", Kind.UInt16), new("salt", Kind.Salt),
            new("next hashed owner", Kind.Base32Hash), new("types", Kind.TypeBitmap),
        ],
        [RecordType.NSEC3PARAM] = [new("hash algorithm", Kind.UInt8), new("flags", Kind.UInt8), new("iterations", Kind.UInt16), new("salt", Kind.Salt)],
        [RecordType.CSYNC] = [new("serial", Kind.UInt32), new("flags", Kind.UInt16), new("types", Kind.TypeBitmap)],
        [RecordType.ZONEMD] = [new("serial", Kind.UInt32), new("scheme", Kind.UInt8), new("hash algorithm", Kind.UInt8), new("digest", Kind.Hex)],
        [RecordType.CERT] =
            [new("certificate type", Kind.CertificateType), new("key tag", Kind.UInt16), new("algorithm", Kind.Algorithm), new("certificate", Kind.Base64)],
        [RecordType.DHCID] = [new("identity", Kind.Base64)],
        [RecordType.OPENPGPKEY] = [new("public key", Kind.Base64)],
        [RecordType.DSYNC] = [new("type", Kind.Type), new("scheme", Kind.UInt8), new("port", Kind.UInt16), new("target", Kind.Name)],
        [RecordType.SVCB] = Service,
        [RecordType.HTTPS] = Service,
        [RecordType.LOC] = [new("location", Kind.Location)],
        [RecordType.EUI48] = [new("address", Kind.Eui48)],
        [RecordType.EUI64] = [new("address", Kind.Eui64)],
        [RecordType.NID] = [new("preference", Kind.UInt16), new("node identifier", Kind.Locator64)],
        [RecordType.L64] = [new("preference", Kind.UInt16), new("locator", Kind.Locator64)],
        [RecordType.L32] = [new("preference", Kind.UInt16), new("locator", Kind.IPv4)],
        [RecordType.REGION] = Configuration,
        [RecordType.CHECK] = Configuration,
        [RecordType.STEER] = Configuration,
    }.ToFrozenDictionary();

    /// <summary>The type's fields in order, or null when it has only the generic form.</summary>
    public static RdataField[]? Of(RecordType type) => Shapes.TryGetValue(type, out RdataField[]? shape) ? shape : null;
}
