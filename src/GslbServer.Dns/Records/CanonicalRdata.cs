namespace GslbServer.Dns;

/// <summary>RDATA in the canonical form of RFC 4034 section 6.2: names of the types listed there (RFC 6840 section 5.1) in lower case, all else as it is.</summary>
internal static class CanonicalRdata
{
    /// <param name="rdata">Well-formed for its type.</param>
    /// <returns>The same array when nothing changes.</returns>
    public static byte[] Of(RecordType type, byte[] rdata)
    {
        if (!HasFoldedNames(type) || RdataShape.Of(type) is not { } shape)
            return rdata;
        byte[] folded = (byte[])rdata.Clone();
        int at = 0;
        foreach (RdataField field in shape)
        {
            int length = LengthOf(field.Kind, rdata.AsSpan(at));
            if (field.Kind == RdataFieldKind.Name)
                foreach (ref byte octet in folded.AsSpan(at, length))
                    octet = NameOctets.ToLower(octet);
            at += length;
        }
        return folded.AsSpan().SequenceEqual(rdata) ? rdata : folded;
    }

    /// <summary>The same data, whatever the case of its names (RFC 2181 section 5).</summary>
    public static bool AreEqual(RecordType type, byte[] left, byte[] right)
        => left.AsSpan().SequenceEqual(right)
            || NameOctets.EqualsIgnoreCase(left, right) && Of(type, left).AsSpan().SequenceEqual(Of(type, right));

    private static bool HasFoldedNames(RecordType type) => type is RecordType.NS or RecordType.MD or RecordType.MF or RecordType.CNAME or RecordType.SOA
        or RecordType.MB or RecordType.MG or RecordType.MR or RecordType.PTR or RecordType.MINFO or RecordType.MX or RecordType.RP or RecordType.AFSDB
        or RecordType.RT or RecordType.SIG or RecordType.PX or RecordType.NAPTR or RecordType.KX or RecordType.SRV or RecordType.DNAME or RecordType.RRSIG;

    /// <summary>Octets of a field; of the kinds that these types have.</summary>
    private static int LengthOf(RdataFieldKind kind, ReadOnlySpan<byte> rdata) => kind switch
    {
        RdataFieldKind.Name => DomainName.MeasureWire(rdata),
        RdataFieldKind.String => 1 + rdata[0],
        RdataFieldKind.UInt8 or RdataFieldKind.Algorithm => 1,
        RdataFieldKind.UInt16 or RdataFieldKind.Type => 2,
        RdataFieldKind.Base64 => rdata.Length,
        _ => 4,
    };
}
