using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>The fields of an RRSIG (RFC 4034 section 3.1).</summary>
/// <param name="Expiration">Seconds of the Unix epoch, modulo 2^32.</param>
public sealed record SignatureRdata(RecordType Covered, byte Algorithm, byte Labels, uint OriginalTtl, uint Expiration, uint Inception, ushort KeyTag, DomainName Signer,
    byte[] Signature)
{
    private const int Fixed = 18;

    /// <returns>Null when the octets are no RRSIG.</returns>
    public static SignatureRdata? Read(ReadOnlySpan<byte> rdata)
    {
        if (rdata.Length <= Fixed || !DomainName.TryFromWire(rdata[Fixed..], out DomainName? signer)) return null;
        return new((RecordType)BinaryPrimitives.ReadUInt16BigEndian(rdata), rdata[2], rdata[3], BinaryPrimitives.ReadUInt32BigEndian(rdata[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(rdata[8..]), BinaryPrimitives.ReadUInt32BigEndian(rdata[12..]), BinaryPrimitives.ReadUInt16BigEndian(rdata[16..]),
            signer, rdata[(Fixed + signer.Wire.Length)..].ToArray());
    }

    /// <summary>The moment nearest to <paramref name="now"/> that these 32 bits can mean (RFC 1982, RFC 4034 section 3.1.5).</summary>
    public static DateTimeOffset Time(uint seconds, DateTimeOffset now)
    {
        long at = now.ToUnixTimeSeconds();
        return DateTimeOffset.FromUnixTimeSeconds(at + (int)(seconds - (uint)at));
    }
}

/// <summary>Whether a signature fits its RRset and a key, as a validator finds out (RFC 4035 section 5.3). For those who look at answers of others.</summary>
public static class SignatureCheck
{
    /// <summary>Whether the octets were signed by this key; its times are not looked at.</summary>
    /// <param name="rdatas">All of the RRset, in any order, names uncompressed.</param>
    /// <param name="rrsig">RDATA.</param>
    public static bool IsSignedBy(DomainName owner, IReadOnlyList<byte[]> rdatas, ReadOnlySpan<byte> rrsig, DnssecKey key)
        => SignatureRdata.Read(rrsig) is { } fields && (byte)key.Algorithm == fields.Algorithm && key.Tag == fields.KeyTag
            && key.Verify(SignedOctets(owner, rdatas, rrsig, fields), fields.Signature);

    /// <summary>RRSIG without its signature, then the RRset in canonical form and order (RFC 4034 sections 3.1.8.1 and 6).</summary>
    internal static byte[] SignedOctets(DomainName owner, IReadOnlyList<byte[]> rdatas, ReadOnlySpan<byte> rrsig, SignatureRdata fields)
    {
        using var octets = new MemoryStream();
        octets.Write(rrsig[..18]);
        octets.Write(fields.Signer.ToLower().Wire);
        ReadOnlySpan<byte> name = SignedOwner(owner, fields.Labels).ToLower().Wire;
        Span<byte> number = stackalloc byte[4];
        foreach (byte[] rdata in rdatas.Select(r => CanonicalRdata.Of(fields.Covered, r)).Order(Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b))))
        {
            octets.Write(name);
            BinaryPrimitives.WriteUInt16BigEndian(number, (ushort)fields.Covered);
            octets.Write(number[..2]);
            octets.Write([0, 1]);
            BinaryPrimitives.WriteUInt32BigEndian(number, fields.OriginalTtl);
            octets.Write(number);
            BinaryPrimitives.WriteUInt16BigEndian(number, (ushort)rdata.Length);
            octets.Write(number[..2]);
            octets.Write(rdata);
        }
        return octets.ToArray();
    }

    /// <summary>Fewer labels than the owner has say that a wildcard was expanded (RFC 4035 section 5.3.2).</summary>
    private static DomainName SignedOwner(DomainName owner, int labels)
    {
        int extra = owner.LabelCount - (owner.IsWildcard ? 1 : 0) - labels;
        if (extra <= 0) return owner;
        for (; extra > 0; extra--) owner = owner.Parent;
        return DomainName.FromWire([1, (byte)'*', .. owner.Wire]);
    }
}
