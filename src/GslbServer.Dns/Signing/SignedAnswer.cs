using System.Buffers.Binary;

namespace GslbServer.Dns;

/// <summary>An RRset that was answered, and its signatures. Frozen but for the mark that it was used.</summary>
internal sealed class SignedAnswer
{
    private const int RecordHead = 12; // pointer to the question, type, class, TTL, RDATA length

    private readonly byte[] _owner;
    private readonly byte[] _data;
    private readonly byte[] _signatures;
    private readonly byte[] _records;
    private readonly RecordType _type;
    private readonly uint _originalTtl;

    /// <param name="data">Addresses one after the other; of other types records, each after its length.</param>
    public SignedAnswer(SigningContext context, ReadOnlySpan<byte> owner, RecordType type, uint originalTtl, ReadOnlySpan<byte> data, byte[] signatures)
    {
        Context = context;
        (_owner, _type, _originalTtl, _data, _signatures) = (owner.ToArray(), type, originalTtl, data.ToArray(), signatures);
        _records = RecordsOf(signatures, out int count);
        Count = count;
        Hash = SignatureCache.HashOf(NameOctets.LongHash(owner), type, originalTtl, data);
    }

    public ulong Hash { get; }

    public SigningContext Context { get; }

    /// <summary>Set by whoever finds it; a race loses nothing.</summary>
    public bool IsUsed { get; set; }

    /// <summary>Records, each after its length.</summary>
    public ReadOnlySpan<byte> Signatures => _signatures;

    /// <summary>Number of signatures.</summary>
    public int Count { get; }

    /// <summary>Octets that <see cref="WriteTo"/> writes.</summary>
    public int Length => _records.Length;

    /// <summary>Hot: the RRSIG records as they stand in a response whose question is their owner.</summary>
    public void WriteTo(Span<byte> to, uint ttl)
    {
        _records.CopyTo(to);
        for (int at = 0; at < _records.Length; at += RecordHead + BinaryPrimitives.ReadUInt16BigEndian(to[(at + RecordHead - 2)..]))
            BinaryPrimitives.WriteUInt32BigEndian(to[(at + RecordHead - 6)..], ttl);
    }

    public static SignedAnswer Make(RRsetSigner signer, ReadOnlySpan<byte> owner, RecordType type, uint originalTtl, ReadOnlySpan<byte> data)
    {
        int length = AddressLength(type);
        byte[] records = length == 0 ? data.ToArray() : WithLengths(data, length);
        int count = 0;
        for (ReadOnlySpan<byte> rest = records; !rest.IsEmpty; rest = rest[(2 + BinaryPrimitives.ReadUInt16BigEndian(rest))..]) count++;
        return new SignedAnswer(signer.Context, owner, type, originalTtl, data, signer.Sign(owner, type, originalTtl, records, count));
    }

    public SignedAnswer SignedBy(RRsetSigner signer) => Make(signer, _owner, _type, _originalTtl, _data);

    public bool Is(SigningContext context, ReadOnlySpan<byte> owner, RecordType type, uint originalTtl, ReadOnlySpan<byte> data)
        => Context == context && _type == type && _originalTtl == originalTtl && data.SequenceEqual(_data) && NameOctets.EqualsIgnoreCase(owner, _owner);

    /// <summary>Octets of the types that are kept without lengths; 0 for others.</summary>
    public static int AddressLength(RecordType type) => type switch { RecordType.A => 4, RecordType.AAAA => 16, _ => 0 };

    /// <summary>An RRset as it is kept here.</summary>
    public static ReadOnlySpan<byte> DataOf(RRset set)
    {
        int length = AddressLength(set.Type);
        if (length == 0) return set.Data;
        byte[] addresses = new byte[set.Count * length];
        for (int i = 0; i < set.Count; i++) set.Data.Slice((i * (length + 2)) + 2, length).CopyTo(addresses.AsSpan(i * length));
        return addresses;
    }

    private static byte[] RecordsOf(ReadOnlySpan<byte> signatures, out int count)
    {
        byte[] records = [];
        for (count = 0; !signatures.IsEmpty; count++)
        {
            int length = 2 + BinaryPrimitives.ReadUInt16BigEndian(signatures);
            records = [.. records, 0xC0, MessageLimits.Header, 0, (byte)RecordType.RRSIG, 0, (byte)DnsClass.In, 0, 0, 0, 0, .. signatures[..length]];
            signatures = signatures[length..];
        }
        return records;
    }

    private static byte[] WithLengths(ReadOnlySpan<byte> addresses, int length)
    {
        byte[] records = new byte[addresses.Length / length * (2 + length)];
        for (int from = 0, to = 0; from < addresses.Length; from += length, to += 2 + length)
        {
            records[to + 1] = (byte)length;
            addresses.Slice(from, length).CopyTo(records.AsSpan(to + 2));
        }
        return records;
    }
}
