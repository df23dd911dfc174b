using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>Makes the RRSIG records of RRsets (RFC 4034 sections 3 and 6, RFC 4035 section 2.2) at one moment. Any number of threads may ask.</summary>
internal sealed class RRsetSigner(SigningContext context, DateTimeOffset now)
{
    /// <summary>Octets of RRSIG RDATA before the signer's name.</summary>
    private const int FixedLength = 18;

    private readonly uint _now = SecondsOf(now);

    public SigningContext Context => context;

    /// <param name="owner">Of a wildcard the name with the asterisk.</param>
    /// <returns>RDATA of the RRSIG records, each after its length in two octets.</returns>
    public byte[] Sign(ReadOnlySpan<byte> owner, in RRset set) => Sign(owner, set.Type, set.Ttl, set.Data, set.Count);

    /// <param name="originalTtl">The greatest TTL that the RRset is answered with.</param>
    /// <param name="data">Records, each after its length in two octets; in any order.</param>
    public byte[] Sign(ReadOnlySpan<byte> owner, RecordType type, uint originalTtl, ReadOnlySpan<byte> data, int count)
    {
        if (SigningContext.IsKeyType(type) && Presigned(type) is { Length: > 0 } presigned) return presigned;
        byte[] records = CanonicalRecords(owner, type, originalTtl, data, count);
        byte[] signatures = [];
        foreach (DnssecKey key in context.SignersOf(type))
        {
            byte[] head = Head(owner, type, originalTtl, key);
            byte[] signature = key.Sign([.. head, .. records]);
            int length = head.Length + signature.Length;
            signatures = [.. signatures, (byte)(length >> 8), (byte)length, .. head, .. signature];
        }
        return signatures;
    }

    public static uint SecondsOf(DateTimeOffset time) => (uint)time.ToUnixTimeSeconds();

    /// <summary>The least time until a signature of the set expires, in seconds; negative where one has (RFC 4034 section 3.1.5: serial number arithmetic).</summary>
    /// <param name="signatures">Records, each after its length.</param>
    public static int SecondsLeft(ReadOnlySpan<byte> signatures, uint now)
    {
        int least = int.MaxValue;
        for (; !signatures.IsEmpty; signatures = signatures[(2 + BinaryPrimitives.ReadUInt16BigEndian(signatures))..])
            least = Math.Min(least, (int)(BinaryPrimitives.ReadUInt32BigEndian(signatures[10..]) - now));
        return least;
    }

    private byte[] Presigned(RecordType type)
    {
        byte[] found = [];
        foreach (byte[] rdata in context.Keys.Presigned)
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(rdata) == (ushort)type) found = [.. found, (byte)(rdata.Length >> 8), (byte)rdata.Length, .. rdata];
        }
        return found;
    }

    /// <summary>RRSIG RDATA up to the signer's name.</summary>
    private byte[] Head(ReadOnlySpan<byte> owner, RecordType type, uint originalTtl, DnssecKey key)
    {
        SignatureTimes times = context.Keys.Times;
        // The same RRset always has the same part of the jitter, so that what is signed again stays spread.
        double part = (uint)(NameOctets.Hash(owner) * 31 + (int)type) / (double)uint.MaxValue;
        uint expiration = _now + (uint)(times.Validity.TotalSeconds * (1 - (times.Jitter * part)));
        byte[] head = new byte[FixedLength + context.Apex.Wire.Length];
        BinaryPrimitives.WriteUInt16BigEndian(head, (ushort)type);
        head[2] = (byte)key.Algorithm;
        head[3] = LabelsOf(owner);
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(4), originalTtl);
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(8), expiration);
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(12), _now - (uint)times.Backdating.TotalSeconds);
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(16), key.Tag);
        context.Apex.Wire.CopyTo(head.AsSpan(FixedLength));
        return head;
    }

    /// <summary>Neither the root label nor the asterisk counts (RFC 4034 section 3.1.3).</summary>
    private static byte LabelsOf(ReadOnlySpan<byte> owner)
    {
        int labels = 0;
        for (int at = 0; owner[at] != 0; at += 1 + owner[at]) labels++;
        return (byte)(owner is [1, (byte)'*', ..] ? labels - 1 : labels);
    }

    /// <summary>All records in canonical form and order, as they are signed (RFC 4034 section 6).</summary>
    public static byte[] CanonicalRecords(ReadOnlySpan<byte> owner, RecordType type, uint originalTtl, ReadOnlySpan<byte> data, int count)
    {
        byte[][] rdatas = new byte[count][];
        int length = 0;
        for (int i = 0; i < count; i++)
        {
            int rdataLength = BinaryPrimitives.ReadUInt16BigEndian(data);
            rdatas[i] = CanonicalRdata.Of(type, data.Slice(2, rdataLength));
            length += owner.Length + 10 + rdataLength;
            data = data[(2 + rdataLength)..];
        }
        Array.Sort(rdatas, static (left, right) => left.AsSpan().SequenceCompareTo(right));
        byte[] records = new byte[length];
        Span<byte> to = records;
        foreach (byte[] rdata in rdatas)
        {
            NameOctets.ToLower(owner, to);
            to = to[owner.Length..];
            BinaryPrimitives.WriteUInt16BigEndian(to, (ushort)type);
            BinaryPrimitives.WriteUInt16BigEndian(to[2..], DnsClass.In);
            BinaryPrimitives.WriteUInt32BigEndian(to[4..], originalTtl);
            BinaryPrimitives.WriteUInt16BigEndian(to[8..], (ushort)rdata.Length);
            rdata.CopyTo(to[10..]);
            to = to[(10 + rdata.Length)..];
        }
        return records;
    }
}
