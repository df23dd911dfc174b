namespace GslbServer.Dns;

/// <summary>Where domain names stand in RDATA: some fixed octets, then names, then anything.</summary>
/// <param name="Fixed">Octets before the first name.</param>
/// <param name="Names">How many names follow; 0 for types without names.</param>
internal readonly record struct RdataLayout(int Fixed, int Names)
{
    /// <summary>The types whose names may be compressed in messages: those of RFC 1035 and no others (RFC 3597 section 4).</summary>
    public static RdataLayout Compressible(RecordType type) => (ushort)type switch
    {
        2 or 3 or 4 or 5 or 7 or 8 or 9 or 12 => new(0, 1), // NS MD MF CNAME MB MG MR PTR
        6 or 14 => new(0, 2), // SOA MINFO
        15 => new(2, 1), // MX
        _ => default,
    };

    /// <summary>The types whose names are compared and hashed in lower case (RFC 4034 section 6.2, RFC 6840 section 5.1), but NAPTR.</summary>
    public static RdataLayout Folded(RecordType type) => (ushort)type switch
    {
        17 => new(0, 2), // RP
        18 or 21 or 36 => new(2, 1), // AFSDB RT KX
        26 => new(2, 2), // PX
        33 => new(6, 1), // SRV
        39 => new(0, 1), // DNAME
        _ => Compressible(type),
    };

    /// <summary>Octets of the well-formed name at the start of <paramref name="octets"/>, its root label included; -1 when it is cut or not plain.</summary>
    public static int NameLength(ReadOnlySpan<byte> octets)
    {
        int length = 0;
        while (length < octets.Length)
        {
            int label = octets[length];
            if (label > 63) return -1;
            length += label + 1;
            if (length > 255) return -1;
            if (label == 0) return length;
        }
        return -1;
    }

    /// <summary>Lowers the letters of the names in RDATA of this type, in place: the canonical form of RFC 4034 section 6.2.</summary>
    public static void Canonicalize(RecordType type, Span<byte> rdata)
    {
        RdataLayout layout = type == RecordType.NAPTR ? Naptr(rdata) : Folded(type);
        int offset = layout.Fixed;
        for (int i = 0; i < layout.Names && offset < rdata.Length; i++)
        {
            int length = NameLength(rdata[offset..]);
            if (length < 0) return;
            NameOctets.ToLower(rdata.Slice(offset, length), rdata.Slice(offset, length));
            offset += length;
        }
    }

    /// <summary>NAPTR: order, preference, three character-strings, then the replacement (RFC 3403 section 4.1).</summary>
    private static RdataLayout Naptr(ReadOnlySpan<byte> rdata)
    {
        int offset = 4;
        for (int i = 0; i < 3 && offset < rdata.Length; i++) offset += rdata[offset] + 1;
        return new(offset, 1);
    }
}
