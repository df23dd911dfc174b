namespace GslbServer.Dns;

/// <summary>RDATA compared as data (RFC 2181 section 5): names of the types that RFC 4034 section 6.2 lists in any case, all else octet for octet.</summary>
internal static class CanonicalRdata
{
    /// <param name="rdata">Well-formed for its type.</param>
    /// <returns>A copy in canonical form.</returns>
    public static byte[] Of(RecordType type, ReadOnlySpan<byte> rdata)
    {
        byte[] canonical = rdata.ToArray();
        RdataLayout.Canonicalize(type, canonical);
        return canonical;
    }

    public static bool AreEqual(RecordType type, ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
        => left.SequenceEqual(right)
            || NameOctets.EqualsIgnoreCase(left, right) && Of(type, left).AsSpan().SequenceEqual(Of(type, right));
}
